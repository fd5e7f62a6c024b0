import { normalise } from "../check/normalise.ts";
import { nearest, Reader } from "../check/reader.ts";
import {
  type Auths,
  type Backends,
  type Cors,
  type Defaults,
  type Description,
  http,
  type Plans,
  type ProxyRoute,
  type ReplyRoute,
  type RouteKey,
} from "../description.ts";
import { PolygateError, type Problem } from "../problem.ts";
import { checkVersion, type OpenApiOperation, readOperations } from "./document.ts";
import { requestOf } from "./request.ts";
import { OpenApiSecurity, type Requirement } from "./security.ts";
import { OpenApiSource } from "./source.ts";
import { extensionOf } from "./x-polygate.ts";

/** What a route of the document is to be instead; what is left out stays as the document has it. */
export type RouteOverride = Partial<ProxyRoute<string, string>> | Partial<ReplyRoute<string>>;

/** Put over what an OpenAPI document says. */
export interface Overrides {
  /** Default: the document's `info.title`. */
  readonly title?: string;
  /** Added to the document's; by name. */
  readonly backends?: Backends;
  /** By name: instead of the security scheme of that name, or one more. */
  readonly auth?: Auths;
  /** Each member replaces the document's. */
  readonly default?: Defaults;
  /** Replaces the document's; null for none. */
  readonly cors?: Cors | null;
  /** Added to the document's; by name. */
  readonly plans?: Plans;
  /** By route: what is different there; null drops the route; a route the document lacks is added. */
  readonly routes?: Readonly<Record<RouteKey, RouteOverride | null>>;
}

const overrideMembers = [
  "title",
  "backends",
  "auth",
  "default",
  "cors",
  "plans",
  "routes",
] as const satisfies readonly (keyof Overrides)[];
/** Stands for an auth that could not be read, so that the rest of the route is checked in the same run. */
const UNREAD = "unread";
/** What an unread auth asks for is not known, so neither is whether another asks for less, nor whether it asks for a key. */
const beyondUnread = new Set(["weaker-fall-through", "plans-without-key", "plan-of-unkeyed-route"]);

/**
 * Reads an OpenAPI 3.0 or 3.1 document, YAML or JSON, as a description. It takes no time to wait for, and fetches nothing:
 * `$ref` reaches into files in the document's folder or below, no further.
 *
 * Paths, methods and security become routes with auths and scopes. OpenAPI cannot say everything: `x-polygate`, at the
 * document, a path, an operation or a security scheme, says the rest (`x-polygate.schema.json`), and `overrides` have the
 * last word. What requests must look like (required parameters, and bodies of `application/json`) is taken over only where
 * `x-polygate` says `validate: true`, since most gateways would have to refuse it. A backend is bound with the server's URL, base path included. A scheme of type `apiKey` in the header
 * `x-api-key` is `apiKey()`; beside a token, in one requirement, both are an auth of their own, called after them: `staff`
 * and `key` are `staffAndKey`, which is bound like a token.
 *
 * @param document a path relative to the working directory, a `file:` URL, or the parsed document.
 * @throws {PolygateError} with all that is wrong, each with its place in the file. Security that is declared and cannot
 *   be enforced is wrong.
 *
 * @example
 * ```ts
 * import { fromOpenApi, jwt } from "polygate";
 *
 * export const orders = fromOpenApi(new URL("./orders.yaml", import.meta.url), {
 *   auth: { staff: jwt({ audiences: ["orders"] }) },
 *   default: { limits: [{ requests: 600, per: "minute", by: "route" }] },
 *   routes: { "GET /internal/metrics": null },
 * });
 * ```
 */
export function fromOpenApi(document: string | URL | object, overrides: Overrides = {}): Description {
  const source =
    typeof document === "string" || document instanceof URL ? OpenApiSource.open(document) : OpenApiSource.of(document);
  checkVersion(source);
  return new Translation(source, overrides).description();
}

/** Where a part of the description comes from, to say it in a problem. */
type Origin = { readonly source: OpenApiSource; readonly place: string } | { readonly override: string };

