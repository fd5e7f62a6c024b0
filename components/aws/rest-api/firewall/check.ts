import type { Api, ApiRoute } from "../../../api/checked-api.ts";
import { printPattern } from "../../../api/path/pattern.ts";
import type { Problem } from "../../../api/problem.ts";
import { awsRestApi } from "../capabilities.ts";
import { STAGE } from "../stage/name.ts";
import { stagePath } from "./path-pattern.ts";
import { type AddressLimit, addressLimits, takenFrom, webAclOf } from "./rules.ts";
import { unitsOf } from "./web-acl.ts";

const { limits: numbers } = awsRestApi;

/** What a web ACL refuses of limits by client address. */
export function checkWebAcl(api: Api): readonly Problem[] {
  const limits = addressLimits(api);
  return [
    ...limits.flatMap((each) => checkLimit(each)),
    ...limits.slice(numbers.addressLimits.value).map(({ route }) => surplus(route, limits.length)),
    ...limits.flatMap(({ route }) => checkPatterns(api, route)),
    ...checkUnits(api),
  ];
}

function checkLimit({ route, limit: { requests, burst } }: AddressLimit): readonly Problem[] {
  const problems: Problem[] = [];
  const { value: least } = numbers.leastAddressLimit;
  if (requests < least) {
    problems.push({
      code: "address-limit-too-small",
      route: route.key,
      feature: "limits.ip",
      vendor: "aws",
      rule: `AWS WAF counts to ${least} at least, and this is ${requests} per minute`,
      remedy: `Write ${least} or more, limit by "route", or deploy to AzureApiManagementApi.`,
    });
  }
  if (burst !== undefined && burst !== requests) {
    problems.push({
      code: "address-limit-burst",
      route: route.key,
      feature: "limits.burst",
      vendor: "aws",
      rule: "AWS WAF counts the requests of an address in a window, and has no burst beside it",
      remedy: "Leave burst out; `requests` is then also the most at one instant.",
    });
  }
  return problems;
}

function surplus({ key }: ApiRoute, count: number): Problem {
  const { value, unit } = numbers.addressLimits;
  return {
    code: "too-many-address-limits",
    route: key,
    feature: "limits.ip",
    vendor: "aws",
    rule: `${count} routes have a limit by client address, and a web ACL takes ${value} ${unit}`,
    remedy: 'Limit addresses only where it matters most, and the others by "route".',
  };
}

function checkPatterns(api: Api, route: ApiRoute): readonly Problem[] {
  const { value, unit } = numbers.patternCharacters;
  return [route, ...takenFrom(api, route)].flatMap(({ pattern }): readonly Problem[] => {
    const { length } = stagePath(STAGE, pattern);
    if (length <= value) return [];
    return [
      {
        code: "address-limit-path-too-long",
        route: route.key,
        feature: "limits.ip",
        vendor: "aws",
        rule: `AWS takes ${value} ${unit}, and ${printPattern(pattern)} makes ${length}`,
        remedy: 'Shorten the path, or limit by "route".',
      },
    ];
  });
}

function checkUnits(api: Api): readonly Problem[] {
  const { value, unit } = numbers.webAclUnits;
  const units = unitsOf(webAclOf(api)?.rules ?? []);
  if (units <= value) return [];
  return [
    {
      code: "too-many-web-acl-units",
      feature: "limits.ip",
      vendor: "aws",
      rule: `the limits by client address take ${units}, and AWS takes ${value} ${unit}`,
      remedy: "Limit addresses on fewer routes, or on routes in whose path fewer others lie.",
    },
  ];
}
