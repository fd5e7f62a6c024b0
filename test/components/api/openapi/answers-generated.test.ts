import assert from "node:assert/strict";
import fc from "fast-check";
import type { Description } from "../../../../components/api/description.ts";
import type { Answers, SchemeAnswer } from "../../../../components/api/openapi/answers/answers.ts";
import { fromOpenApi } from "../../../../components/api/openapi/from-openapi.ts";
import { problemsOf } from "../../../support/components/api/openapi/openapi-problems.ts";

type Alternative = Readonly<Record<string, readonly string[]>>;
type Answer = { readonly [K in keyof SchemeAnswer]?: unknown } & { readonly kind: string; readonly auth?: string };

interface Case {
  readonly document: readonly Alternative[] | undefined;
  readonly own: readonly Alternative[] | undefined;
  readonly schemes: Readonly<Record<string, Answer>>;
  readonly order: readonly (string | readonly string[])[];
  readonly scopes: "any" | "all" | undefined;
  readonly unsecured: Answer | undefined;
}

const schemes: Readonly<Record<string, object>> = {
  staff: { type: "oauth2", flows: {}, "x-polygate": { audiences: ["orders"] } },
  oidc: { type: "openIdConnect", openIdConnectUrl: "https://a.example.com", "x-polygate": { audiences: ["a"] } },
  bearer: { type: "http", scheme: "bearer" },
  basic: { type: "http", scheme: "basic" },
  query: { type: "apiKey", in: "query", name: "key" },
  key: { type: "apiKey", in: "header", name: "x-api-key" },
};
const names = Object.keys(schemes);
const operations = ["GET /a", "POST /a"];
const reason = "the reason of";

const scopes = fc.constantFrom<readonly string[]>([], [], ["read"], ["write"], ["read", "write"]);
const single = fc
  .tuple(fc.constantFrom(...names), scopes)
  .map(([name, list]): Alternative => ({ [name]: ["staff", "oidc"].includes(name) ? list : [] }));
const alternative = fc.oneof(
  { weight: 6, arbitrary: single },
  { weight: 3, arbitrary: fc.tuple(single, single).map(([one, other]): Alternative => ({ ...one, ...other })) },
  { weight: 1, arbitrary: fc.constant<Alternative>({}) },
);
const security = fc.option(fc.array(alternative, { maxLength: 3 }), { nil: undefined });
const answer = fc
  .constantFrom<Answer>(
    { kind: "jwt", audiences: ["x"] } as Answer,
    { kind: "apiKey" },
    { kind: "sameAs", auth: "staff" },
    { kind: "backend", reason: `${reason} the backend` } as Answer,
    { kind: "open", reason: `${reason} an opening` } as Answer,
  )
  .map((each) => ({ ...each, operations }));
const cases: fc.Arbitrary<Case> = fc.record({
  document: security,
  own: security,
  schemes: fc.record(
    { bearer: answer, basic: answer, query: answer, key: answer },
    { requiredKeys: ["bearer", "basic", "query"] },
  ) as fc.Arbitrary<Readonly<Record<string, Answer>>>,
  order: fc.shuffledSubarray([...names, ["staff", "key"], ["staff", "basic"], ["bearer", "query"]], { minLength: 1 }),
  scopes: fc.constantFrom("any", "all", undefined),
  unsecured: fc.option(
    fc
      .constantFrom<Answer>(
        { kind: "open", reason: `${reason} no security` } as Answer,
        { kind: "sameAs", auth: "oidc" },
        { kind: "jwt", name: "clients", audiences: ["clients"] } as Answer,
      )
      .map((each) => ({ ...each, operations })),
    { nil: undefined },
  ),
});

function documentOf({ document, own }: Case): object {
  return {
    openapi: "3.1.0",
    info: { title: "Orders", version: "1" },
    security: document,
    components: { securitySchemes: schemes },
    paths: { "/a": { get: { responses: {} }, post: { responses: {}, security: own } } },
  };
}

/** The answers that decide something. An answer that decides nothing is a problem, and is left out. */
function outcome(each: Case): Description | readonly string[] {
  let answers: Record<string, unknown> = {
    schemes: each.schemes,
    prefer: { order: each.order, operations },
    ...(each.scopes === "any" ? { scopes: { kind: "any", reason: `${reason} the scopes`, operations } } : {}),
    ...(each.scopes === "all" ? { scopes: { kind: "all", operations } } : {}),
    ...(each.unsecured === undefined ? {} : { unsecured: each.unsecured }),
  };
  const plans = { free: {} };
  let withPlans = true;
  for (let attempt = 0; attempt < 4; attempt++) {
    const overrides = { answers: answers as Answers, ...(withPlans ? { plans } : {}) };
    const problems = problemsOf(documentOf(each), overrides);
    if (problems.length === 0) return fromOpenApi(documentOf(each), overrides);
    const codes = problems.map(({ code }) => code);
    if (codes.some((code) => !["unused-answer", "plans-without-key"].includes(code))) return codes;
    if (codes.includes("plans-without-key")) withPlans = false;
    const unused = problems.flatMap(({ code, at, place }) =>
      code === "unused-answer" ? (at?.map((one) => one.place) ?? [place]) : [],
    );
    answers = structuredClone(answers);
    for (const place of unused) {
      const [, question = "", , scheme] = /^overrides\.answers\.(\w+)(\.(\w+))?$/.exec(place ?? "") ?? [];
      if (scheme === undefined) delete answers[question];
      else delete (answers.schemes as Record<string, unknown>)[scheme];
    }
  }
  return ["no end"];
}

