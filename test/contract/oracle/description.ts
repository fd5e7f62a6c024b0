/**
 * The description as plain JSON, written down a second time: the oracle reads what a user writes and shares no line with
 * the library or the sandbox.
 */

export interface LimitText {
  readonly requests: number;
  readonly per: "second" | "minute" | "hour" | "day";
  readonly by: "route" | "api" | "consumer" | "ip";
  readonly burst?: number;
}

export type AuthText =
  | { readonly kind: "jwt"; readonly audiences: readonly string[] }
  | { readonly kind: "open"; readonly reason: string };

export interface CorsText {
  readonly origins: readonly string[];
  readonly methods?: readonly string[];
  readonly headers?: readonly string[];
  readonly expose?: readonly string[];
  readonly maxAgeSeconds?: number;
  readonly credentials?: boolean;
}

export interface ReplyText {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: unknown;
}

export interface RouteText {
  readonly to?: string;
  readonly path?: string;
  readonly reply?: ReplyText;
  readonly auth?: string;
  readonly scopes?: readonly string[];
  readonly limits?: readonly LimitText[];
  readonly timeoutSeconds?: number;
  readonly requestHeaders?: {
    readonly set?: Readonly<Record<string, string>>;
    readonly remove?: readonly string[];
  };
}

export interface DescriptionText {
  readonly version: 1;
  readonly title?: string;
  readonly backends: Readonly<Record<string, { readonly kind: "http" }>>;
  readonly auth: Readonly<Record<string, AuthText>>;
  readonly default?: {
    readonly auth?: string;
    readonly limits?: readonly LimitText[];
    readonly timeoutSeconds?: number;
  };
  readonly cors?: CorsText;
  readonly routes: Readonly<Record<string, RouteText>>;
}

/** What differs by place: where each backend is, and who signs each auth's tokens. */
export interface Places {
  readonly backends: Readonly<Record<string, { readonly url: string }>>;
  readonly auth: Readonly<Record<string, { readonly issuer: string; readonly jwksUri?: string }>>;
}

/** A route with its defaults, as the oracle reads it. */
export interface OracleRoute {
  /** `METHOD /path`, as written. */
  readonly key: string;
  readonly method: string;
  /** The pattern's segments as written, `{name}` and `{name+}` among them; none for `/`. */
  readonly segments: readonly string[];
  readonly authName: string;
  readonly auth: AuthText;
  readonly scopes: readonly string[];
  readonly limits: readonly LimitText[];
  readonly text: RouteText;
}

export function segmentsOf(path: string): readonly string[] {
  return path === "/" ? [] : path.slice(1).split("/");
}

export function routesOf(description: DescriptionText): readonly OracleRoute[] {
  return Object.entries(description.routes).map(([key, text]) => {
    const [method = "", path = ""] = key.split(" ");
    const authName = text.auth ?? description.default?.auth ?? "";
    const auth = description.auth[authName];
    if (auth === undefined) throw new Error(`the description has no auth for ${key}`);
    return {
      key,
      method,
      segments: segmentsOf(path),
      authName,
      auth,
      scopes: text.scopes ?? [],
      limits: text.limits ?? description.default?.limits ?? [],
      text,
    };
  });
}
