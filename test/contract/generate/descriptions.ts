import fc from "fast-check";
import type {
  AuthText,
  CorsText,
  DescriptionText,
  JwtText,
  LimitText,
  PlanLimitText,
  PlanText,
  RequestText,
  RouteText,
} from "../oracle/description.ts";

import { backendNames, backendOf, functionNames, privateNames } from "./backends.ts";
import { requests } from "./bodies.ts";

/** Whether the gateway under test supports a feature. Descriptions contain supported features only. */
export type Carries = (feature: string) => boolean;

/** The header of every generated reply. It distinguishes replies from all other responses. */
export const replyMark = "x-contract-reply";

// One spelling of each, so that no two literals differ by case only.
export const literals = [
  "a",
  "a",
  "a",
  "b",
  "b",
  "orders",
  "v1.2",
  "x-y_z~",
  "$ref",
  "(1)",
  "it's",
  "a+b",
  "k=v",
  "me@home",
  "act:go",
  "Up",
  "a&b;c,d!",
];
const parameterNames = ["id", "x", "proxy", "a.b-c", "_private", "Order"];
const methods = ["GET", "POST", "PUT", "DELETE", "PATCH", "HEAD", "ANY"];

/** Text that is syntax in the document, the policy or an expression of a vendor. A compiler must quote it. */
export const hostileTexts = [
  "plain",
  'it\'s "quoted"',
  "@(context.Request.Headers)",
  "@{ return true; }",
  "{{named-value}}",
  "${stageVariables.secret}",
  "$request.header.authorization",
  "<set-header/>&amp;]]>",
  '\\"\\u0022\\',
  "a,b;c=d|e",
  "100% %41 %",
  "--><!--",
];
const scopes = [
  "orders:read",
  "orders:write",
  "admin",
  "https://api.test/.default",
  "it's",
  "@(x)",
  "{{s}}",
  "<&>",
  "${a}",
];
const audiences = [
  "orders",
  "https://api.test/orders",
  "Orders",
  "it's",
  "{{aud}}",
  "@(1)",
  "a b",
  '<&">',
  "é-ü",
  "${x}",
];
const setHeaders = ["x-tenant", "X-From-Gateway", "x-env.1", "accept-language"];
const removedHeaders = ["x-internal", "X-Debug", "cookie", "x-secret.1"];

interface Segments {
  readonly head: readonly (string | undefined)[];
  readonly greedy: boolean;
}

const segments = (served: readonly string[]): fc.Arbitrary<Segments> =>
  fc.record({
    head: fc.array(fc.option(fc.constantFrom(...served), { nil: undefined, freq: 2 }), { maxLength: 4 }),
    greedy: fc.boolean(),
  });

function written({ head, greedy }: Segments, names: readonly string[], carries: Carries): string {
  const parts = head.map((text, index) => {
    if (text !== undefined) return text;
    return carries("route.parameter") ? `{${names[index % names.length]}${index}}` : `p${index}`;
  });
  if (greedy && carries("route.greedy")) parts.push("{rest+}");
  return `/${parts.join("/")}`;
}

/** The feature that a limit by consumer requires on a route with this auth. */
const byConsumer = (auth: Choice["auth"], per: LimitText["per"]): string =>
  `limits.${auth === "program" || auth === "both" ? "key" : "consumer"}${per === "hour" || per === "day" ? ".long" : ""}`;

const limit = (carries: Carries): fc.Arbitrary<LimitText> | undefined => {
  const forms = (["route", "consumer"] as const).flatMap((by) => [
    ...(carries(`limits.${by}`) || (by === "consumer" && carries("limits.key"))
      ? [
          { by, per: "second" },
          { by, per: "minute" },
        ]
      : []),
    ...(carries(`limits.${by}.long`) || (by === "consumer" && carries("limits.key.long"))
      ? [
          { by, per: "hour" },
          { by, per: "day" },
        ]
      : []),
  ]) as { by: LimitText["by"]; per: LimitText["per"] }[];
  if (carries("limits.api")) forms.push({ by: "api", per: "minute" });
  if (carries("limits.ip.second")) forms.push({ by: "ip", per: "second" });
  if (carries("limits.ip.long")) forms.push({ by: "ip", per: "hour" }, { by: "ip", per: "day" });
  // A gateway may limit client addresses to ten requests a minute or more, and without a burst.
  const byAddress = fc
    .integer({ min: 10, max: 12 })
    .map((requests): LimitText => ({ requests, per: "minute", by: "ip" }));
  const small = smallLimit(forms, carries);
  if (!carries("limits.ip")) return small;
  return small === undefined
    ? byAddress
    : fc.oneof({ arbitrary: small, weight: 3 }, { arbitrary: byAddress, weight: 1 });
};

