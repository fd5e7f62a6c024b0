import type { Bindings } from "../api/binding/binding.ts";
import { serverOf } from "../api/binding/server.ts";
import type { Capabilities, ReadingSupport } from "../api/capability/capabilities.ts";
import { type Api, type ApiProxyRoute, operationKey } from "../api/checked-api.ts";
import { type Meeting, meetings } from "../api/path/meeting.ts";
import { type Problem, ProblemList } from "../api/problem.ts";
import type { Caution } from "./target.ts";

/** A route that meets stricter ones at its backend, and why that opens none of them. */
export interface RouteMeeting {
  /** The key of the route that requires less. */
  readonly route: string;
  /** The keys of the stricter routes. */
  readonly meets: readonly string[];
  /** A request path of the route that a server may read as a path of the first of them. */
  readonly path: string;
  /** Why that opens none of them. A clause without a full stop. */
  readonly because: string;
}

/** What the other readings of paths mean for a gateway. */
export interface Readings {
  /** Open routes through which a request may reach a guarded route of the same server. */
  readonly problems: readonly Problem[];
  /** Routes that require less than another one of the same server, but are not open. */
  readonly cautions: readonly Caution[];
  readonly meetings: readonly RouteMeeting[];
}

/**
 * Finds the routes that meet a stricter one at their server. An open route is refused, unless the gateway rejects such requests itself, or
 * its backend declares `paths: "exact"` and does not receive exactly a path of the other route.
 *
 * @param api the routes that the gateway serves
 * @param all the description's routes, also those that the gateway omits
 */
export function readingsOf(
  api: Api,
  all: Api["routes"],
  bindings: Bindings,
  { readings, className, vendor }: Pick<Capabilities, "readings" | "className" | "vendor">,
): Readings {
  const problems = new ProblemList({ vendor });
  const [cautions, safe]: [Caution[], RouteMeeting[]] = [[], []];
  const known = new Set(all.map(operationKey));
  const guarded = [...all, ...api.routes.filter((route) => !known.has(operationKey(route)))];
  const found = meetings(api.routes, guarded, (backend) => serverOf(bindings, backend), readings.decoding);
  const decodes = `${className} ${readings.decoding?.undocumented}`;
  const context: ReadingContext = { ...readings, api, decodes };
  for (const [backend, group] of Map.groupBy(found, ({ through }) => through.backend)) {
    const isExact = api.backends[backend]?.paths === "exact";
    const [arriving, distinguished] = partition(group, (meeting) => !isExact || meeting.isExact);
    safe.push(
      ...distinguished.map(reported(`the server of "${backend}" distinguishes paths exactly (paths: "exact")`)),
    );
    const [forwarded, refused] = partition(arriving, ({ isPlain }) => isPlain || readings.refused === undefined);
    safe.push(...refused.map(reported(`${className} refuses such paths: ${readings.refused}`)));
    for (const [open, weaker] of partition(forwarded, (meeting) => meeting.isExact).map((each) =>
      partition(each, ({ through }) => through.auth.kind === "open"),
    )) {
      refuseOpen(open, problems, context);
      cautions.push(...cautionsOf(weaker, context));
    }
  }
  return { problems: problems.all, cautions, meetings: safe };
}

function partition<T>(items: readonly T[], test: (item: T) => boolean): [T[], T[]] {
  const groups = Map.groupBy(items, test);
  return [groups.get(true) ?? [], groups.get(false) ?? []];
}

const reported =
  (because: string) =>
  ({ through, guarded, example }: Meeting): RouteMeeting => ({
    route: through.key,
    meets: guarded.map(({ key }) => key),
    path: example(),
    because,
  });

/** What the texts of problems and cautions depend on. */
interface ReadingContext extends ReadingSupport {
  readonly api: Api;
  /** How the class decodes paths. */
  readonly decodes: string;
}

/** One problem for all open routes of a backend that meet others in one way. */
function refuseOpen(
  meetings: readonly Meeting[],
  problems: ProblemList,
  { api, instead, decodes }: ReadingContext,
): void {
  const [first] = meetings;
  if (first === undefined) return;
  const { through, guarded } = first;
  const backend = JSON.stringify(through.backend);
  const others = othersThan(meetings);
  const more = others === "" ? "" : ` The same holds for ${others} of routes of ${backend}.`;
  // A gateway cannot refuse a plain path of its own route.
  const further = instead === undefined || meetings.some((meeting) => meeting.isPlain) ? "" : ` ${instead}`;
  const exact = first.isExact
    ? ""
    : ` If the server of ${backend} distinguishes paths exactly as they arrive, declare that: ${exactServer(through, api)}.`;
  const place = api.document?.locate(`routes[${JSON.stringify(through.key)}]`);
  problems.refuse(
    "open-reading",
    `The route is open and leads to the same server as "${guarded[0]?.key}", which is not open. ${openReading(first, decodes)}${more}`,
    `Give both routes the same auth, or lead them to different servers.${exact}${further}`,
    { route: through.key, ...(place === undefined ? {} : { place }) },
  );
}

/** How to declare that a server distinguishes paths exactly, where the description is written. */
function exactServer({ backend, backendKind }: ApiProxyRoute, { document }: Api): string {
  if (document !== undefined)
    return document.declare({ backends: { [backend]: { kind: backendKind, paths: "exact" } } });
  return `write backends: { ${JSON.stringify(backend)}: ${backendKind}({ paths: "exact" }) }`;
}

function openReading({ isPlain, isDecoded, example }: Meeting, decodes: string): string {
  const path = JSON.stringify(example());
  if (isDecoded) return `${decodes}. So ${path} may pass and reach the server exactly as a path of the guarded route.`;
  if (isPlain) return `${path} reaches it as a path of the guarded route.`;
  return `A server that reads paths leniently takes ${path} for a path of the guarded route.`;
}

/** One caution for all routes of a backend that require less than others and meet them in one way. */
function cautionsOf(meetings: readonly Meeting[], { api, decodes }: ReadingContext): readonly Caution[] {
  const [first] = meetings;
  if (first === undefined) return [];
  const { through, guarded } = first;
  const backend = JSON.stringify(through.backend);
  const others = othersThan(meetings);
  const more = others === "" ? "" : `, and so for ${others} of routes of ${backend}`;
  const exact = first.isExact
    ? ""
    : ` If it distinguishes paths exactly as they arrive, declare that: ${exactServer(through, api)}.`;
  return [
    {
      route: through.key,
      what: `this route does not require what "${guarded[0]?.key}" of the same server requires, and ${weakerReading(first, decodes)} a path of that route${more}`,
      advice: `Let the server check the token and its scopes as well.${exact}`,
    },
  ];
}

function weakerReading({ isPlain, isDecoded, example }: Meeting, decodes: string): string {
  const path = JSON.stringify(example());
  if (isDecoded) return `${decodes}, so ${path} may pass and reach the server exactly as`;
  return isPlain ? `${path} reaches it as` : `a server that reads paths leniently takes ${path} for`;
}

/** The number of pairs of routes besides the first. */
function othersThan(meetings: readonly Meeting[]): string {
  const others = meetings.reduce((pairs, { guarded }) => pairs + guarded.length, -1);
  if (others === 0) return "";
  return others === 1 ? "1 other pair" : `${others} other pairs`;
}
