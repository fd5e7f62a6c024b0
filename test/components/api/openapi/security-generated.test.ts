import assert from "node:assert/strict";
import fc from "fast-check";
import type { Auth, Description, Scopes } from "../../../../components/api/description.ts";
import { fromOpenApi } from "../../../../components/api/openapi/from-openapi.ts";
import type { Overrides } from "../../../../components/api/openapi/overrides.ts";
import { problemsOf } from "../../../support/components/api/openapi/openapi-problems.ts";

/** The name of a scheme, with its scopes. */
type Alternative = Readonly<Record<string, readonly string[]>>;

/** The parts of an `x-polygate` or of an override that decide who may call an operation. */
interface Access {
  readonly auth?: string;
  readonly scopes?: Scopes;
  readonly open?: string;
}

interface Operation {
  readonly security?: readonly Alternative[];
  readonly own: Access;
  readonly override: Access;
}

interface Case {
  readonly security?: readonly Alternative[];
  readonly shared: Access;
  readonly operations: readonly [Operation, Operation];
  readonly auths: Readonly<Record<string, Auth>>;
  readonly defaultAuth?: string;
  readonly open?: string;
  readonly overrideAuths: Readonly<Record<string, Auth>>;
  readonly overrideDefault?: string;
}

const keys = ["GET /a", "POST /a"] as const;

const schemes: Readonly<Record<string, object>> = {
  staff: { type: "oauth2", flows: {}, "x-polygate": { audiences: ["orders"] } },
  oidc: { type: "openIdConnect", openIdConnectUrl: "https://a.example.com", "x-polygate": { audiences: ["a"] } },
  key: { type: "apiKey", in: "header", name: "x-api-key" },
  basic: { type: "http", scheme: "basic" },
  signed: { type: "apiKey", in: "header", name: "Authorization", "x-amazon-apigateway-authtype": "awsSigv4" },
};
/** What the schemes require, by a reading of the document that shares nothing with the compiler. */
const schemeCredentials: Readonly<Record<string, readonly string[]>> = {
  staff: ["token"],
  oidc: ["token"],
  key: ["key"],
  basic: ["password"],
  signed: ["signature"],
};
const token: Auth = { kind: "jwt", audiences: ["p"] };
const declarable: readonly Auth[] = [
  token,
  { kind: "apiKey" },
  { kind: "iam" },
  { kind: "allOf", of: [token as Auth & { readonly kind: "jwt" }, { kind: "apiKey" }] },
  { kind: "open", reason: "public" },
];

function documentOf(each: Case): object {
  const operation = ({ security, own }: Operation) => ({ responses: {}, security, "x-polygate": own });
  const { defaultAuth, open } = each;
  // An auth that nothing uses is a problem.
  const uses = JSON.stringify({ ...each, auths: {}, overrideAuths: {} });
  const auths = Object.fromEntries(
    Object.entries(each.auths).filter(([name]) => schemes[name] !== undefined || uses.includes(`"${name}"`)),
  );
  return {
    openapi: "3.1.0",
    info: { title: "Orders", version: "1" },
    security: each.security,
    components: { securitySchemes: schemes },
    "x-polygate": { auth: auths, ...(defaultAuth === undefined ? {} : { default: { auth: defaultAuth } }), open },
    paths: {
      "/a": { "x-polygate": each.shared, get: operation(each.operations[0]), post: operation(each.operations[1]) },
    },
  };
}

function overridesOf(each: Case, plans: Overrides["plans"]): Overrides {
  const { operations, overrideAuths, overrideDefault } = each;
  const routes = operations.map(({ override: { auth, scopes } }, index) => [
    keys[index],
    { ...(auth === undefined ? {} : { auth }), ...(scopes === undefined ? {} : { scopes }) },
  ]);
  const uses = JSON.stringify({ ...documentOf(each), routes });
  return {
    auth: Object.fromEntries(Object.entries(overrideAuths).filter(([name]) => uses.includes(`"${name}"`))),
    routes: Object.fromEntries(routes),
    ...(overrideDefault === undefined ? {} : { default: { auth: overrideDefault } }),
    ...(plans === undefined ? {} : { plans }),
  };
}

/** The description of a case, or the codes of its problems. Plans are added where a route requires a key. */
function outcome(each: Case): Description | readonly string[] {
  const document = documentOf(each);
  for (const plans of [undefined, { free: {} }]) {
    const overrides = overridesOf(each, plans);
    const codes = problemsOf(document, overrides).map(({ code }) => code);
    if (codes.length === 0) return fromOpenApi(document, overrides);
    if (plans !== undefined || codes.some((code) => code !== "no-plans")) return codes;
  }
  return [];
}

function credentials(auth: Auth | undefined): readonly string[] {
  if (auth === undefined) return ["unknown"];
  const names = { jwt: ["token"], apiKey: ["key"], iam: ["signature"], allOf: ["token", "key"], open: [] };
  return names[auth.kind];
}

