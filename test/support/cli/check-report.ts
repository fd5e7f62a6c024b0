import type { Problem } from "../../../components/api/problem.ts";

export interface Report {
  readonly file: string;
  readonly carried: boolean;
  readonly problems: readonly Problem[];
  readonly title?: string;
  readonly routes?: number;
  readonly open?: readonly unknown[];
  readonly bind?: readonly unknown[];
  readonly ignored?: unknown;
  readonly vendors: readonly {
    readonly vendor: string;
    readonly carried: boolean;
    readonly className: string;
    readonly tier?: string;
    readonly tiers?: readonly string[];
    readonly others: readonly {
      readonly className: string;
      readonly costsLess: boolean;
      readonly problems: readonly Problem[];
    }[];
    readonly problems: readonly Problem[];
    readonly waived: readonly unknown[];
    readonly resources: number;
    readonly features: readonly { readonly feature: string; readonly support: string; readonly how?: string }[];
    readonly limitPrecision: string;
    readonly limits: unknown;
    readonly divergences: unknown;
  }[];
}

/** An API with a key and a token, a key alone, a plan and a function. */
export const keys = `openapi: 3.0.3
info: { title: Keys, version: "1" }
x-polygate:
  backends: { shop: { kind: http }, ship: { kind: fn } }
  to: shop
  plans: { gold: { limits: [{ requests: 50, per: second }] } }
components:
  securitySchemes:
    staff: { type: oauth2, flows: {}, x-polygate: { audiences: [orders] } }
    key: { type: apiKey, in: header, name: X-API-Key }
paths:
  /a: { get: { security: [{ staff: [], key: [] }], responses: {} } }
  /b: { post: { security: [{ key: [] }], x-polygate: { to: ship }, responses: {} } }
`;
