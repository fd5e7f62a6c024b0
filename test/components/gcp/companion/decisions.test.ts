import assert from "node:assert/strict";
import fc from "fast-check";
import { PolygateError } from "../../../../components/api/problem.ts";
import { CompanionBench } from "../../../support/components/gcp/companion/companion-bench.ts";
import { bearing, strangersToken, tokenWith } from "../../../support/components/gcp/companion/companion-tokens.ts";
import { shopApi, shopBindings } from "../../../support/components/gcp/companion/shop-api.ts";

interface Route {
  readonly auth: "staff" | "partners" | "anyone";
  readonly scopes?: readonly string[] | { readonly all: readonly string[] };
}

/** A credential, and what it is good for. */
interface Credential {
  readonly claims: Readonly<Record<string, unknown>>;
  readonly isStrange?: true;
  /** The auth that it opens. */
  readonly opens?: Route["auth"];
  readonly scopes: readonly string[];
}

const partners = "https://partners.example.com/";
const credentials: readonly (Credential | undefined)[] = [
  undefined,
  { claims: {}, opens: "staff", scopes: [] },
  { claims: { scope: "read" }, opens: "staff", scopes: ["read"] },
  { claims: { scp: ["write", "read"] }, opens: "staff", scopes: ["read", "write"] },
  { claims: { iss: partners, aud: "partners", scope: "write" }, opens: "partners", scopes: ["write"] },
  { claims: { iss: partners, aud: "orders", scope: "read write" }, scopes: ["read", "write"] },
  { claims: { exp: 1, scope: "read write" }, scopes: ["read", "write"] },
  { claims: { scope: "read write" }, isStrange: true, scopes: ["read", "write"] },
];

// The model reads the description's own texts, and shares nothing with the compiler.

function matches(path: string, request: string): boolean {
  const [parts, segments] = [path.split("/"), request.split("/")];
  const rest = parts.at(-1)?.endsWith("+}") === true;
  if (rest ? segments.length < parts.length || segments[parts.length - 1] === "" : segments.length !== parts.length) {
    return false;
  }
  return parts.every((part, index) => (part.startsWith("{") ? segments[index] !== "" : part === segments[index]));
}

function isBefore(one: string, other: string): boolean {
  const rank = (part: string): number => (part.endsWith("+}") ? 2 : part.startsWith("{") ? 1 : 0);
  const others = other.split("/");
  const at = one.split("/").findIndex((part, index) => rank(part) !== rank(others[index] ?? ""));
  return at >= 0 && rank(one.split("/")[at] ?? "") < rank(others[at] ?? "");
}

type Decision = "404" | "405" | "refused" | string;

function decide(routes: Readonly<Record<string, Route>>, line: string, credential: Credential | undefined): Decision {
  const [method, request = ""] = line.split(" ");
  const declared = Object.keys(routes).map((key) => [key.split(" ")[0], key.split(" ")[1] ?? "", key] as const);
  const there = declared.filter(([, path]) => matches(path, request));
  const [first, ...others] = there.filter(([own]) => own === method);
  if (first === undefined) return there.length === 0 ? "404" : "405";
  const [, , key] = others.reduce((best, next) => (isBefore(next[1], best[1]) ? next : best), first);
  const { auth, scopes = [] } = routes[key] as Route;
  if (auth === "anyone") return line;
  if (credential?.opens !== auth) return "refused";
  const has = (scope: string): boolean => credential.scopes.includes(scope);
  const isAllowed = "all" in scopes ? scopes.all.every(has) : scopes.length === 0 || scopes.some(has);
  return isAllowed ? line : "refused";
}

const part = fc.constantFrom("a", "b", "a.b", "(c)+$", "{}", "{}");
const path = fc.tuple(fc.array(part, { maxLength: 3 }), fc.boolean()).map(([parts, rest]) => {
  const named = parts.map((each, at) => each.replace("{}", `{p${at}}`));
  return `/${[...named, ...(rest ? ["{rest+}"] : [])].join("/")}`;
});
const route: fc.Arbitrary<Route> = fc
  .record({
    auth: fc.constantFrom("staff", "staff", "partners", "anyone"),
    scopes: fc.constantFrom(undefined, ["read"], ["read", "write"], { all: ["read", "write"] }),
  })
  .map(({ auth, scopes }) => ({ auth, ...(auth === "anyone" || scopes === undefined ? {} : { scopes }) }));
const described = fc
  .uniqueArray(fc.tuple(fc.constantFrom("GET", "GET", "PUT"), path, route), {
    minLength: 2,
    maxLength: 8,
    selector: ([method, each]) => `${method} ${each}`,
  })
  .map((routes) => Object.fromEntries(routes.map(([method, each, declared]) => [`${method} ${each}`, declared])));

const auth = {
  staff: { kind: "jwt", audiences: ["orders"] },
  partners: { kind: "jwt", audiences: ["partners"] },
  anyone: { kind: "open", reason: "a test" },
};
const bindings = {
  ...shopBindings,
  auth: { ...shopBindings.auth, partners: { issuer: partners, jwksUri: "http://keys.example.com/partners" } },
};
const requests = [
  "/",
  "/a",
  "/b",
  "/a.b",
  "/axb",
  "/(c)+$",
  "/a/b",
  "/x/b",
  "/b/a",
  "/a/a.b/x",
  "/x/y/z",
  "/a/b/c/d",
  "/a//b",
];

function compiled(routes: Readonly<Record<string, Route>>) {
  try {
    return shopApi(routes, { auth });
  } catch (error) {
    // Routes that cross, or that would open a stricter one.
    if (error instanceof PolygateError) return undefined;
    throw error;
  }
}

describe("A companion of a generated API", function () {
  this.timeout(120_000);

  it("decides every request as the description says, for every credential", async () => {
    const seen = new Map<string, number>();
    await fc.assert(
      fc.asyncProperty(described, async (routes) => {
        const api = compiled(routes);
        fc.pre(api !== undefined);
        if (api === undefined) return;
        const bench = await CompanionBench.start(api, bindings);
        try {
          for (const [index, target] of requests.entries()) {
            for (const [at, credential] of credentials.entries()) {
              const method = (index + at) % 3 === 0 ? "PUT" : "GET";
              const line = `${method} ${target}`;
              const token = credential?.isStrange === true ? strangersToken() : tokenWith(credential?.claims);
              const headers = credential === undefined ? {} : bearing(token);
              const { status, received } = await bench.send(target, { method, headers });
              const found =
                received === undefined
                  ? [401, 403].includes(status)
                    ? "refused"
                    : String(status)
                  : `${received.method} ${received.target}`;
              const expected = decide(routes, line, credential);
              assert.equal(found, expected, `${line} with ${JSON.stringify(credential)}`);
              const decision = expected.includes("/") ? "forwarded" : expected;
              seen.set(decision, (seen.get(decision) ?? 0) + 1);
            }
          }
        } finally {
          await bench.stop();
        }
      }),
      { numRuns: 10 },
    );
    for (const decision of ["404", "405", "refused", "forwarded"]) {
      assert.ok((seen.get(decision) ?? 0) > 20, `${decision}: ${seen.get(decision)}`);
    }
  });
});
