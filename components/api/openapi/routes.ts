import type { Reader } from "../reader.ts";
import { nearest } from "../suggestion.ts";
import { checkExtensions, type OpenApiOperation } from "./document.ts";
import type { Extensions } from "./extensions.ts";
import type { Inputs } from "./inputs.ts";
import { nearestMember } from "./levels.ts";
import { PossibleRequests } from "./lowering/possible-request.ts";
import { placeOf } from "./origins.ts";
import type { Omissions, ServedRoute } from "./paths/omissions.ts";
import { keyed, type Placement, Placements, servingKey } from "./paths/placement.ts";
import { sharedRoutes } from "./paths/shared-paths.ts";
import { Remarks } from "./remarks.ts";
import { exactRequest } from "./request.ts";
import type { Remark } from "./security/alternatives.ts";
import type { Requirement } from "./security/requirement.ts";
import type { OpenApiSecurity } from "./security/security.ts";
import { ServerBackends } from "./servers.ts";

/** Replaces an auth that could not be read, so that the rest of the route is checked in the same run. */
export const UNREAD = "unread";

const proxyMembers = ["to", "path", "timeoutSeconds", "requestHeaders"];
const overrideMembers = [...proxyMembers, "reply", "auth", "scopes", "limits", "request"];

/** A route that is being made from an operation. */
interface Draft {
  /** The key of the route, which differs from the operation's where its path has parts of segments. */
  readonly key: string;
  readonly operation: OpenApiOperation;
  readonly override: Reader;
  readonly route: Record<string, unknown>;
  readonly unchecked: Remark[];
  readonly notes: string[];
}

/** What a reviewer needs to know about a route. */
interface RouteRemarks {
  readonly unchecked: readonly Remark[];
  readonly notes: readonly string[];
}

/** What an overlay sets that decides who may call an operation. */
function addedAccess({ own, shared, source, pathSource }: OpenApiOperation): readonly string[] {
  return ["auth", "scopes", "open"].flatMap((name) => {
    const isOwn = own.at(name).present && source.isAdded(own.at(name).place);
    const isShared = shared.at(name).present && pathSource.isAdded(shared.at(name).place);
    return isOwn || isShared ? [`the overlay sets "${name}"`] : [];
  });
}

/** Turns the operations of a document, and the routes of the overrides, into routes of a description. */
export class Routes {
  readonly #inputs: Inputs;
  readonly #security: OpenApiSecurity;
  readonly #extensions: Extensions;
  readonly #backends: readonly string[];
  readonly #all: Record<string, unknown> = Object.create(null);
  readonly #serving = new Map<string, string>();
  readonly #remarks = new Remarks();
  /** Routes with other paths than their operations. */
  readonly #moved: { readonly draft: Draft; readonly remarks: RouteRemarks; readonly placed: Placement }[] = [];
  readonly #placements: Placements;
  readonly #servers: ServerBackends;
  readonly #serverBackends = new Map<string, string>();
  readonly #requests: PossibleRequests;
  readonly #omissions: Omissions;
  readonly #served: ServedRoute[] = [];
  /** Routes whose auth could not be read. */
  readonly #unread = new Set<string>();

  constructor(
    inputs: Inputs,
    security: OpenApiSecurity,
    extensions: Extensions,
    { backends, omissions }: { readonly backends: readonly string[]; readonly omissions: Omissions },
  ) {
    this.#inputs = inputs;
    this.#security = security;
    this.#extensions = extensions;
    this.#backends = backends;
    this.#omissions = omissions;
    this.#placements = new Placements(inputs.answers, inputs.remedies);
    this.#servers = new ServerBackends(inputs.source.root);
    this.#requests = new PossibleRequests(inputs.source);
  }

  get all(): Readonly<Record<string, unknown>> {
    return this.#all;
  }

  /** The keys of the routes that serve the operations, by the keys of the operations. */
  get serving(): ReadonlyMap<string, string> {
    return this.#serving;
  }

  /** What a reviewer needs to know about the routes, as members of a description. */
  get remarks(): object {
    return this.#remarks.members;
  }

  /** The backends of operations with servers of their own, and the URLs of these. */
  get serverBackends(): ReadonlyMap<string, string> {
    return this.#serverBackends;
  }

  get hasUnread(): boolean {
    return this.#unread.size > 0;
  }

