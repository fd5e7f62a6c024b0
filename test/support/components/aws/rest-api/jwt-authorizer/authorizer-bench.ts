import type { Scopes } from "../../../../../../components/api/description.ts";
import { createAuthorizer } from "../../../../../../components/aws/rest-api/jwt-authorizer/function/authorizer.mjs";
import { compact, LocalIssuer, type Signer } from "./local-issuer.ts";

export const methodArn = "arn:aws:execute-api:eu-central-1:123456789012:a1b2c3d4e5/live/GET/orders/7";

/** The response of API Gateway to the function's result. */
export type Decision = "allow" | "deny" | "unauthorized" | "failure";

/** The function of one requirement, with its own issuer, clock and log. */
export class AuthorizerBench {
  readonly issuer: LocalIssuer;
  /** In milliseconds. */
  now = Date.UTC(2026, 10, 24);
  readonly log: object[] = [];
  readonly handler: ReturnType<typeof createAuthorizer>;

  constructor({
    issuer = new LocalIssuer(),
    audiences = ["orders"],
    scopes = [] as Scopes,
    jwksUri = undefined as string | undefined,
    audienceFallback = undefined as "client_id" | undefined,
  } = {}) {
    this.issuer = issuer;
    const requirement = {
      issuer: issuer.url,
      audiences,
      scopes,
      ...(jwksUri === undefined ? {} : { jwksUri }),
      ...(audienceFallback === undefined ? {} : { audienceFallback }),
    };
    this.handler = createAuthorizer(requirement, {
      fetch: issuer.fetch,
      now: () => this.now,
      log: (line) => this.log.push(line),
    });
  }

  get seconds(): number {
    return this.now / 1_000;
  }

  /** The claims of a valid token. */
  claims(changes: object = {}): object {
    const at = this.seconds;
    return { iss: this.issuer.url, aud: "orders", sub: "u-1", iat: at, exp: at + 300, ...changes };
  }

  async token(signer: Signer, changes: object = {}, header: Readonly<Record<string, unknown>> = {}): Promise<string> {
    return await compact(signer, this.claims(changes), header);
  }

  async decide(authorizationToken: unknown): Promise<Decision> {
    try {
      const { policyDocument } = await this.handler({ authorizationToken: authorizationToken as string, methodArn });
      const [{ Effect }] = policyDocument.Statement as [{ Effect: "Allow" | "Deny" }];
      return Effect === "Allow" ? "allow" : "deny";
    } catch (error) {
      return (error as Error).message === "Unauthorized" ? "unauthorized" : "failure";
    }
  }
}
