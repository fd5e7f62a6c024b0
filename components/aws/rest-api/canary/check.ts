import type { Api } from "../../../api/checked-api.ts";
import type { Problem, Vendor } from "../../../api/problem.ts";
import { authorizerName, requirementsOf } from "../document/requirement.ts";
import { resourcesOf } from "../document/resources.ts";
import type { WebAclSettings } from "../firewall/web-acl.ts";
import { methodPath, type RestPlan } from "../stage/settings.ts";
import type { SnapshotCalls } from "./calls.ts";
import type { StableSnapshot } from "./stable-deployment.ts";

/** What a gateway is about to become. */
export interface Foreseen {
  readonly calls: Pick<SnapshotCalls, "functions" | "links">;
  /** The description of each function that checks tokens, by the name of its authorizer. */
  readonly authorizers: Readonly<Record<string, string>>;
  /** What the stage will have of methods, by their path. */
  readonly methods: Readonly<Record<string, object>>;
  readonly plans: Readonly<Record<string, RestPlan>>;
  readonly webAcl: WebAclSettings | undefined;
  /** A hash of all that the description comes to, as {@link StableSnapshot} has it. */
  readonly draft: string;
}

const vendor: Vendor = "aws";
const remedy = "Deploy this change without canary.";

/**
 * What a change would take from the deployment that goes on beside the canary: what it calls, and what the stage has for both. The engine
 * deletes at the end of an update what the program no longer has, and knows nothing of deployments that call it.
 */
export function checkBeside(stable: StableSnapshot, foreseen: Foreseen, api: Api): readonly Problem[] {
  const called = [...checkAuthorizers(stable, foreseen, api), ...checkCalled(stable.calls, foreseen.calls)];
  // Of the same description, what is not there yet is still to come: the update that made the gateway was cut short.
  if (stable.draft === foreseen.draft) return called;
  return [
    ...called,
    ...checkMethods(stable.methods, foreseen.methods, api),
    ...checkPlans(stable.plans, foreseen.plans),
    ...checkWebAcl(stable.webAcl, foreseen.webAcl),
  ];
}

function checkAuthorizers({ calls, authorizers }: StableSnapshot, foreseen: Foreseen, api: Api): readonly Problem[] {
  const asked = new Set(requirementsOf(api).map(authorizerName));
  return Object.entries(calls.authorizers).flatMap(([name, arn]): readonly Problem[] => {
    const auth = name.slice(0, name.lastIndexOf("_"));
    const problem = (place: string, rule: string): readonly Problem[] => [
      { code: "canary-takes-authorizer", place, vendor, rule, remedy },
    ];
    const whose = `the function that checks tokens of "${auth}" for the requests which are not the canary's`;
    if (!asked.has(name)) {
      return problem(`auth.${auth}`, `${whose} would go, since no route asks for its audiences and scopes any more`);
    }
    if (authorizers[name]?.arn !== arn) {
      return problem(`auth.${auth}`, `${whose} is not this gateway's any more: another update has begun to replace it`);
    }
    if (authorizers[name]?.description !== foreseen.authorizers[name]) {
      return problem(
        `auth.${auth}.issuer`,
        `${whose} would be replaced: its issuer is another, or Polygate's own code is`,
      );
    }
    return [];
  });
}

function checkCalled(stable: Foreseen["calls"], foreseen: Foreseen["calls"]): readonly Problem[] {
  const gone = (called: readonly string[], kept: readonly string[], rule: (what: string) => string) =>
    called
      .filter((each) => !kept.includes(each))
      .map((each) => ({ code: "canary-takes-backend", place: "backends", vendor, rule: rule(each), remedy }));
  return [
    ...gone(
      stable.functions,
      foreseen.functions,
      (arn) =>
        `requests which are not the canary's call the function ${arn}, and the API's permission to do so would go`,
    ),
    ...gone(
      stable.links,
      foreseen.links,
      (link) => `requests which are not the canary's go through ${link}, which no route would name any more`,
    ),
  ];
}

/** Of the stage, by method. Nothing of it may differ: there is one entry for both, and none for a method that only the canary has. */
function checkMethods(
  recorded: StableSnapshot["methods"],
  foreseen: Foreseen["methods"],
  api: Api,
): readonly Problem[] {
  const routes = new Map(
    resourcesOf(api).resources.flatMap(({ path, routes: served }) =>
      served.map(({ method, key }) => [methodPath(path, method), key]),
    ),
  );
  return differing(recorded, foreseen, entryOf).map(([path, was, becomes]) => {
    const route = routes.get(path);
    return {
      code: "canary-changes-limit",
      ...(route === undefined ? { place: path === "*/*" ? "routes" : `routes["${methodOf(path)}"]` } : { route }),
      vendor,
      rule: `a limit by route, or how long answers are kept, is one for all requests, the canary's and the others: here ${was ?? "none"} would become ${becomes ?? "none"}`,
      remedy,
    };
  });
}

