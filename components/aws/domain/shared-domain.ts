import { type Output, output } from "@pulumi/pulumi";
import { PolygateError, ProblemList } from "../../api/problem.ts";
import { checkHost } from "./check-domain-name.ts";
import { checkBypass } from "./check-mutual-tls.ts";
import type { PlainDomain } from "./domain.ts";

/**
 * The name of a shared domain, checked once it is known.
 *
 * @throws {PolygateError} if it is not a valid domain, or if the gateway's own endpoint would bypass its client certificates
 */
export function sharedDomainName(subject: string, { shared, keepExecuteApi }: PlainDomain): Output<string> {
  return output(shared).apply((resolved) => {
    const { name, mutualTls } = (resolved ?? {}) as { readonly name?: unknown; readonly mutualTls?: unknown };
    const problems = new ProblemList();
    checkHost(name, false, problems.for({ place: "domain.shared.name" }));
    // If the record does not contain the value, assume that certificates are required.
    if (mutualTls !== false) checkBypass(keepExecuteApi, problems);
    if (problems.all.length > 0) throw new PolygateError(subject, problems.all);
    return name as string;
  });
}