/** Whether every credential of `some` is one of `all`, and `all` has more. */
function lessThan(some: readonly string[], all: readonly string[]): boolean {
  const count = (list: readonly string[], what: string) => list.filter((each) => each === what).length;
  return some.length < all.length && some.every((each) => count(some, each) <= count(all, each));
}

/** The name of a combined auth stands for the names of its parts. */
function isNamed(name: string, alternative: Alternative): boolean {
  const [first, second, ...more] = Object.keys(alternative);
  if (second === undefined) return first === name;
  const both = (one: string, other: string) => `${one}And${other.charAt(0).toUpperCase()}${other.slice(1)}`;
  return more.length === 0 && [both(first ?? "", second), both(second, first ?? "")].includes(name);
}

/** Fails if a description requires less of an operation than the case declares. Returns how its auth was chosen. */
function checkOperation(each: Case, index: 0 | 1, description: Description): string {
  const { security: operationSecurity, own, override } = each.operations[index];
  const security = operationSecurity ?? each.security;
  const route = description.routes[keys[index]];
  assert.ok(route !== undefined, "the route is missing");
  const name = route.auth ?? description.default?.auth ?? "";
  const auth = description.auth[name];
  assert.ok(auth !== undefined, `the auth "${name}" is missing`);
  const required = credentials(auth);
  const inDocument = (wanted: string) =>
    Object.hasOwn(each.auths, wanted) ? credentials(each.auths[wanted]) : (schemeCredentials[wanted] ?? ["unknown"]);
  const notLess = (than: readonly string[], what: string) =>
    assert.ok(!lessThan(required, than), `"${name}" requires less than ${what}`);

  // Who may call.
  const isOpen =
    security !== undefined && (security.length === 0 || security.some((one) => Object.keys(one).length === 0));
  const named = own.auth ?? each.shared.auth;
  if (security !== undefined && !isOpen) {
    const alternatives = security.map((one) => Object.keys(one).flatMap(inDocument));
    assert.ok(
      alternatives.some((alternative) => !lessThan(required, alternative)),
      `"${name}" requires less than security`,
    );
  }
  if (named !== undefined) notLess(inDocument(named), `x-polygate's "${named}"`);
  const falls = security === undefined && named === undefined && own.open === undefined;
  if (falls && each.defaultAuth !== undefined) notLess(inDocument(each.defaultAuth), "the document's default");
  if (auth.kind === "open") assert.match(auth.reason, /\S/);

  // Which scopes.
  const { scopes = [] } = route;
  const isAll = "all" in scopes;
  const listed: readonly string[] = isAll ? scopes.all : scopes;
  const replacedScopes = override.scopes ?? own.scopes;
  if (replacedScopes !== undefined) assert.deepEqual(scopes, replacedScopes, "scopes that are set are required");
  const same = (security ?? []).filter((one) => isNamed(name, one));
  const scopesOf = (one: Alternative) => Object.values(one).flat();
  if (replacedScopes === undefined && same.length > 0 && same.every((one) => scopesOf(one).length > 0)) {
    assert.ok(listed.length > 0, "scopes vanished");
    // Every token that the route admits has all scopes of an alternative.
    const admitted = isAll ? [listed] : listed.map((scope) => [scope]);
    for (const held of admitted) {
      assert.ok(same.some((one) => scopesOf(one).every((scope) => held.includes(scope))));
    }
  }
  // Where x-polygate chooses one of several alternatives, the scopes of the others do not apply.
  const chosen = (security ?? []).filter((one) => named === undefined || isNamed(named, one));
  const left = chosen.length > 0 ? chosen : (security ?? []);
  if (!isOpen && same.length === 0 && left.some((one) => scopesOf(one).length > 0)) {
    assert.ok(replacedScopes !== undefined, "another auth drops scopes");
  }
  if (override.auth !== undefined && named !== undefined && override.auth !== named && own.scopes !== undefined) {
    assert.ok(override.scopes !== undefined, "another auth takes the scopes of x-polygate");
  }

  // What was not named.
  if (override.auth !== undefined) return "override";
  if (named !== undefined) return "x-polygate";
  if (security === undefined) return "default";
  if (isOpen) assert.equal(auth.kind, "open");
  else {
    // Every API key is the same credential, whatever its scheme or auth is called.
    const effective = (one: string): readonly string[] => {
      const declared = each.overrideAuths[one] ?? each.auths[one];
      return declared === undefined ? inDocument(one) : credentials(declared);
    };
    const isKey = (one: Alternative) => Object.keys(one).flatMap(effective).join() === "key";
    const alike = security.filter((one) => isNamed(name, one) || (auth.kind === "apiKey" && isKey(one)));
    assert.equal(alike.length, security.length, "security names another auth");
  }
  return isOpen ? "open" : "security";
}