function checkPlans(recorded: StableSnapshot["plans"], foreseen: Foreseen["plans"]): readonly Problem[] {
  const plans = Object.fromEntries(Object.entries(foreseen).map(([name, plan]) => [name, argumentsOf(plan)]));
  return differing(recorded, plans, planOf).map(([name, was, becomes]) => ({
    code: "canary-changes-limit",
    place: `plans.${name}`,
    vendor,
    rule: `a plan is one for all requests, the canary's and the others: here ${was ?? "none"} would become ${becomes ?? "none"}`,
    remedy,
  }));
}

function checkWebAcl(recorded: StableSnapshot["webAcl"], foreseen: Foreseen["webAcl"]): readonly Problem[] {
  if (recorded === undefined && foreseen === undefined) return [];
  if (recorded !== undefined && foreseen !== undefined && states(recorded.rules, foreseen.rules)) return [];
  const rule =
    "the web ACL, which limits client addresses, is one for all requests, the canary's and the others, and would become another";
  return [{ code: "canary-changes-limit", place: "firewall", vendor, rule, remedy }];
}

/** The names under which two records hold different texts, with both. */
function differing(
  recorded: Readonly<Record<string, object>>,
  foreseen: Readonly<Record<string, object>>,
  text: (each: object) => string,
): readonly (readonly [string, string | undefined, string | undefined])[] {
  const textOf = (from: Readonly<Record<string, object>>, name: string) => {
    const each = Object.hasOwn(from, name) ? from[name] : undefined;
    return each === undefined ? undefined : text(each);
  };
  const names = [...new Set([...Object.keys(recorded), ...Object.keys(foreseen)])].toSorted();
  return names
    .map((name) => [name, textOf(recorded, name), textOf(foreseen, name)] as const)
    .filter(([, was, becomes]) => was !== becomes);
}

/** What a setting of a method allows: not what is counted or logged of it. Left out is what the provider then writes. */
function entryOf(settings: object): string {
  const {
    throttlingRateLimit: rate,
    throttlingBurstLimit: burst,
    cachingEnabled,
    cacheTtlInSeconds,
  } = settings as Members;
  const limit =
    Number(rate ?? -1) === -1 && Number(burst ?? -1) === -1 ? "no limit" : `${rate} a second, ${burst} at once`;
  return cachingEnabled === true ? `${limit}, kept for ${cacheTtlInSeconds} seconds` : limit;
}

function methodOf(path: string): string {
  const slash = path.lastIndexOf("/");
  return `${path.slice(slash + 1)} ${path.slice(0, slash).replaceAll("~1", "/")}`;
}

/** A plan as its resource has it. */
function argumentsOf({ throttle, quota, methods }: RestPlan): object {
  return {
    throttleSettings: throttle && { rateLimit: throttle.rate, burstLimit: throttle.burst },
    quotaSettings: quota,
    apiStages: [{ throttles: methods.map(({ path, rate, burst }) => ({ path, rateLimit: rate, burstLimit: burst })) }],
  };
}

type Members = Readonly<Record<string, unknown>>;

function planOf(plan: object): string {
  const { throttleSettings, quotaSettings, apiStages } = plan as Members;
  const throttle = (given: unknown) => {
    const { rateLimit, burstLimit } = (given ?? {}) as Members;
    return `${rateLimit} a second, ${burstLimit} at once`;
  };
  const { limit, period } = (quotaSettings ?? {}) as Members;
  const [{ throttles }] = ((apiStages as readonly Members[] | undefined) ?? [{}]) as [Members];
  const methods = ((throttles ?? []) as readonly Members[]).map((each) => `${each.path}: ${throttle(each)}`);
  return (
    [
      ...(throttleSettings === undefined || throttleSettings === null ? [] : [throttle(throttleSettings)]),
      ...(quotaSettings === undefined || quotaSettings === null ? [] : [`${limit} a ${String(period).toLowerCase()}`]),
      ...methods.toSorted(),
    ].join("; ") || "no limit"
  );
}

/** A provider keeps what has a name as a set, in an order of its own. */
function byName(list: readonly unknown[]): readonly unknown[] {
  const nameOf = (each: unknown) => String(((each ?? {}) as Members).name);
  return list.toSorted((one, other) => (nameOf(one) < nameOf(other) ? -1 : nameOf(one) > nameOf(other) ? 1 : 0));
}

/** Whether a resource's outputs say all that these arguments do; what a provider adds is its defaults. */
function states(recorded: unknown, wanted: unknown): boolean {
  if (Array.isArray(wanted)) {
    if (!Array.isArray(recorded) || recorded.length !== wanted.length) return false;
    const others = byName(recorded);
    return byName(wanted).every((each, index) => states(others[index], each));
  }
  if (typeof wanted !== "object" || wanted === null) return recorded === wanted;
  const members = (recorded ?? {}) as Members;
  return Object.entries(wanted).every(([name, each]) => states(members[name], each));
}
