import type { Capabilities } from "../api/capability/capabilities.ts";
import type { Waived } from "../api/capability/waivers.ts";
import type { Api, Backend } from "../api/checked-api.ts";
import type { Note, Unchecked } from "../api/description.ts";
import { distinct } from "../api/distinct.ts";
import type { Vendor } from "../api/problem.ts";
import type { RouteMeeting } from "./readings.ts";
import type { Caution } from "./target.ts";

/** What a reviewer needs to know about a gateway before it is deployed. Every preview shows it. */
export interface Report {
  /** The name of the class, e.g. `AwsHttpApi`. */
  readonly flavour: string;
  readonly vendor: Vendor;
  /** The number of routes that are served. An `ANY` route counts as one. */
  readonly routes: number;
  /** The backends that served routes lead to. */
  readonly backends: readonly ReportedBackend[];
  /** The routes without authentication. */
  readonly open: readonly RouteReason[];
  /** The features that the vendor lacks and `waive` names. */
  readonly waived: readonly Waived[];
  /** The routes that this gateway does not serve. */
  readonly omitted: readonly RouteReason[];
  /** The extensions of the OpenAPI document that protect routes and are not read. */
  readonly ignored: readonly ExtensionReason[];
  /** The routes that meet a stricter one at their backend, and why that opens none. */
  readonly meetings: readonly RouteMeeting[];
  /** What the OpenAPI document, or a route, requires and the gateway does not check. */
  readonly unchecked: readonly Unchecked[];
  /** What was read from the OpenAPI document in another way than its text. */
  readonly notes: readonly Note[];
  /** The routes that depend on behaviour of the vendor or of a backend's server which is not known. */
  readonly cautions: readonly Caution[];
}

/** A backend, and how much of an API it serves. */
export interface ReportedBackend {
  /** The name in the description. */
  readonly name: string;
  /** Where it is, e.g. `onPrem`. */
  readonly kind: Backend["kind"];
  /** The number of routes that lead to it. An `ANY` route counts as one. */
  readonly routes: number;
}

/** A route, and the reason that the user states for it. */
export interface RouteReason {
  /** The key of the route, e.g. `GET /orders/{id}`. */
  readonly route: string;
  readonly reason: string;
}

/** An extension of an OpenAPI document, and the reason that the user states for it. */
export interface ExtensionReason {
  readonly extension: string;
  readonly reason: string;
}

/** The report on the API that a gateway serves. */
export function reportOf(
  api: Api,
  { className, vendor }: Capabilities,
  details: Pick<Report, "waived" | "omitted" | "meetings" | "unchecked" | "cautions">,
): Report {
  const open = api.routes.flatMap(({ key, auth }) =>
    auth.kind === "open" ? [{ route: key, reason: auth.reason }] : [],
  );
  const ignored = Object.entries(api.ignored ?? {}).map(([extension, reason]) => ({ extension, reason }));
  const served = new Set(api.routes.map(({ key }) => key));
  const [cautions, meetings] = [distinct(details.cautions), distinct(details.meetings)];
  const unchecked = [...servedOnly(api.unchecked ?? [], served), ...details.unchecked];
  const notes = servedOnly(api.notes ?? [], served);
  return {
    flavour: className,
    vendor,
    routes: served.size,
    backends: backendsOf(api),
    open: distinct(open),
    ignored,
    notes,
    ...details,
    unchecked,
    cautions,
    meetings,
  };
}

function backendsOf({ routes }: Api): readonly ReportedBackend[] {
  const keys = new Map<string, { readonly kind: Backend["kind"]; readonly routes: Set<string> }>();
  for (const route of routes) {
    if (route.kind !== "proxy") continue;
    const backend = keys.get(route.backend) ?? { kind: route.backendKind, routes: new Set() };
    backend.routes.add(route.key);
    keys.set(route.backend, backend);
  }
  return [...keys].map(([name, backend]) => ({ name, kind: backend.kind, routes: backend.routes.size }));
}

/** The remarks about routes that are served. */
function servedOnly<T extends Note>(remarks: readonly T[], served: ReadonlySet<string>): readonly T[] {
  return remarks.flatMap((remark) => {
    const routes = remark.routes.filter((route) => served.has(route));
    return routes.length === 0 ? [] : [{ ...remark, routes }];
  });
}