/** What the gateway checks of a request that it admits: schemes by name, and scopes. */
function admitted(
  description: Description,
  key: string,
  each: Case,
): readonly { schemes: ReadonlySet<string>; scopes: readonly string[] }[] {
  const route = description.routes[key as "GET /a"];
  const name = route?.auth ?? "";
  const auth = description.auth[name];
  assert.ok(auth !== undefined && route !== undefined, `${key} has no auth`);
  const isKey = (scheme: string): boolean =>
    each.schemes[scheme] === undefined ? scheme === "key" : each.schemes[scheme]?.kind === "apiKey";
  const tokens = names.filter((scheme) => name === scheme || name.startsWith(`${scheme}And`));
  const checked = new Set<string>();
  if (auth.kind !== "open") {
    for (const scheme of tokens) if (!isKey(scheme)) checked.add(scheme);
    if (auth.kind !== "jwt") for (const scheme of names) if (isKey(scheme)) checked.add(scheme);
    for (const scheme of names) {
      if (each.schemes[scheme]?.kind === "sameAs" && checked.has(each.schemes[scheme]?.auth ?? "")) checked.add(scheme);
    }
  }
  const { scopes: required = [] } = route;
  if ("all" in required || required.length === 0) {
    return [{ schemes: checked, scopes: "all" in required ? required.all : [] }];
  }
  return required.map((scope) => ({ schemes: checked, scopes: [scope] }));
}

/** Fails if a route admits more than the document says, and the report does not say so with a reason. Returns whether it does. */
function checkOperation(
  description: Description,
  key: string,
  declared: readonly Alternative[] | undefined,
  each: Case,
): string {
  const said = (description.unchecked ?? []).filter(({ routes }) => routes.includes(key));
  for (const entry of said) assert.ok(entry.reason.startsWith(reason), entry.reason);
  const isFree =
    declared === undefined || declared.length === 0 || declared.some((one) => Object.keys(one).length === 0);
  if (isFree) return "free";
  let how = "exact";
  for (const request of admitted(description, key, each)) {
    const missing = declared.map((one) => ({
      schemes: Object.keys(one).filter((name) => !request.schemes.has(name)),
      scopes: Object.values(one)
        .flat()
        .filter((scope) => !request.scopes.includes(scope)),
    }));
    if (missing.some((one) => one.schemes.length + one.scopes.length === 0)) continue;
    // Every alternative lacks something, so the report must name what one of them lacks.
    const isSaid = missing.some(
      (one) =>
        one.schemes.every((name) => said.some(({ what }) => what === `the security scheme "${name}"`)) &&
        (one.scopes.length === 0 || one.schemes.length > 0 || said.some(({ what }) => what.startsWith("the scopes "))),
    );
    assert.ok(
      isSaid,
      `${key} admits more in silence: ${JSON.stringify({ declared, request: [...request.schemes], said })}`,
    );
    how = "said";
  }
  const { scopes: required = [] } = description.routes[key as "GET /a"] ?? {};
  return how === "exact" && "all" in required ? "exact, with several scopes" : how;
}

describe("The routes of any OpenAPI document with any answers", () => {
  it("never admit more than an independent reading of the document without a reason in the report", () => {
    const carried = new Map<string, number>();
    fc.assert(
      fc.property(cases, (each) => {
        const found = outcome(each);
        if (Array.isArray(found)) return;
        const description = found as Description;
        for (const [key, declared] of [
          ["GET /a", each.document],
          ["POST /a", each.own ?? each.document],
        ] as const) {
          const how = checkOperation(description, key, declared, each);
          carried.set(how, (carried.get(how) ?? 0) + 1);
        }
      }),
      { numRuns: Number(process.env.POLYGATE_RUNS ?? 2_000) },
    );
    for (const [how, least] of Object.entries({ free: 50, exact: 50, "exact, with several scopes": 20, said: 50 })) {
      assert.ok((carried.get(how) ?? 0) > least, `${how}: ${JSON.stringify([...carried])}`);
    }
  }).timeout(600_000);
});