/** Fails if an auth of the description requires less than what it replaces. */
function checkAuths(each: Case, description: Description): void {
  for (const [name, auth] of Object.entries(description.auth)) {
    const scheme = schemeCredentials[name];
    if (scheme !== undefined) assert.ok(!lessThan(credentials(auth), scheme), `"${name}" opens a scheme`);
    const declared = each.auths[name];
    if (declared === undefined) continue;
    assert.ok(!lessThan(credentials(auth), credentials(declared)), `"${name}" requires less than x-polygate`);
  }
}

const names = ["staff", "oidc", "key", "basic", "signed", "partner", "both", "anyone", "open", "staffAndKey", "ghost"];
const scopes = fc.constantFrom<readonly string[]>([], [], ["read"], ["write"], ["read", "write"]);
const alternative = fc.oneof(
  { weight: 6, arbitrary: fc.tuple(fc.constantFrom("staff", "staff", "oidc", "partner"), scopes) },
  { weight: 2, arbitrary: fc.tuple(fc.constantFrom("key", "signed", "basic", "anyone", "both"), fc.constant([])) },
);
const requirement = fc.oneof(
  { weight: 8, arbitrary: alternative.map(([name, list]): Alternative => ({ [name]: list })) },
  { weight: 2, arbitrary: scopes.map((list): Alternative => ({ staff: list, key: [] })) },
  { weight: 1, arbitrary: fc.constant<Alternative>({ oidc: [], staff: ["read"] }) },
  { weight: 1, arbitrary: fc.constant<Alternative>({}) },
);
const security = fc.oneof(
  { weight: 8, arbitrary: requirement.map((one) => [one]) },
  { weight: 3, arbitrary: fc.tuple(requirement, requirement) },
  { weight: 2, arbitrary: fc.constant([]) },
);
const wantedScopes = fc.constantFrom<Scopes>(["read"], ["admin"], ["read", "write"], { all: ["read", "admin"] });
const maybe = <T>(weight: number, arbitrary: fc.Arbitrary<T>): fc.Arbitrary<T | undefined> =>
  fc.oneof({ weight: 10 - weight, arbitrary: fc.constant(undefined) }, { weight, arbitrary });
const authName = fc.oneof(
  { weight: 6, arbitrary: fc.constantFrom("staff", "oidc", "partner", "both", "anyone") },
  { weight: 1, arbitrary: fc.constantFrom(...names) },
);
const declaredAuths = fc
  .tuple(maybe(3, fc.constantFrom(...declarable)), maybe(2, fc.constantFrom(...declarable)), fc.boolean())
  .map(([staff, other, hasKey]) => ({
    partner: token,
    both: declarable[3] as Auth,
    anyone: declarable[4] as Auth,
    ...(staff === undefined ? {} : { staff }),
    ...(other === undefined ? {} : { [hasKey ? "key" : "basic"]: other }),
  }));
const overrideAuths = fc
  .tuple(maybe(1, fc.constantFrom(...declarable)), fc.constantFrom("staff", "partner", "both", "key", "anyone"))
  .map(([auth, name]): Readonly<Record<string, Auth>> => (auth === undefined ? {} : { [name]: auth }));
const operation: fc.Arbitrary<Operation> = fc.record({
  security: maybe(5, security),
  own: fc.record({ auth: maybe(2, authName), scopes: maybe(1, wantedScopes), open: maybe(1, fc.constant("own")) }),
  override: fc.record({ auth: maybe(3, authName), scopes: maybe(2, wantedScopes) }),
}) as fc.Arbitrary<Operation>;
const cases = fc.record({
  security: maybe(4, security),
  shared: fc.record({ auth: maybe(1, authName), open: maybe(2, fc.constant("shared")) }),
  operations: fc.tuple(operation, operation),
  auths: declaredAuths,
  defaultAuth: maybe(6, authName),
  open: maybe(5, fc.constant("root")),
  overrideAuths,
  overrideDefault: maybe(3, authName),
}) as fc.Arbitrary<Case>;

describe("The routes of any OpenAPI document with any overrides", () => {
  it("never require less than an independent reading of the document", () => {
    const carried = new Map<string, number>();
    const refused = new Map<string, number>();
    const count = (counts: Map<string, number>, what: string) => counts.set(what, (counts.get(what) ?? 0) + 1);
    fc.assert(
      fc.property(cases, (each) => {
        const found = outcome(each);
        if (Array.isArray(found)) {
          for (const code of new Set(found as readonly string[])) count(refused, code);
          return;
        }
        const description = found as Description;
        checkAuths(each, description);
        for (const index of [0, 1] as const) count(carried, checkOperation(each, index, description));
      }),
      { numRuns: 2_000 },
    );
    // The documents reach every way of choosing an auth, and every refusal.
    for (const how of ["override", "x-polygate", "default", "open", "security"]) {
      assert.ok((carried.get(how) ?? 0) > 20, `${how}: ${JSON.stringify([...carried])}`);
    }
    for (const code of ["open-contradicted", "auth-contradicted", "scopes-dropped", "one-of-several", "all-of"]) {
      assert.ok((refused.get(code) ?? 0) > 20, `${code}: ${JSON.stringify([...refused])}`);
    }
  }).timeout(120_000);
});
