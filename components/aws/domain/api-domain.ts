import * as pulumi from "@pulumi/pulumi";
import { type Problem, ProblemList } from "../../api/problem.ts";
import { checkedArguments } from "../../gateway/arguments.ts";
import { ComponentTransforms } from "../../gateway/component-transforms.ts";
import { callback, objectOf, transforms } from "../../gateway/shape.ts";
import { checkTags } from "../../gateway/tags.ts";
import { tags } from "../operations/shape.ts";
import { type Tags, tagRules } from "../operations/tags.ts";
import { aliasRecords } from "./alias-records.ts";
import { checkDomainName } from "./check-domain-name.ts";
import { truststoreCautions } from "./check-mutual-tls.ts";
import type { AwsDomainName, AwsSharedDomain, PlainDomain } from "./domain.ts";
import { type HttpDomainTransforms, httpDomain } from "./domain-name.ts";
import { certificateTransforms, domainName } from "./shape.ts";
import { apiDomainTransformRules } from "./transform-rules.ts";

/** Changes to the arguments and options of an {@link AwsApiDomain}'s resources. docs/transforms.md lists what may change. */
export interface AwsApiDomainTransforms extends HttpDomainTransforms {}

export type AwsApiDomainArgs = AwsDomainName & {
  /**
   * Tags of the certificate and the domain.
   *
   * @default none
   */
  readonly tags?: Tags;
  readonly transform?: AwsApiDomainTransforms;
};

export const apiDomainShape = objectOf<AwsApiDomainArgs>({
  ...domainName,
  tags,
  transform: transforms<AwsApiDomainTransforms>({ ...certificateTransforms, domain: callback }),
});

/**
 * A custom domain that several gateways share, HTTP APIs and REST APIs alike, each with its own base path. It is declared once. Each
 * gateway takes {@link AwsApiDomain.shared}, in the same stack or, as a stack output, in another.
 *
 * API Gateway answers 403 while no gateway is mapped to the domain or to the path of a request.
 *
 * @example
 * ```ts
 * import { defineApi, http, open } from "polygate";
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
 * // In other stacks: `domain: { shared: reference.requireOutput("shared"), basePath: "…" }`.
 * export const shared = domain.shared;
 * ```
 */
export class AwsApiDomain extends pulumi.ComponentResource {
  /** The host. */
  readonly name: pulumi.Output<string>;
  /** What DNS must point to, with a CNAME or an alias record, if Polygate does not create the records. */
  readonly target: pulumi.Output<string>;
  /** The value of the gateways' `domain.shared`. */
  readonly shared: AwsSharedDomain;

  /** @throws {PolygateError} with everything that is wrong, before any resource is registered */
  constructor(name: string, args: AwsApiDomainArgs, options?: pulumi.ComponentResourceOptions) {
    const subject = `The domain "${name}"`;
    const checked = checkedArguments(subject, args, apiDomainShape, checkApiDomain);
    super("polygate:index:AwsApiDomain", name, {}, options);
    const domain = checked as PlainDomain;
    const transforms = new ComponentTransforms(subject, apiDomainTransformRules, checked.transform, checked.tags);
    const owner = { name, parent: this, transform: transforms.children };
    for (const { route, what, advice } of truststoreCautions(domain, "mutualTls")) {
      pulumi.log.warn(`unverified: ${route}: ${what}. ${advice}`, this);
    }
    const declared = httpDomain(owner, domain);
    aliasRecords(owner, domain, declared.target, [declared.resource]);
    transforms.check();
    this.name = declared.name;
    this.target = pulumi.output(declared.target.domainName);
    this.shared = { name: declared.name, mutualTls: domain.mutualTls !== undefined };
    this.registerOutputs({ name: this.name, target: this.target, shared: this.shared });
  }
}

function checkApiDomain(args: AwsApiDomainArgs): readonly Problem[] {
  const problems = new ProblemList();
  checkDomainName(args, "", problems);
  checkTags(args.tags, tagRules, problems);
  return problems.all;
}
