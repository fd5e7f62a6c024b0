import type { ApiRoute } from "../checked-api.ts";
import type { Method } from "../description.ts";
import { pathShape } from "../path/pattern.ts";
import type { Reader } from "../reader.ts";
import type { Context } from "./context.ts";
import { methods } from "./methods.ts";
import { type ParsedKey, readKey, readRoute } from "./route.ts";

interface Entry extends ParsedKey {
  readonly reader: Reader;
}

/** The keys of all routes, and those routes that could be read: of an `ANY` key, one for each of its methods. */
export function readRoutes(table: Reader, context: Context): readonly [readonly string[], readonly ApiRoute[]] {
  const keys = table.present ? table.keys() : [];
  if (!table.present || (keys.length === 0 && table.isObject)) {
    table.problem("no-routes", "An API must have at least one route.", 'Write routes: { "GET /": { to: ... } }.');
  }
  const entries = keys.flatMap((key): readonly Entry[] => {
    const reader = table.at(key).ofRoute(key);
    const parsed = readKey(key, reader);
    return parsed === undefined ? [] : [{ ...parsed, reader }];
  });
  const named = namedMethods(entries);
  const routes = entries.flatMap((entry) =>
    methodsOf(entry, named, context).flatMap((method) => readRoute(entry, method, entry.reader, context) ?? []),
  );
  return [keys, routes];
}

/** The methods that routes name, by the shape of their path. */
function namedMethods(entries: readonly Entry[]): ReadonlyMap<string, ReadonlySet<Method>> {
  const named = new Map<string, Set<Method>>();
  for (const { method, pattern } of entries) {
    if (method === "ANY") continue;
    const found = named.get(pathShape(pattern)) ?? new Set();
    named.set(pathShape(pattern), found.add(method));
  }
  return named;
}

/** The methods of a route. `ANY` means those that no other route of the path names, and that the gateway does not answer for `cors`. */
function methodsOf(
  { key, method, pattern, path, reader }: Entry,
  named: ReadonlyMap<string, ReadonlySet<Method>>,
  { hasCors }: Context,
): readonly Method[] {
  if (method !== "ANY") return [method];
  const taken = named.get(pathShape(pattern)) ?? new Set();
  const left = methods.filter((each) => !taken.has(each) && !(each === "OPTIONS" && hasCors));
  if (left.length === 0) {
    reader.problem(
      "no-method-left",
      `Other routes name every method of "${path}", so "${key}" would match nothing.`,
      "Remove it, or one of the others.",
    );
  }
  return left;
}
