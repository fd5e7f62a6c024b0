import type { Api } from "../../api/checked-api.ts";
import { type Problem, ProblemList } from "../../api/problem.ts";
import { isObjectNow } from "../../gateway/later.ts";
import type { Caution, Target } from "../../gateway/target.ts";
import { checkBasePath } from "./base-path.ts";
import { checkDomainName } from "./check-domain-name.ts";
import { checkBypass, truststoreCautions } from "./check-mutual-tls.ts";
import type { AwsSharedDomain, PlainDomain } from "./domain.ts";
import { refuseNotAnObject, shown } from "./form.ts";

/** Members of a domain that a shared domain has where it is declared. */
const ownMembers = ["name", "zoneId", "certificateArn", "aliasZoneId", "mutualTls"] as const;

/** What one class of gateway checks in addition when it has a custom domain. */
export interface ClassChecks {
  readonly check?: (api: Api) => readonly Problem[];
  readonly cautions?: (api: Api, domain: PlainDomain) => readonly Caution[];
}

/** Adds the checks of a gateway's custom domain to a target. */
export function withDomain<Document>(
  target: Target<Document>,
  domain: unknown,
  { check = () => [], cautions = () => [] }: ClassChecks,
): Target<Document> {
  if (domain === undefined) return target;
  const problems = new ProblemList();
  checkDomain(domain, problems);
  const plain = domain as PlainDomain;
  return {
    ...target,
    check: (api) => [...target.check(api), ...problems.all, ...check(api)],
    cautions: (api) => [
      ...target.cautions(api),
      ...truststoreCautions(plain, "domain.mutualTls"),
      ...cautions(api, plain),
    ],
  };
}

/** Checks a gateway's domain as far as it is known before the deployment. */
function checkDomain(domain: unknown, problems: ProblemList): void {
  if (!isObjectNow(domain)) {
    refuseNotAnObject(domain, problems);
    return;
  }
  const { basePath, keepExecuteApi, shared, mutualTls } = domain;
  checkBasePath(basePath, problems);
  checkReason(keepExecuteApi, problems);
  if (shared === undefined) {
    checkDomainName(domain, "domain", problems);
    if (mutualTls !== undefined) checkBypass(keepExecuteApi, problems);
    return;
  }
  for (const member of ownMembers) {
    if (domain[member] === undefined) continue;
    const rule = `"${member}" is not allowed here. A shared domain is configured where it is declared.`;
    const remedy = "Remove it. Allowed are shared, basePath, keepExecuteApi.";
    problems.refuse("bad-domain", rule, remedy, { place: `domain.${member}` });
  }
  const requiresCertificates = isObjectNow(shared) && (shared as unknown as AwsSharedDomain).mutualTls === true;
  if (requiresCertificates) checkBypass(keepExecuteApi, problems);
}

function checkReason(reason: unknown, problems: ProblemList): void {
  if (reason === undefined || (typeof reason === "string" && reason.trim() !== "")) return;
  const rule = `keepExecuteApi must be the reason for keeping the endpoint beside the domain, not ${shown(reason)}.`;
  const remedy = 'Write the reason, e.g. "clients move until March", or leave it out to disable the endpoint.';
  problems.refuse("empty", rule, remedy, { place: "domain.keepExecuteApi" });
}
