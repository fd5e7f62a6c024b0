import * as pulumi from "@pulumi/pulumi";
import { PolygateError } from "../../api/problem.ts";
import { type Tags, taggedTransforms } from "../operations/operations.ts";
import { aliasRecords } from "./certificate.ts";
import { changingTruststore, checkDomainName, truststoreMayChange } from "./check.ts";
import type { AwsDomainName, AwsSharedDomain, PlainDomain } from "./domain.ts";
import { type HttpDomainTransforms, httpDomain } from "./domain-name.ts";

/** Changes to the arguments and options of an {@link AwsApiDomain}'s resources, except what makes it this domain. */
export interface AwsApiDomainTransforms extends HttpDomainTransforms {}

export type AwsApiDomainArgs = AwsDomainName & {
  /** Tags of the certificate and the domain. Default: none. */
  readonly tags?: Tags;
  readonly transform?: AwsApiDomainTransforms;
};

/**
 * A custom domain that several gateways share, HTTP APIs and REST APIs alike, each by its own base path. Declared once; a gateway
 * takes {@link AwsApiDomain.shared}, in this stack or, as the stack's output, in another.
 *
 * While no gateway answers by it, or none by a request's path, API Gateway answers 403.
 *
 * @example
 * ```ts
 * import { apiKey, defineApi, http, open } from "polygate";
 * import { AwsApiDomain, AwsHttpApi } from "polygate/aws";
 *
 * const domain = new AwsApiDomain("shop", { name: "api.example.com", zoneId: "Z0123456789ABCDEFGHIJ" });
 *
 * new AwsHttpApi("orders", {
 *   api: defineApi({
 *     version: 1,
 *     backends: { erp: http() },
 *     auth: { anyone: open("an example") },
 *     routes: { "GET /orders": { to: "erp", auth: "anyone" } },
 *   }),
 *   backends: { erp: { url: "https://erp.example.com" } },
 *   domain: { shared: domain.shared, basePath: "orders" },
 * });
 *
 * // For the gateways of other stacks: `domain: { shared: reference.requireOutput("domain"), basePath: "…" }`.
 * export const shared = domain.shared;
 * ```
 */
export class AwsApiDomain extends pulumi.ComponentResource {
  /** The host. */
  readonly name: pulumi.Output<string>;
  /** What DNS must lead to, where no zone is given for that: a CNAME, or an alias. */
  readonly target: pulumi.Output<string>;
  /** For gateways: their `domain.shared`. */
  readonly shared: AwsSharedDomain;

  /** @throws {PolygateError} with all that is wrong, before anything is registered. */
  constructor(name: string, args: AwsApiDomainArgs, options?: pulumi.ComponentResourceOptions) {
    const problems = checkDomainName(args, "", ["tags", "transform"]);
    if (problems.length > 0) throw new PolygateError(`The domain "${name}"`, problems);
    super("polygate:index:AwsApiDomain", name, {}, options);
    const taggable = { certificate: true, domain: true } as const;
    const transform = taggedTransforms<AwsApiDomainTransforms>(args.transform ?? {}, taggable, args.tags);
    const owner = { name, parent: this, transform };
    if (truststoreMayChange(args as PlainDomain)) {
      pulumi.log.warn(`unverified: mutualTls: ${changingTruststore.what}. ${changingTruststore.advice}`, this);
    }
    const made = httpDomain(owner, args as PlainDomain);
    aliasRecords(owner, args as PlainDomain, made.target, [made.resource]);
    this.name = made.name;
    this.target = pulumi.output(made.target.domainName);
    this.shared = { name: made.name, mutualTls: args.mutualTls !== undefined };
    this.registerOutputs({ name: this.name, target: this.target, shared: this.shared });
  }
}