const smallLimit = (
  forms: readonly { by: LimitText["by"]; per: LimitText["per"] }[],
  carries: Carries,
): fc.Arbitrary<LimitText> | undefined => {
  if (forms.length === 0) return undefined;
  return fc
    .tuple(fc.constantFrom(...forms), fc.integer({ min: 1, max: 6 }), fc.boolean())
    .map(([form, requests, bursts]) => ({
      ...form,
      requests,
      ...(bursts && carries("limits.burst") ? { burst: requests + 2 } : {}),
    }));
};

const reply: fc.Arbitrary<RouteText> = fc
  .record({
    status: fc.constantFrom(200, 201, 204, 404, 418, 503),
    header: fc.constantFrom(...hostileTexts),
    body: fc.oneof(
      fc.constantFrom(...hostileTexts),
      fc.constant("two\nlines\tand \u00e9 \u6f22 \u{1f600}"),
      fc.jsonValue({ maxDepth: 2 }),
    ),
  })
  .map(({ status, header, body }) => ({
    reply: { status, headers: { [replyMark]: "yes", "x-text": header }, ...(status === 204 ? {} : { body }) },
  }));

interface Choice {
  readonly method: string;
  readonly segments: Segments;
  readonly names: readonly string[];
  readonly auth: "staff" | "partners" | "anyone" | "default" | "program" | "both" | "services";
  readonly scopes: readonly string[];
  /** Whether each of several scopes is required. */
  readonly each: boolean;
  readonly limit: LimitText | undefined;
  readonly reply: RouteText | undefined;
  readonly backend: number;
  readonly mapping: number;
  readonly set: readonly string[];
  readonly values: readonly string[];
  readonly removed: readonly string[];
}

const choice = (carries: Carries, served: readonly string[]): fc.Arbitrary<Choice> => {
  const limits = limit(carries);
  return fc.record({
    method: fc.constantFrom(...methods),
    segments: segments(served),
    names: fc.uniqueArray(fc.constantFrom(...parameterNames), { minLength: 5, maxLength: 5 }),
    auth: fc.constantFrom(
      ...(["staff", "partners", "anyone", "default", "staff"] as const),
      ...(carries("auth.key") ? (["program", "program"] as const) : []),
      ...(carries("auth.token-and-key") ? (["both"] as const) : []),
      ...(carries("auth.iam") ? (["services", "services"] as const) : []),
    ),
    scopes: carries("auth.scopes")
      ? fc.oneof(fc.constant([]), fc.uniqueArray(fc.constantFrom(...scopes), { minLength: 1, maxLength: 3 }))
      : fc.constant([]),
    each: carries("auth.scopes.all") ? fc.boolean() : fc.constant(false),
    limit: limits === undefined ? fc.constant(undefined) : fc.option(limits, { nil: undefined, freq: 2 }),
    reply: carries("reply") ? fc.option(reply, { nil: undefined, freq: 4 }) : fc.constant(undefined),
    backend: fc.nat(9),
    mapping: fc.nat(7),
    set: fc.uniqueArray(fc.constantFrom(...setHeaders), { maxLength: carries("headers.set") ? 2 : 0 }),
    values: fc.array(fc.constantFrom(...hostileTexts), { minLength: 2, maxLength: 2 }),
    removed: fc.uniqueArray(fc.constantFrom(...removedHeaders), { maxLength: carries("headers.remove") ? 2 : 0 }),
  });
};

/** Another path at the backend with the same parameters: a prefix, or a path that contains them in reverse order. */
function remapped(path: string, mapping: number, carries: Carries): string | undefined {
  if (mapping <= 2) return undefined;
  if (mapping <= 4) return carries("path.prefix") ? `/in-front/v2${path === "/" ? "" : path}` : undefined;
  if (!carries(path.includes("{") ? "path.rewrite" : "path.fixed")) return undefined;
  const names = [...path.matchAll(/\{([^}+]+)\}/g)].map((found) => `{${found[1]}}`).reverse();
  const rest = path.includes("{rest+}") ? ["{rest}"] : [];
  return mapping === 5 ? "/fixed" : `/${["to", ...names, "it's", ...rest].join("/")}`;
}

