import type { Case } from "../cases.ts";
import type { OracleRoute } from "../oracle/description.ts";
import type { Answer } from "../world/backend.ts";
import { plainAnswer } from "../world/backend.ts";
import { contentTypes, wrongBody } from "./bodies.ts";
import type { Probe } from "./probe.ts";
import {
  bodyOf,
  clientHeaders,
  nearMiss,
  type Oddity,
  oddities,
  overlapping,
  pathOf,
  pick,
  queries,
} from "./sample.ts";
import { anonymous, type Steps } from "./steps.ts";

const functionFailures = [
  "throws",
  "returns a status out of range",
  "returns a wrong status",
  "returns wrong headers",
] as const;
const backendAnswers: readonly Answer[] = [401, 403, 404, 413, 429, 500, 503, 302].map((status) => ({
  status,
  headers: { "x-from-backend": "1", ...(status === 302 ? { location: "https://elsewhere.test/" } : {}) },
  body: `the backend's own ${status}`,
}));

/** Probes of routing, validation, CORS and responses. */
export class RequestProbes {
  readonly #steps: Steps;

  constructor(steps: Steps) {
    this.#steps = steps;
  }

  /** A request that matches the route, with a query, headers and a body that the backend must receive unchanged. */
  proxied(route: OracleRoute | undefined, salt: number): Probe | undefined {
    if (route === undefined) return undefined;
    const step = this.#steps.step(route, salt, {
      query: pick(queries, salt),
      headers: [...pick(clientHeaders, salt), ...changedHeaders(route)],
      body: this.#steps.bodyOf(route, salt),
      chunked: salt % 3 === 2,
    });
    return { case: hitCase(route, salt), steps: [step] };
  }

  /** A path or a method that the route almost matches. */
  noRoute(route: OracleRoute | undefined, salt: number): Probe | undefined {
    if (route === undefined) return undefined;
    const greedy = route.segments.at(-1)?.endsWith("+}") === true;
    if (greedy && salt % 3 === 1) {
      const path = pathOf({ ...route, segments: route.segments.slice(0, -1) }, salt);
      return { case: "rest-empty", steps: [this.#steps.step(route, salt, { path })] };
    }
    const methods = ["GET", "POST", "PUT", "DELETE", "PATCH", "HEAD"].filter((method) => method !== route.method);
    return salt % 3 === 0
      ? { case: "method-unknown", steps: [this.#steps.step(route, salt, { method: pick(methods, salt) })] }
      : { case: "path-unknown", steps: [this.#steps.step(route, salt, { path: nearMiss(route, salt) })] };
  }

  /** Paths of the route that begin like those of another route, with and without a valid credential. */
  overlap(route: OracleRoute | undefined, other: OracleRoute | undefined, salt: number): Probe | undefined {
    if (route === undefined || other === undefined || route.segments.every((part) => !part.startsWith("{"))) {
      return undefined;
    }
    const path = overlapping(route, other, salt);
    const unauthenticated = this.#steps.step(route, salt, { ...anonymous, path });
    return { case: "route-overlap", steps: [unauthenticated, this.#steps.step(route, salt, { path })] };
  }

  /** An odd spelling of a path that the route matches, with and without a valid credential. */
  oddPath(route: OracleRoute | undefined, oddity: Oddity, salt: number): Probe | undefined {
    if (route === undefined) return undefined;
    const path = pick<(path: string) => string>(oddities[oddity], salt)(pathOf(route, salt));
    const unauthenticated = this.#steps.step(route, salt, { ...anonymous, path });
    return { case: oddity, steps: [unauthenticated, this.#steps.step(route, salt, { path })] };
  }

  /** A request in which a required parameter is missing or empty. */
  missingParameter(route: OracleRoute | undefined, salt: number): Probe | undefined {
    const { query = [], headers = [] } = route?.text.request ?? {};
    const names = [...query, ...headers];
    if (route === undefined || names.length === 0) return undefined;
    const value = salt % 2 === 0 ? undefined : "";
    const without = { name: pick(names, Math.floor(salt / 2)), value };
    return { case: "parameter-missing", steps: [this.#steps.step(route, salt, { without })] };
  }

  /** A body that does not match the schema, with any media type, and then one that does. */
  invalidBody(route: OracleRoute | undefined, salt: number): Probe | undefined {
    const schema = route?.text.request?.body;
    if (route === undefined || schema === undefined) return undefined;
    const body = salt % 7 === 6 ? Buffer.alloc(0) : wrongBody(schema, salt);
    const type = salt % 3 === 0 ? undefined : pick(contentTypes, salt);
    const headers = type === undefined ? [] : [["Content-Type", type] as const];
    const isOther = type !== undefined && !/json/i.test(type);
    return {
      case: isUncheckedType(route, type) ? "body-type-unchecked" : isOther ? "body-type" : "body-invalid",
      steps: [
        { ...this.#steps.step(route, salt, { body, headers, chunked: salt % 5 === 4 }), after: 1_000 },
        {
          ...this.#steps.step(route, salt, { headers }),
          after: 1_000,
          case: route.text.reply === undefined || type === undefined ? "request-valid" : "reply-type",
        },
      ],
    };
  }

  /** A request to a route that replies, with any declared media type. */
  mediaType(route: OracleRoute | undefined, salt: number): Probe | undefined {
    if (route?.text.reply === undefined) return undefined;
    const headers = [["Content-Type", pick(contentTypes, salt)] as const];
    return {
      case: "reply-type",
      steps: [this.#steps.step(route, salt, { headers, body: this.#steps.bodyOf(route, salt) })],
    };
  }

  /** A preflight, or a request with an origin, from an allowed page or another page. */
  cors(route: OracleRoute | undefined, salt: number): Probe | undefined {
    const { cors } = this.#steps.context.description;
    if (route === undefined || cors === undefined) return undefined;
    const known = salt % 3 !== 0 || cors.origins.includes("*");
    const listed = pick(cors.origins, salt);
    const near = pick(
      ["https://evil.test", "https://shop.test.evil.test", "http://shop.test", "null", "https://SHOP.test:444"],
      salt,
    );
    const origin = known ? (listed === "*" ? "https://any.test" : listed) : near;
    if (salt % 2 === 1) {
      return { case: "cors-response", steps: [this.#steps.step(route, salt, { headers: [["Origin", origin]] })] };
    }
    const headers: [string, string][] = [
      ["Origin", origin],
      ["Access-Control-Request-Method", route.method],
      ["Access-Control-Request-Headers", "authorization"],
    ];
    return {
      case: known ? "preflight" : "preflight-origin-unknown",
      steps: [this.#steps.step(route, salt, { ...anonymous, method: "OPTIONS", headers })],
    };
  }

  /** A function that fails, or returns an invalid response. */
  functionFails(route: OracleRoute | undefined, salt: number): Probe | undefined {
    if (route?.toFunction !== true) return undefined;
    const answer: Answer = { ...plainAnswer, fails: pick(functionFailures, salt) };
    return { case: "function-fails", steps: [{ ...this.#steps.step(route, salt, {}), answer }] };
  }

  backendAnswer(route: OracleRoute | undefined, salt: number): Probe | undefined {
    if (route?.text.to === undefined) return undefined;
    return {
      case: "backend-answer-intact",
      steps: [{ ...this.#steps.step(route, salt, {}), answer: pick(backendAnswers, salt) }],
    };
  }

  /** A body over the gateway's limit. Its length is announced, but it is not sent. */
  tooLarge(route: OracleRoute | undefined): Probe | undefined {
    if (route?.text.to === undefined || route.method !== "POST") return undefined;
    const announcedBytes = this.#steps.context.maxBodyBytes + 1024 * 1024;
    return { case: "body-too-large", steps: [this.#steps.step(route, 0, { announcedBytes })] };
  }

  timeout(route: OracleRoute): Probe {
    const answer: Answer = { ...plainAnswer, hangs: true };
    const name = route.toFunction ? "function-timeout" : "backend-timeout";
    return { case: name, steps: [{ ...this.#steps.step(route, 0, {}), answer }] };
  }
}

/** Whether the route checks bodies of some media types only, and not of this one. */
function isUncheckedType(route: OracleRoute, type = "application/json"): boolean {
  const name = type.split(";")[0]?.toLowerCase() ?? "";
  return route.text.request?.bodyTypes?.includes(name) === false;
}

/** The headers that the route sets or removes, with values from the client. */
function changedHeaders(route: OracleRoute): readonly (readonly [string, string])[] {
  const { set = {}, remove = [] } = route.text.requestHeaders ?? {};
  return [...Object.keys(set), ...remove].flatMap((name, index) => [
    [index % 2 === 0 ? name.toUpperCase() : name, "the client's"] as const,
    [name, "the client's, again"] as const,
  ]);
}

/** The case that a proxied request tests. */
function hitCase(route: OracleRoute, salt: number): Case {
  const { text } = route;
  if (text.reply !== undefined) return "reply";
  if (route.toFunction) return "function-hit";
  const shown: Case[] = ["route-hit", "query-intact", "headers-intact", "authorization-intact"];
  if (route.toPrivate) shown.push("private-hit", "private-hit");
  if (text.path !== undefined) shown.push("path-mapped", "path-mapped");
  if (route.segments.some((part) => part.startsWith("{"))) shown.push("parameter-encoded");
  if (bodyOf(route.method, salt) !== undefined) shown.push("body-intact");
  if (text.requestHeaders?.set !== undefined) shown.push("header-set");
  if (text.requestHeaders?.remove !== undefined) shown.push("header-removed");
  return pick(shown, salt);
}
