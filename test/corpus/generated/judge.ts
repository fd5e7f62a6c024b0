import type { Description } from "../../../components/api/description.ts";
import type { Alternative, Case, Operation, Path } from "./case.ts";
import { reason } from "./document.ts";

/** How a route compares with what its document says. */
export type Comparison = "exact" | "free" | "reported";

/** A request that a route admits: what it shows. */
interface Admitted {
  readonly schemes: ReadonlySet<string>;
  readonly scopes: readonly string[];
}

/** The schemes that a request to a route must satisfy, by the name of the route's auth. */
function checkedSchemes(name: string, kind: string, { schemes }: Case): ReadonlySet<string> {
  if (kind === "open") return new Set();
  const isKey = (scheme: string): boolean => (schemes[scheme]?.kind ?? (scheme === "key" ? "apiKey" : "")) === "apiKey";
  const all = ["staff", "oidc", "bearer", "basic", "mutual", "query", "cookie", "key"];
  const checked = new Set(all.filter((scheme) => kind !== "jwt" && isKey(scheme)));
  if (kind !== "apiKey") {
    const token = all.find((scheme) => scheme === name || name.startsWith(`${scheme}And`));
    if (token !== undefined) checked.add(token);
  }
  for (const scheme of all) {
    const answer = schemes[scheme];
    if (answer?.kind === "sameAs" && checked.has(answer.auth ?? "")) checked.add(scheme);
  }
  return checked;
}

function scopeSets(scopes: unknown): readonly (readonly string[])[] {
  if (Array.isArray(scopes) && scopes.length > 0) return scopes.map((scope) => [scope]);
  const all = (scopes as { readonly all?: readonly string[] } | undefined)?.all;
  return [all ?? []];
}

function missingOf(alternative: Alternative, { schemes, scopes }: Admitted) {
  return {
    schemes: Object.keys(alternative).filter((name) => !schemes.has(name)),
    scopes: Object.values(alternative)
      .flat()
      .filter((scope) => !scopes.includes(scope)),
  };
}

/** What the report contains about a route. */
function reported(description: Description, key: string): readonly string[] {
  const unchecked = (description.unchecked ?? []).filter(({ routes }) => routes.includes(key));
  const bare = unchecked.find((entry) => !entry.reason.startsWith(reason) && !entry.what.startsWith("the scopes "));
  if (bare !== undefined) throw new Error(`${key}: ${bare.what} has the reason "${bare.reason}"`);
  const notes = (description.notes ?? []).filter(({ routes }) => routes.includes(key));
  return [...unchecked.map(({ what }) => what), ...notes.map(({ what }) => what)];
}

function isReported(said: readonly string[], missing: ReturnType<typeof missingOf>): boolean {
  const isSwapped = said.some((what) => what.includes("is required in place of"));
  const schemes = missing.schemes.every((name) => isSwapped || said.includes(`the security scheme "${name}"`));
  const scopes =
    missing.scopes.length === 0 || missing.schemes.length > 0 || said.some((what) => what.startsWith("the scopes "));
  return schemes && scopes;
}

/** Requests of an operation with servers of its own must not go to the document's backend, unless it says where they go. */
function checkBackend(each: Case, key: string, path: Path, { own, override, servers }: Operation, to: unknown): void {
  if (!servers && !path.servers) return;
  const named = override.to ?? own.to ?? path.shared.to;
  if (named === undefined && to === (each.to ?? "main")) throw new Error(`${key}: goes to the document's servers`);
}

/**
 * Compares a route with its document.
 *
 * @throws {Error} if it admits more than the document, and the report does not contain that with a reason
 */
export function compare(each: Case, key: string, description: Description): Comparison {
  const [method = "", name = ""] = key.split(" ");
  const path = each.paths[name] as Path;
  const operation = path[method.toLowerCase() as "get" | "post"];
  const route = description.routes[key as "GET /a"];
  const authName = route?.auth ?? description.default?.auth ?? "";
  const auth = description.auth[authName];
  if (route === undefined || auth === undefined) throw new Error(`${key}: has no auth`);
  checkBackend(each, key, path, operation, (route as { readonly to?: string }).to);
  const said = reported(description, key);
  const security = operation.security ?? each.security;
  if (security === undefined || security.length === 0 || security.some((one) => Object.keys(one).length === 0)) {
    if (auth.kind === "open" && !auth.reason.startsWith(reason)) throw new Error(`${key}: is open without a reason`);
    return "free";
  }
  const schemes = checkedSchemes(authName, auth.kind, each);
  let comparison: Comparison = "exact";
  for (const scopes of scopeSets((route as { readonly scopes?: unknown }).scopes)) {
    const missing = security.map((one) => missingOf(one, { schemes, scopes }));
    if (missing.some((one) => one.schemes.length + one.scopes.length === 0)) continue;
    if (!missing.some((one) => isReported(said, one))) {
      throw new Error(
        `${key}: admits ${[...schemes]} with ${scopes} in silence: ${JSON.stringify({ security, said })}`,
      );
    }
    comparison = "reported";
  }
  return comparison;
}