/**
 * Removes what does not fit the method or the description. A body is validated only if bodies are validated at all, and a response to HEAD
 * does not show why a request is invalid.
 */
function requestOf(method: string, request: RequestText | undefined, checksBodies: boolean): RequestText | undefined {
  if (method === "HEAD" || method === "ANY") return undefined;
  if (request?.body === undefined || (checksBodies && ["POST", "PUT", "PATCH"].includes(method))) return request;
  const { body: _, ...parameters } = request;
  return Object.keys(parameters).length === 0 ? undefined : parameters;
}

function routeOf(
  drawn: Choice,
  path: string,
  backends: readonly string[],
  request: RequestText | undefined,
  carries: Carries,
): RouteText {
  const open = drawn.auth === "anyone";
  const auth = drawn.auth === "default" ? {} : { auth: drawn.auth };
  const tokenless = open || drawn.auth === "program" || drawn.auth === "services";
  // Open routes and routes with signatures have no consumer. A gateway may identify consumers by key only.
  const nobody = open || drawn.auth === "services";
  const uncounted = drawn.limit?.by === "consumer" && (nobody || !carries(byConsumer(drawn.auth, drawn.limit.per)));
  const by = uncounted ? undefined : drawn.limit;
  const common = {
    ...auth,
    ...(request === undefined ? {} : { request }),
    ...(tokenless || drawn.scopes.length === 0 ? {} : { scopes: drawn.each ? { all: drawn.scopes } : drawn.scopes }),
    ...(by === undefined ? {} : { limits: [by] }),
  };
  if (drawn.reply !== undefined && drawn.method !== "HEAD") return { ...drawn.reply, ...common };
  const to = backends[drawn.backend % backends.length] ?? "";
  // A function receives the request unchanged.
  if (functionNames.includes(to)) return { to, ...common };
  const mapping = remapped(path, drawn.mapping, carries);
  const set = Object.fromEntries(drawn.set.map((name, index) => [name, drawn.values[index] ?? ""]));
  const changes = {
    ...(drawn.set.length === 0 ? {} : { set }),
    ...(drawn.removed.length === 0 ? {} : { remove: drawn.removed }),
  };
  return {
    to,
    ...(mapping === undefined ? {} : { path: mapping }),
    ...common,
    ...(Object.keys(changes).length === 0 ? {} : { requestHeaders: changes }),
  };
}

/** Without audiences, they are bound. */
function tokenOf(audiences: readonly string[] | null, byClient: boolean): JwtText {
  return {
    kind: "jwt",
    ...(audiences === null ? {} : { audiences }),
    ...(byClient ? { audienceFallback: "client_id" } : {}),
  };
}

const planLimits: fc.Arbitrary<readonly PlanLimitText[]> = fc.uniqueArray(
  fc.record({ requests: fc.integer({ min: 1, max: 6 }), per: fc.constantFrom("second", "minute") }),
  { selector: ({ per }) => per, minLength: 1, maxLength: 1 },
);

interface PlanChoice {
  readonly limits: readonly PlanLimitText[] | undefined;
  readonly quota: NonNullable<PlanText["quota"]> | undefined;
  /** The number of the route, among the routes that require a key. */
  readonly single: { readonly route: number; readonly limits: readonly PlanLimitText[] } | undefined;
}

const planChoice = (carries: Carries): fc.Arbitrary<PlanChoice> => {
  const where = <T>(feature: string, drawn: fc.Arbitrary<T>): fc.Arbitrary<T | undefined> =>
    carries(feature) ? fc.option(drawn, { nil: undefined, freq: 2 }) : fc.constant(undefined);
  return fc.record({
    limits: where("plans.limits", planLimits),
    quota: where(
      "plans.quota",
      fc.record({ requests: fc.integer({ min: 1, max: 9 }), per: fc.constantFrom("day", "week", "month") }),
    ),
    single: where("plans.routes", fc.record({ route: fc.nat(8), limits: planLimits })),
  });
};

