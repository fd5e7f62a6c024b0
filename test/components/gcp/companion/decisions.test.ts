import assert from "node:assert/strict";
import fc from "fast-check";
import { PolygateError } from "../../../../components/api/problem.ts";
import { CompanionBench } from "../../../support/components/gcp/companion/companion-bench.ts";
import { bearing, strangersToken, tokenWith } from "../../../support/components/gcp/companion/companion-tokens.ts";
import { shopApi, shopBindings } from "../../../support/components/gcp/companion/shop-api.ts";

interface Route {
  /** The path at the backend. */
  readonly path?: string;
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
  const { auth, scopes = [], path } = routes[key] as Route;
  const forwarded = `${method} ${path === undefined ? request : mapped(key.split(" ")[1] ?? "", path, request)}`;
  if (auth === "anyone") return forwarded;
  if (credential?.opens !== auth) return "refused";
  const has = (scope: string): boolean => credential.scopes.includes(scope);
  const isAllowed = "all" in scopes ? scopes.all.every(has) : scopes.length === 0 || scopes.some(has);
  return isAllowed ? forwarded : "refused";
}

/** The path at the backend, with the values of the request in place of the parameters. */
function mapped(path: string, template: string, request: string): string {
  const segments = request.split("/");
  const values = new Map(
    path
      .split("/")
      .map((each, at) => [
        each.replace(/[{}+]/g, ""),
        each.endsWith("+}") ? segments.slice(at).join("/") : (segments[at] ?? ""),
      ]),
  );
  return template
    .split("/")
    .map((each) => (each.startsWith("{") ? (values.get(each.slice(1, -1)) ?? "") : each))
    .join("/");
}

const part = fc.constantFrom("a", "b", "a.b", "(c)+$", "{}", "{}");
const path = fc.tuple(fc.array(part, { maxLength: 3 }), fc.boolean()).map(([parts, rest]) => {
  const named = parts.map((each, at) => each.replace("{}", `{p${at}}`));
  return `/${[...named, ...(rest ? ["{rest+}"] : [])].join("/")}`;
});
/** Another path at the backend: a prefix, the parameters in another order, one of them, or none. */
function remapped(from: string, mapping: number): string | undefined {
  const names = from.split("/").filter((each) => each.startsWith("{"));
  const rest = names.filter((name) => name.endsWith("+}")).map((name) => name.replace("+", ""));
  const single = names.filter((name) => !name.endsWith("+}")).toReversed();
  if (mapping === 1) return `/in$1${from === "/" ? "" : from.replace("+}", "}")}`;
  if (mapping === 2) return `/${["to", ...single, "it's$&", ...rest].join("/")}`;
  if (mapping === 3) return `/${[...single.slice(0, 1), "(x)"].join("/")}`;
  return mapping === 4 ? "/fixed$0" : undefined;
}

const route: fc.Arbitrary<Route> = fc
  .record({
    auth: fc.constantFrom("staff", "staff", "partners", "anyone"),
    scopes: fc.constantFrom(undefined, ["read"], ["read", "write"], { all: ["read", "write"] }),
  })
  .map(({ auth, scopes }) => ({ auth, ...(auth === "anyone" || scopes === undefined ? {} : { scopes }) }));
const described = fc
  .uniqueArray(fc.tuple(fc.constantFrom("GET", "GET", "PUT"), path, route, fc.nat(6)), {
    minLength: 2,
    maxLength: 8,
    selector: ([method, each]) => `${method} ${each}`,
  })
  .map((routes) =>
    Object.fromEntries(
      routes.map(([method, each, declared, mapping]) => {
        const target = remapped(each, mapping);
        return [`${method} ${each}`, { ...declared, ...(target === undefined ? {} : { path: target }) }];
      }),
    ),
  );

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
  "/\\1/$&",
  "/a/%2F%25/..;",
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

  it("decides every request as the description says, for every credential, and forwards it to the path that it says", async () => {
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
