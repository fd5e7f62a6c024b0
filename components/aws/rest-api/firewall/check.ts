import type { Api, ApiRoute } from "../../../api/checked-api.ts";
import { printPattern } from "../../../api/path/pattern.ts";
import { type Problem, ProblemList } from "../../../api/problem.ts";
import { awsRestApi } from "../capabilities.ts";
import { STAGE } from "../stage/name.ts";
import { stagePath } from "./path-pattern.ts";
import { type AddressLimit, addressLimits, narrowerRoutes, webAclOf } from "./rules.ts";
import { unitsOf } from "./web-acl.ts";

const { limits } = awsRestApi;

/** Checks that a web ACL can enforce the limits by client address. */
export function checkWebAcl(api: Api): readonly Problem[] {
  const problems = new ProblemList({ vendor: "aws", feature: "limits.ip" });
  const all = addressLimits(api);
  for (const limit of all) checkLimit(problems.for({ route: limit.route.key }), limit);
  for (const { route } of all.slice(limits.addressLimits.value)) {
    const { value, unit } = limits.addressLimits;
    problems.refuse(
      "too-many-address-limits",
      `${all.length} routes have a limit by client address. AWS allows ${value} ${unit}.`,
      'Limit by client address only where it matters most, and limit the other routes by "route".',
      { route: route.key },
    );
  }
  for (const { route } of all) checkPatterns(problems.for({ route: route.key }), api, route);
  checkUnits(problems, api);
  return problems.all;
}

function checkLimit(problems: ProblemList, { limit: { requests, burst } }: AddressLimit): void {
  const { value: least } = limits.leastAddressLimit;
  if (requests < least) {
    problems.refuse(
      "address-limit-too-small",
      `AWS WAF requires a limit of at least ${least} requests per minute. This limit is ${requests}.`,
      `Write ${least} or more, limit by "route", or deploy to AzureApiManagementApi.`,
    );
  }
  if (burst !== undefined && burst !== requests) {
    problems.refuse(
      "address-limit-burst",
      "AWS WAF counts the requests of an address within a window and has no separate burst.",
      "Leave burst out. An address can then send up to `requests` at once.",
      { feature: "limits.burst" },
    );
  }
}

function checkPatterns(problems: ProblemList, api: Api, route: ApiRoute): void {
  const { value, unit } = limits.patternCharacters;
  for (const { pattern } of [route, ...narrowerRoutes(api, route)]) {
    const { length } = stagePath(STAGE, pattern);
    if (length <= value) continue;
    problems.refuse(
      "address-limit-path-too-long",
      `AWS allows ${value} ${unit}. The pattern for ${printPattern(pattern)} has ${length}.`,
      'Shorten the path, or limit by "route".',
    );
  }
}

function checkUnits(problems: ProblemList, api: Api): void {
  const { value, unit } = limits.webAclUnits;
  const units = unitsOf(webAclOf(api)?.rules ?? []);
  if (units <= value) return;
  problems.refuse(
    "too-many-web-acl-units",
    `The limits by client address cost ${units} units. AWS allows ${value} ${unit}.`,
    "Limit addresses on fewer routes, or on routes whose paths contain fewer other routes.",
  );
}