/** The plans; none if no route requires a key. */
function plansOf(
  choices: readonly PlanChoice[],
  routes: Readonly<Record<string, RouteText>>,
): Readonly<Record<string, PlanText>> | undefined {
  const keyed = Object.keys(routes).filter((key) => ["program", "both"].includes(routes[key]?.auth ?? ""));
  if (keyed.length === 0) return undefined;
  const plans = choices.map(({ limits, quota, single }, index): [string, PlanText] => {
    const route = single === undefined ? undefined : keyed[single.route % keyed.length];
    return [
      `plan_${index}`,
      {
        ...(limits === undefined ? {} : { limits }),
        ...(quota === undefined ? {} : { quota }),
        ...(single === undefined || route === undefined ? {} : { routes: { [route]: single.limits } }),
      },
    ];
  });
  return Object.fromEntries(plans);
}

const cors: fc.Arbitrary<CorsText> = fc.oneof(
  fc.constant({ origins: ["*"] }),
  fc.record(
    {
      origins: fc.constant(["https://shop.test", "http://localhost:3000"]),
      headers: fc.constant(["Authorization", "X-Custom"]),
      expose: fc.constant(["x-total"]),
      maxAgeSeconds: fc.constantFrom(0, 60, 3600),
      credentials: fc.boolean(),
    },
    { requiredKeys: ["origins"] },
  ),
);

/**
 * Descriptions with supported features only. Some of their routes may still conflict.
 *
 * @param served the {@link literals} that the gateway supports in a path
 */
export function descriptions(carries: Carries, served: readonly string[]): fc.Arbitrary<DescriptionText> {
  return fc
    .record({
      title: fc.constantFrom("Orders", ...hostileTexts),
      backends: fc.uniqueArray(
        fc.constantFrom(
          ...backendNames,
          ...(carries("backend.fn") ? [...functionNames, ...functionNames] : []),
          ...(carries("backend.onPrem") ? privateNames : []),
        ),
        { minLength: 1, maxLength: 3 },
      ),
      staff: fc.option(fc.uniqueArray(fc.constantFrom(...audiences), { minLength: 1, maxLength: 3 }), { freq: 2 }),
      partners: fc.option(fc.uniqueArray(fc.constantFrom(...audiences), { minLength: 1, maxLength: 2 }), { freq: 2 }),
      byClient: carries("auth.jwt.client-id") ? fc.boolean() : fc.constant(false),
      reason: fc.constantFrom(...hostileTexts),
      cors: carries("cors") ? fc.option(cors, { nil: undefined, freq: 2 }) : fc.constant(undefined),
      plans: fc.array(planChoice(carries), { minLength: 1, maxLength: 3 }),
      routes: fc.array(choice(carries, served), { minLength: 3, maxLength: 9 }),
      requests: fc.array(fc.option(requests(carries), { nil: undefined, freq: 2 }), { minLength: 9, maxLength: 9 }),
      checksBodies: fc.boolean(),
      exact: fc.array(fc.boolean(), { minLength: 3, maxLength: 3 }),
    })
    .map((drawn) => {
      const auth: Record<string, AuthText> = {
        staff: tokenOf(drawn.staff, false),
        partners: tokenOf(drawn.partners, drawn.byClient),
        anyone: { kind: "open", reason: drawn.reason },
        ...(carries("auth.key") ? { program: { kind: "apiKey" } } : {}),
        ...(carries("auth.token-and-key")
          ? { both: { kind: "allOf", of: [tokenOf(drawn.partners, drawn.byClient), { kind: "apiKey" }] } }
          : {}),
        ...(carries("auth.iam") ? { services: { kind: "iam" } } : {}),
      };
      const routes: Record<string, RouteText> = {};
      for (const [index, one] of drawn.routes.entries()) {
        const path = written(one.segments, one.names, carries);
        const request = requestOf(one.method, drawn.requests[index], drawn.checksBodies);
        routes[`${one.method} ${path}`] ??= routeOf(one, path, drawn.backends, request, carries);
      }
      const plans = plansOf(drawn.plans, routes);
      return {
        version: 1,
        title: drawn.title,
        backends: Object.fromEntries(
          drawn.backends.map((name, index) => [name, backendOf(name, drawn.exact[index] === true)]),
        ),
        auth,
        default: { auth: "staff" },
        ...(drawn.cors === undefined ? {} : { cors: drawn.cors }),
        ...(plans === undefined ? {} : { plans }),
        routes,
      };
    });
}