  /** The names of the auths that routes use. */
  get authNames(): ReadonlySet<string | undefined> {
    return new Set(Object.values(this.#all).map((route) => (route as Requirement | null)?.auth));
  }

  addOperation(operation: OpenApiOperation): void {
    const override = this.#inputs.overrides.at("routes").at(operation.key).ofRoute(operation.key);
    if (this.#omissions.takes(operation, override)) return;
    checkExtensions(operation, this.#extensions);
    const requirement = this.#security.requirementOf(operation, override);
    const placed = this.#placements.of(operation);
    if (requirement === undefined || placed === undefined) this.#unread.add(placed?.key ?? operation.key);
    if (placed === undefined) return;
    const { key } = placed;
    const { unchecked = [], notes = [], ...access } = requirement ?? { auth: UNREAD };
    const draft: Draft = { key, operation, override, route: { ...access }, unchecked: [], notes: [] };
    this.#complete(draft);
    const remarks = {
      unchecked: [...unchecked, ...placed.unchecked, ...draft.unchecked],
      notes: [...notes, ...operation.notes, ...addedAccess(operation), ...placed.notes, ...draft.notes],
    };
    if (key === operation.key) this.#add(operation, key, draft.route, remarks);
    else this.#moved.push({ draft, remarks, placed });
  }

  #add(operation: OpenApiOperation, key: string, route: unknown, { unchecked, notes }: RouteRemarks): void {
    this.#all[key] = route;
    this.#serving.set(operation.key, key);
    this.#served.push({ key, operation });
    for (const remark of unchecked) this.#remarks.unchecked(remark, key);
    for (const note of notes) this.#remarks.note(note, key);
  }

  /** Takes the members of a route from the document and the overrides. */
  #complete(draft: Draft): void {
    const { key, operation, override } = draft;
    const { own, shared, source } = operation;
    this.#inputs.origins.set(placeOf("routes", key), { source, place: operation.operation.place });
    this.#take(draft, "limits", [own, shared]);
    this.#takeRequest(draft);
    for (const name of ["auth", "scopes"]) this.#note(draft, name, [own, shared]);
    // Where an override sets `to` or `reply`, the document's other one is dropped.
    const replies = override.at("reply").present || (own.at("reply").present && !override.at("to").present);
    if (replies) this.#takeReply(draft);
    else this.#takeProxy(draft);
    if (override.present) override.only(overrideMembers);
  }

  /** Reports the operations that ask a question about their paths, when all of them are known. */
  reportUndecided(): void {
    this.#placements.report();
  }

  /** Adds the routes with other paths than their operations, when all others are known. */
  addMoved(): void {
    const all = this.#moved.map((each) => {
      const { draft, placed } = each;
      return { ...each, route: keyed(draft.key, draft.route, placed.isSlashed) };
    });
    const others = [
      ...Object.entries(this.#all).map(([key, route]) => keyed(key, route)),
      ...all.map(({ route }) => route),
    ];
    for (const { draft, remarks, placed, route } of all) {
      const { key, operation, override } = draft;
      const path = nearestMember([override, operation.own], "path");
      if (placed.isWhole) {
        path?.problem(
          "mapped-segment",
          "The parameter matches the whole segment, with the text beside it, so the path for the backend would be another one.",
          "Remove the path. The backend then receives the path that the client sent.",
        );
      }
      const served = this.#unread.has(key) ? key : servingKey(route, operation, others);
      if (served !== undefined) this.#add(operation, served, this.#all[served] ?? draft.route, remarks);
    }
  }

  /** Adds the routes that only the overrides have. */
  addOverrides(keys: ReadonlySet<string>): void {
    const routes = this.#inputs.overrides.at("routes");
    for (const key of routes.present ? routes.keys() : []) {
      if (keys.has(key)) continue;
      const route = routes.at(key).ofRoute(key);
      if (!route.at("to").present && !route.at("reply").present) {
        const near = nearest(key, [...keys]);
        const remedy = near === undefined ? "Set to or reply, if the route is to be added." : `Did you mean "${near}"?`;
        route.problem("unknown-route", `The document has no route "${key}".`, remedy);
        continue;
      }
      const auth = route.at("auth").value;
      if (typeof auth === "string") this.#security.adopt(auth);
      this.#inputs.origins.set(placeOf("routes", key), { override: route.place });
      this.#all[key] = route.value;
      this.#served.push({ key });
    }
  }

  /** Checks the operations that are left out, when all routes are known. */
  checkOmissions(): void {
    for (const { key, note } of this.#omissions.checked(this.#served)) this.#remarks.note(note, key);
  }

  /** Declares the paths that crossing routes share, for the route that takes precedence. */
  addShared(plans: Readonly<Record<string, unknown>>): void {
    const limited = JSON.stringify(plans);
    const isFree = (key: string): boolean => !limited.includes(JSON.stringify(key));
    for (const { key, winner, loser, route } of sharedRoutes(this.#all, isFree)) {
      this.#all[key] = route;
      const origin = this.#inputs.origins.get(placeOf("routes", winner));
      if (origin !== undefined) this.#inputs.origins.set(placeOf("routes", key), origin);
      if (this.#unread.has(winner)) this.#unread.add(key);
      this.#remarks.share(winner, key);
      const note = `matches the paths of "${winner}" and "${loser}"; it does what the first does, with limits of its own`;
      this.#remarks.note(note, key);
    }
  }

  /** Takes a member from the override, or else from the nearest level of the document that has it. */
  #take(draft: Draft, name: string, levels: readonly Reader[]): void {
    const found = nearestMember([draft.override, ...levels], name);
    if (found !== undefined) draft.route[name] = found.value;
    this.#note(draft, name, levels);
  }

  /** Records where a member of the route comes from. */
  #note({ key, operation, override }: Draft, name: string, levels: readonly Reader[]): void {
    const place = placeOf("routes", key, name);
    const replaced = override.at(name);
    if (replaced.present) {
      this.#inputs.origins.set(place, { override: replaced.place });
      return;
    }
    const level = levels.find((each) => each.at(name).present);
    if (level === undefined) return;
    const source = level === operation.shared ? operation.pathSource : operation.source;
    this.#inputs.origins.set(place, { source, place: level.at(name).place });
  }

  /** Checks of requests are taken from the document only where it sets `validate`, because most gateways refuse them. */
  #takeRequest(draft: Draft): void {
    const { operation, override, route } = draft;
    const replaced = override.at("request");
    const validate = nearestMember([operation.own, operation.shared, this.#inputs.extension], "validate")?.value;
    const request = replaced.present ? replaced.value : this.#requestOf(draft, validate);
    if (request !== undefined) route.request = request;
    this.#note(draft, "request", []);
  }

  #requestOf({ operation, unchecked }: Draft, validate: unknown): unknown {
    if (validate === "exact") return exactRequest(operation);
    if (validate !== true) return undefined;
    const possible = this.#requests.of(operation);
    unchecked.push(...possible.unchecked);
    return possible.request;
  }

  #takeReply(draft: Draft): void {
    const { override, operation } = draft;
    this.#take(draft, "reply", [operation.own]);
    // A route with a reply cannot have these members. They are taken only if they are set beside the reply, so that
    // normalise reports them.
    for (const name of proxyMembers) {
      const isBesideReply =
        override.at(name).present || (!override.at("reply").present && operation.own.at(name).present);
      if (isBesideReply) this.#take(draft, name, [operation.own]);
    }
  }

  #takeProxy(draft: Draft): void {
    const { own, shared } = draft.operation;
    this.#take(draft, "to", [own, shared]);
    this.#take(draft, "path", [own]);
    this.#take(draft, "timeoutSeconds", [own, shared]);
    this.#take(draft, "requestHeaders", [own, shared]);
    if (!Object.hasOwn(draft.route, "to")) this.#takeDefaultBackend(draft);
  }

  /** A server of its own is a backend of its own, unless the document says which backend it is. */
  #takeDefaultBackend({ operation, route, notes }: Draft): void {
    const own = operation.servers === undefined ? undefined : this.#servers.of(operation.servers);
    if (own !== undefined) {
      this.#serverBackends.set(own.name, own.url);
      notes.push(`the document's server is ${own.url === "" ? "/" : own.url}, which is the backend "${own.name}"`);
    }
    const [first, ...more] = this.#backends;
    const to = own?.name ?? this.#inputs.chosen("to").value ?? (more.length === 0 ? first : undefined);
    if (to !== undefined) route.to = to;
  }
}
