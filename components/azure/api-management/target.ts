import type { Capabilities } from "../../api/capability/capabilities.ts";
import { type Api, windowSeconds } from "../../api/checked-api.ts";
import { PolygateError, type Problem } from "../../api/problem.ts";
import type { Target } from "../../gateway/target.ts";
import { capabilitiesOf } from "./capabilities.ts";
import { apiManagementDocument, urlTemplate } from "./document.ts";
import { apiManagementPolicy, longestRatePeriod } from "./policy/policy.ts";
import { type ApiManagementSku, isV2 } from "./sku.ts";

/** What an API on API Management is made of. */
export interface ApiManagementArtefacts {
  /** The operations: OpenAPI 3.0 in JSON. */
  readonly document: string;
  /** All that is decided for a request: policy XML. */
  readonly policy: string;
}

/** What the compiler must know of the place, beside the bindings. */
export interface ApiManagementPlace {
  readonly sku: ApiManagementSku;
  /** The API's own path on the service, without slashes at either end; empty when it is the service's only API. */
  readonly path: string;
  /** A name for people, for a description without a title. */
  readonly title: string;
}

/** Checks and compiles an API for one API Management service. */
export function apiManagementTarget({ sku, path, title }: ApiManagementPlace): Target<ApiManagementArtefacts> {
  const capabilities = capabilitiesOf(sku);
  const segments = path === "" ? 0 : path.split("/").length;
  return {
    capabilities,
    resources: () => 2,
    cautions: () => [],
    artefacts: ({ document, policy }) => ({ "openapi.json": document, "policy.xml": policy }),
    check: (api) => [...checkPath(path, capabilities), ...checkApi(api, sku, capabilities)],
    compile: (api, bindings) => {
      const made = {
        document: apiManagementDocument(api, api.title ?? title),
        policy: apiManagementPolicy(api, bindings, segments),
      };
      const problems = [
        ...tooLarge("document", made.document, "documentBytes", capabilities),
        ...tooLarge("policy", made.policy, "policyBytes", capabilities),
      ];
      if (problems.length > 0) throw new PolygateError(`The API "${api.title ?? title}" on API Management`, problems);
      return made;
    },
  };
}

function most(name: string, { limits }: Capabilities): number {
  return limits[name]?.value ?? 0;
}

function tooLarge(what: string, made: string, limit: string, capabilities: Capabilities): readonly Problem[] {
  const bytes = Buffer.byteLength(made);
  const allowed = most(limit, capabilities);
  if (bytes <= allowed) return [];
  return [
    {
      code: `${what}-too-large`,
      vendor: "azure",
      rule: `the ${what} is ${bytes} bytes, and API Management takes ${allowed} in this tier`,
      remedy:
        what === "policy"
          ? "Serve some of the routes from another gateway (omit), let routes share backends, limits and scopes, or shorten replies."
          : "Serve some of the routes from another gateway (omit).",
    },
  ];
}

function checkPath(path: string, capabilities: Capabilities): readonly Problem[] {
  const longest = most("apiPathCharacters", capabilities);
  // A dot segment would be resolved by clients before it gets here.
  const plain = /^(?:[A-Za-z0-9_~-][A-Za-z0-9._~-]*(?:\/[A-Za-z0-9_~-][A-Za-z0-9._~-]*)*)?$/;
  if (plain.test(path) && path.length <= longest) return [];
  return [
    {
      code: "bad-api-path",
      place: "path",
      vendor: "azure",
      rule: `an API's own path is segments of letters, digits and -._~ with slashes between, at most ${longest} characters; this is ${JSON.stringify(path).slice(0, 150)}`,
      remedy: 'Write such a path, e.g. "orders/v1", or leave it out.',
    },
  ];
}

function checkApi(api: Api, sku: ApiManagementSku, capabilities: Capabilities): readonly Problem[] {
  const problems: Problem[] = [];
  const operations = most("operations", capabilities);
  if (api.routes.length > operations) {
    problems.push({
      code: "too-many-routes",
      vendor: "azure",
      rule: `there are ${api.routes.length} routes, and a service of tier ${sku} holds ${operations} operations, all APIs together`,
      remedy: "Use a larger tier, or serve some of the routes from another service (omit).",
    });
  }
  for (const route of api.routes) {
    const refuse = (code: string, feature: Problem["feature"], rule: string, remedy: string): void => {
      problems.push({
        code,
        route: route.key,
        ...(feature === undefined ? {} : { feature }),
        vendor: "azure",
        rule,
        remedy,
      });
    };
    const template = most("urlTemplateCharacters", capabilities);
    const name = most("operationNameCharacters", capabilities);
    if (urlTemplate(route.pattern).length > template || route.key.length > name) {
      refuse(
        "path-too-long",
        undefined,
        `API Management takes paths of ${template} characters and names of ${name}, and the name is method and path`,
        "Shorten the path.",
      );
    }
    for (const limit of route.limits) {
      if (limit.by !== "api" || !isV2(sku) || windowSeconds[limit.per] <= longestRatePeriod) continue;
      refuse(
        "not-carried",
        "limits.api",
        `a limit per ${limit.per} needs quota-by-key, which the tier ${sku} lacks`,
        "Limit per second or minute, or use a service of tier Developer, Basic, Standard or Premium.",
      );
    }
    if (route.kind !== "proxy") continue;
    const timeout = most("timeoutSeconds", capabilities);
    if (route.timeoutSeconds > timeout) {
      refuse(
        "timeout-too-long",
        "timeout",
        `API Management honours time-outs up to ${timeout} seconds in the tier ${sku}, and this is ${route.timeoutSeconds}`,
        `Write timeoutSeconds: ${timeout} or less, and let long work answer 202 and be asked for.`,
      );
    }
    if (route.removeHeaders.includes("server")) {
      refuse(
        "reserved-header",
        "headers.remove",
        "set-header cannot remove the header server (https://learn.microsoft.com/azure/api-management/set-header-policy)",
        "Leave the header to the gateway.",
      );
    }
  }
  return problems;
}
