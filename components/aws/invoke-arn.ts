import type { Api, ApiRoute } from "../api/checked-api.ts";
import type { RouteKey } from "../api/description.ts";
import { type Pattern, relate } from "../api/path/pattern.ts";
import { PolygateError, type Problem } from "../api/problem.ts";
import { anyOf, nearest } from "../api/suggestion.ts";

/** What {@link invokeResource} is asked beside the route. */
export interface InvokeArnOptions<Ks extends RouteKey = RouteKey> {
  /**
   * The other routes of `iam` that the ARN lets in as well, all or some of their paths: each of them, and no other. Default: none,
   * and it is an error where there are any.
   */
  readonly alsoAllows?: readonly Ks[];
}

/**
 * What stands behind the stage in the ARN of a route's requests, e.g. `GET/orders/?*`, for the policies that say who may call it.
 *
 * A policy is compared with the path that a request came with, and its wildcards cross slashes: no pattern means one segment. So the
 * ARN of a route with parameters may let in requests that other routes take: `GET/orders/?*` is `GET /orders/{id}`, and it is
 * `GET /orders/{id}/lines` and `GET /orders/export` too. That is refused, unless the caller names every such route. Routes that
 * ask for something else than a signature do not matter: no policy lets anybody in there.
 *
 * A parameter is `?*`, not `*`: nothing at all is no parameter, and with `*` whoever may read one order might list all by `/orders/`.
 *
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_resource.html
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-control-access-using-iam-policies-to-invoke-api.html
 *
 * @throws {PolygateError} for a route that is not there or not of `iam`, and for an ARN that allows more, or less, than was said.
 */
export function invokeResource(subject: string, api: Api, key: string, options: InvokeArnOptions = {}): string {
  const problems: Problem[] = [];
  const route = signedRoute(api, key, problems);
  const named = new Set<string>(options.alsoAllows ?? []);
  for (const other of named) signedRoute(api, other, problems);
  if (route === undefined || problems.length > 0) throw new PolygateError(subject, problems);
  const covered = api.routes.filter((other) => other !== route && isCovered(route, other)).map((other) => other.key);
  const unnamed = covered.filter((other) => !named.has(other));
  if (unnamed.length > 0) {
    problems.push({
      code: "arn-allows-more",
      route: key,
      feature: "auth.iam",
      vendor: "aws",
      rule: `a wildcard in an ARN crosses slashes, so a policy that allows this route allows requests of ${listed(unnamed)} too`,
      remedy: `Where that is meant, or denied by name beside it, write arnOf(${JSON.stringify(key)}, { alsoAllows: ${JSON.stringify(covered)} }). Else give one of them another path, or another auth.`,
    });
  }
  for (const other of named) {
    if (covered.includes(other)) continue;
    problems.push({
      code: "arn-allows-less",
      route: key,
      feature: "auth.iam",
      vendor: "aws",
      rule: `its ARN lets in no request of "${other}"`,
      remedy: "Remove it from alsoAllows, and allow it by an ARN of its own.",
    });
  }
  if (problems.length > 0) throw new PolygateError(subject, problems);
  const parts = route.pattern.map((segment) => (segment.kind === "literal" ? segment.text : "?*"));
  return `${route.method}/${parts.join("/")}`;
}

function listed(keys: readonly string[]): string {
  return keys.map((key) => JSON.stringify(key)).join(" and ");
}

function signedRoute(api: Api, key: string, problems: Problem[]): ApiRoute | undefined {
  const route = api.routes.find((other) => other.key === key);
  const signed = api.routes.filter(({ auth }) => auth.kind === "iam").map((other) => other.key);
  const near = nearest(key, signed);
  const instead = near === undefined ? `Routes of iam are ${anyOf(signed)}.` : `Did you mean "${near}"?`;
  const remedy = signed.length === 0 ? "Give a route an auth with iam()." : instead;
  if (route === undefined) {
    problems.push({ code: "unknown-route", route: key, rule: "this gateway serves no such route", remedy });
  } else if (route.auth.kind !== "iam") {
    const rule = "it does not ask for a signature, so no policy says who may call it";
    problems.push({ code: "not-signed", route: key, feature: "auth.iam", rule, remedy });
  }
  return route;
}