class Translation {
  readonly #source: OpenApiSource;
  /** Problems of the overrides themselves. */
  readonly #problems: Problem[] = [];
  readonly #over: Reader;
  readonly #extension: Reader;
  readonly #backends: Record<string, unknown>;
  readonly #given: Record<string, unknown>;
  readonly #default: Record<string, unknown>;
  readonly #plans: Record<string, unknown>;
  readonly #security: OpenApiSecurity;
  /** By the description's place, e.g. `routes["GET /"].limits`. */
  readonly #origins = new Map<string, Origin>();
  readonly #routes: Record<string, unknown> = Object.create(null);
  readonly #unread = new Set<string>();

  constructor(source: OpenApiSource, overrides: Overrides) {
    this.#source = source;
    this.#over = new Reader(overrides, "overrides", this.#problems);
    this.#over.only(overrideMembers);
    this.#extension = extensionOf(source.root, "root", source);
    this.#backends = this.#merged("backends");
    if (Object.keys(this.#backends).length === 0) this.#backends.backend = http();
    this.#given = this.#merged("auth");
    this.#default = this.#merged("default");
    this.#plans = this.#merged("plans");
    this.#security = new OpenApiSecurity(source, this.#given as Auths, Object.hasOwn(this.#default, "auth"));
  }

  description(): Description {
    const operations = readOperations(this.#source);
    const keys = new Set(operations.map((operation) => operation.key));
    for (const operation of operations) this.#translate(operation);
    this.#add(keys);
    if (typeof this.#default.auth === "string") this.#security.adopt(this.#default.auth);
    this.#unusedAuths();
    const description = this.#assemble();
    const found = this.#check(description);
    const problems = [...this.#source.problems(), ...this.#problems, ...found];
    if (problems.length > 0) throw new PolygateError(this.#source.name ?? "The OpenAPI object", problems);
    return description as unknown as Description;
  }

  /** What the extension says, with what the overrides say over it, member by member. */
  #merged(name: "backends" | "auth" | "default" | "plans"): Record<string, unknown> {
    const merged: Record<string, unknown> = {};
    for (const [reader, override] of [
      [this.#extension.at(name), false],
      [this.#over.at(name), true],
    ] as const) {
      if (!reader.present) continue;
      for (const key of reader.keys()) {
        Object.defineProperty(merged, key, {
          value: reader.at(key).value,
          enumerable: true,
          configurable: true,
          writable: true,
        });
        this.#origins.set(
          placeOf(name, key),
          override ? { override: reader.at(key).place } : { source: this.#source, place: reader.at(key).place },
        );
      }
    }
    return merged;
  }

  #override(key: string): Reader {
    return this.#over.at("routes").at(key);
  }

  #translate(operation: OpenApiOperation): void {
    const { key, own, shared } = operation;
    const override = this.#override(key);
    if (override.value === null) return;
    const asked = this.#security.requirementOf(operation, (override.value ?? {}) as Requirement);
    if (asked === undefined) this.#unread.add(key);
    const route: Record<string, unknown> = { ...(asked ?? { auth: UNREAD }) };
    this.#origins.set(placeOf("routes", key), { source: operation.source, place: operation.operation.place });
    const take = (name: string, levels: readonly Reader[]): void => {
      const found = [override, ...levels].map((level) => level.at(name)).find((level) => level.present);
      if (found !== undefined) route[name] = found.value;
      this.#note(operation, name, levels);
    };
    take("limits", [own, shared]);
    this.#request(operation, route);
    for (const name of ["auth", "scopes"]) this.#note(operation, name, [own, shared]);
    // Whichever of the two an override names, the document's other one goes.
    const replies = override.at("reply").present || (own.at("reply").present && !override.at("to").present);
    if (replies) {
      take("reply", [own]);
      // Not meant for a route that the gateway answers; `normalise` says so where someone wrote it at this very route.
      for (const name of ["to", "path", "timeoutSeconds", "requestHeaders"]) {
        if (override.at(name).present || (!override.at("reply").present && own.at(name).present)) take(name, [own]);
      }
    } else {
      take("to", [own, shared]);
      take("path", [own]);
      take("timeoutSeconds", [own, shared]);
      take("requestHeaders", [own, shared]);
      if (!Object.hasOwn(route, "to")) this.#defaultBackend(operation, route);
    }
    this.#members(override);
    this.#routes[key] = route;
  }

  /** Unknown members are carried over, for `normalise` to report where they stand. */
  #members(override: Reader): void {
    if (!override.present) return;
    override.only(["to", "path", "timeoutSeconds", "requestHeaders", "reply", "auth", "scopes", "limits", "request"]);
  }

  /** What requests must look like: only where it is asked for, since most gateways would have to refuse it. */
  #request(operation: OpenApiOperation, route: Record<string, unknown>): void {
    const override = this.#override(operation.key).at("request");
    const asked = [operation.own, operation.shared, this.#extension]
      .map((level) => level.at("validate"))
      .find((level) => level.present)?.value;
    const request = override.present ? override.value : asked === true ? requestOf(operation) : undefined;
    if (request !== undefined) route.request = request;
    this.#note(operation, "request", []);
  }

  /** Remembers where the member of a route comes from. */
  #note({ key, source }: OpenApiOperation, name: string, levels: readonly Reader[]): void {
    const place = placeOf("routes", key, name);
    const override = this.#override(key).at(name);
    if (override.present) {
      this.#origins.set(place, { override: override.place });
      return;
    }
    const found = levels.map((level) => level.at(name)).find((level) => level.present);
    if (found !== undefined) this.#origins.set(place, { source, place: found.place });
  }

  #defaultBackend({ servers }: OpenApiOperation, route: Record<string, unknown>): void {
    if (servers !== undefined) {
      servers.problem(
        "own-servers",
        "this has servers of its own, so it goes elsewhere than the rest",
        'Declare a backend for it, and name it with "x-polygate": { "to": ... }.',
      );
    }
    const [only, ...more] = Object.keys(this.#backends);
    const to = this.#extension.at("to").value ?? (more.length === 0 || servers !== undefined ? only : undefined);
    if (to !== undefined) route.to = to;
  }

  /** Routes that only the overrides have. */
  #add(keys: ReadonlySet<string>): void {
    const routes = this.#over.at("routes");
    if (!routes.present) return;
    for (const key of routes.keys()) {
      if (keys.has(key)) continue;
      const route = routes.at(key).ofRoute(key);
      const complete = route.at("to").present || route.at("reply").present;
      if (!complete) {
        const near = nearest(key, [...keys]);
        route.problem(
          "unknown-route",
          `the document has no route "${key}"`,
          near === undefined ? "A route of its own needs `to` or `reply`." : `Did you mean "${near}"?`,
        );
        continue;
      }
      if (typeof route.at("auth").value === "string") this.#security.adopt(String(route.at("auth").value));
      this.#origins.set(placeOf("routes", key), { override: route.place });
      this.#routes[key] = route.value;
    }
  }

  /** An auth that no scheme is called after and no route uses is a misspelling that would leave the scheme as it was. */
  #unusedAuths(): void {
    const used = new Set(Object.values(this.#routes).map((route) => (route as Requirement | null)?.auth));
    used.add(this.#default.auth as string | undefined);
    const parts = new Set([...this.#security.together.values()].flatMap(({ token, key }) => [token, key]));
    for (const name of Object.keys(this.#given)) {
      if (used.has(name) || parts.has(name) || this.#security.schemeNames.includes(name)) continue;
      const near = nearest(name, this.#security.schemeNames);
      const problem = {
        code: "unused-auth",
        rule: `no security scheme is called "${name}", and no route uses it`,
        remedy: near === undefined ? "Remove it, or name it at a route." : `Did you mean "${near}"?`,
      };
      this.#problems.push({ ...problem, place: this.#translatePlace(placeOf("auth", name)) });
    }
  }

  #assemble(): Record<string, unknown> {
    const title = this.#over.at("title");
    const cors = this.#over.at("cors");
    for (const [name, { source, reader }] of this.#security.origins) {
      const place = `${reader.place}["x-polygate"]`;
      this.#origins.set(placeOf("auth", name), { source, place });
    }
    for (const [name, { token }] of this.#security.together) {
      const origin = this.#origins.get(placeOf("auth", token));
      if (origin !== undefined) this.#origins.set(`${placeOf("auth", name)}.of[0]`, origin);
    }
    const info = this.#source.root.at("info").at("title");
    this.#origins.set("title", title.present ? { override: title.place } : { source: this.#source, place: info.place });
    const extended = this.#extension.at("cors");
    this.#origins.set(
      "cors",
      cors.present ? { override: cors.place } : { source: this.#source, place: extended.place },
    );
    const [plans, said] = [this.#over.at("plans"), this.#extension.at("plans")];
    this.#origins.set("plans", plans.present ? { override: plans.place } : { source: this.#source, place: said.place });
    const chosen = cors.present ? (cors.value ?? undefined) : extended.value;
    // A scheme that the overrides replace, and that no route asks for any more, needs no binding.
    const needed = new Set(Object.values(this.#routes).map((route) => (route as Requirement | null)?.auth));
    needed.add(this.#default.auth as string | undefined);
    const given = Object.entries(this.#given).filter(([name]) => needed.has(name));
    return {
      version: 1,
      title: title.present ? title.value : info.value,
      backends: this.#backends,
      auth: Object.fromEntries([...this.#security.used, ...given]),
      ...(Object.keys(this.#default).length === 0 ? {} : { default: this.#default }),
      ...(chosen === undefined ? {} : { cors: chosen }),
      ...(plans.present || said.present ? { plans: this.#plans } : {}),
      routes: { ...this.#routes },
    };
  }

  /** What is wrong with the description itself, said of the places it comes from. */
  #check(description: Record<string, unknown>): readonly Problem[] {
    if (Object.keys(this.#routes).length === 0 && this.#source.problems().length > 0) return [];
    const auth = { ...(description.auth as object), [UNREAD]: { kind: "jwt", audiences: [UNREAD] } };
    try {
      normalise(this.#unread.size === 0 ? description : { ...description, auth });
      return [];
    } catch (error) {
      if (!(error instanceof PolygateError)) throw error;
      return error.problems
        .filter(
          (problem) =>
            (this.#unread.size === 0 || !beyondUnread.has(problem.code)) &&
            !this.#follows(problem.place ?? "") &&
            // Already said of info.title, where it stands.
            !(problem.place === "title" && typeof description.title !== "string"),
        )
        .map((problem) => ({
          ...problem,
          ...(problem.place === undefined ? {} : { place: this.#translatePlace(problem.place) }),
        }));
    }
  }

  /** Whether a problem of the description follows from one that is said of the document already. */
  #follows(place: string): boolean {
    const { origin, rest } = this.#originOf(place);
    return origin !== undefined && "source" in origin && origin.source.follows(`${origin.place}${rest}`);
  }

  #translatePlace(place: string): string {
    const { origin, rest } = this.#originOf(place);
    if (origin === undefined) return place;
    return "override" in origin ? `${origin.override}${rest}` : origin.source.locate(`${origin.place}${rest}`);
  }

  #originOf(place: string): { readonly origin: Origin | undefined; readonly rest: string } {
    let best = "";
    for (const known of this.#origins.keys()) {
      if (known.length <= best.length || !place.startsWith(known)) continue;
      if (place.length === known.length || /^[.[]/.test(place.slice(known.length))) best = known;
    }
    return { origin: this.#origins.get(best), rest: place.slice(best.length) };
  }
}

/** A place as `Reader` writes it. */
function placeOf(...steps: readonly string[]): string {
  let reader = new Reader(undefined, "", []);
  for (const step of steps) reader = reader.at(step);
  return reader.place;
}