/** A segment of a request's path: one of the texts in question, any other, or none between two slashes. */
type Symbol = { readonly text: string } | "other" | "empty";

/** Reads paths segment by segment; the states are numbers. */
interface Automaton {
  readonly step: (state: number, symbol: Symbol) => readonly number[];
  readonly accepts: (state: number) => boolean;
}

/** Whether requests that `other` takes have paths that the ARN of `route` stands for. */
function isCovered(route: ApiRoute, other: ApiRoute): boolean {
  if (other.method !== route.method || other.auth.kind !== "iam") return false;
  const texts = [...route.pattern, ...other.pattern].flatMap((part) => (part.kind === "literal" ? [part.text] : []));
  const symbols: readonly Symbol[] = [...new Set(texts)].map((text): Symbol => ({ text })).concat("other", "empty");
  const arn = wildcards(route.pattern);
  const theirs = paths(other.pattern);
  // What both take is the narrower one's.
  const own = relate(route.pattern, other.pattern) === "narrower" ? paths(route.pattern) : undefined;
  type States = readonly [arn: readonly number[], theirs: readonly number[], own: readonly number[]];
  const seen = new Set<string>();
  const ahead: States[] = [[[0], [0], own === undefined ? [] : [0]]];
  for (let states = ahead.pop(); states !== undefined; states = ahead.pop()) {
    const [a, t, o] = states;
    const identity = JSON.stringify(states);
    if (a.length === 0 || t.length === 0 || seen.has(identity)) continue;
    seen.add(identity);
    if (a.some(arn.accepts) && t.some(theirs.accepts) && !(own !== undefined && o.some(own.accepts))) return true;
    for (const symbol of symbols) {
      ahead.push([step(arn, a, symbol), step(theirs, t, symbol), own === undefined ? [] : step(own, o, symbol)]);
    }
  }
  return false;
}

function step(automaton: Automaton, states: readonly number[], symbol: Symbol): readonly number[] {
  return [...new Set(states.flatMap((state) => automaton.step(state, symbol)))].toSorted((a, b) => a - b);
}

function isText(symbol: Symbol, text: string): boolean {
  return typeof symbol === "object" && symbol.text === text;
}

/**
 * What an ARN stands for. Three states a segment: before it, in a wildcard that has had an empty segment alone, and in one that has
 * had enough and takes more.
 */
function wildcards(pattern: Pattern): Automaton {
  return {
    accepts: (state) => state === 3 * pattern.length,
    step(state, symbol) {
      const index = Math.floor(state / 3);
      const segment = pattern[index];
      const within = state % 3;
      const next = 3 * (index + 1);
      if (segment === undefined) return [];
      if (segment.kind === "literal") return isText(symbol, segment.text) ? [next] : [];
      // Of one empty segment, "?" has nothing to stand for; two are a slash.
      if (within === 0 && symbol === "empty") return [3 * index + 1];
      return [3 * index + 2, next];
    },
  };
}

/** The paths that a route takes, and those with a slash at their end, of which AWS does not say who takes them. */
function paths(pattern: Pattern): Automaton {
  const end = pattern.length;
  return {
    accepts: (state) => state === end || state === end + 1,
    step(state, symbol) {
      const segment = pattern[state];
      if (segment === undefined) return state === end && symbol === "empty" ? [end + 1] : [];
      if (segment.kind === "literal") return isText(symbol, segment.text) ? [state + 1] : [];
      if (segment.kind === "parameter") return symbol === "empty" ? [] : [state + 1];
      return [state, state + 1];
    },
  };
}
