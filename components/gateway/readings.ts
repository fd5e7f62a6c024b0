import type { Bindings } from "../api/binding/binding.ts";
import { serverOf } from "../api/binding/server.ts";
import type { Capabilities, ReadingSupport } from "../api/capability/capabilities.ts";
import type { Api } from "../api/checked-api.ts";
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
 * Finds the routes that meet a stricter one at their server. An open route is refused, unless its backend declares `paths: "exact"` or the
 * gateway rejects such requests itself.
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
  const found = meetings(api.routes, all, (backend) => serverOf(bindings, backend));
  for (const [backend, group] of Map.groupBy(found, ({ through }) => through.backend)) {
    if (api.backends[backend]?.paths === "exact") {
      safe.push(...group.map(reported(`the server of "${backend}" distinguishes paths exactly (paths: "exact")`)));
      continue;
    }
    const [forwarded, refused] = partition(group, ({ isPlain }) => isPlain || readings.refused === undefined);
    safe.push(...refused.map(reported(`${className} refuses such paths: ${readings.refused}`)));
    const [open, weaker] = partition(forwarded, ({ through }) => through.auth.kind === "open");
    refuseOpen(open, problems, readings);
    cautions.push(...cautionsOf(weaker));
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

/** One problem for all open routes of a backend. */
function refuseOpen(meetings: readonly Meeting[], problems: ProblemList, { instead }: ReadingSupport): void {
  const [first] = meetings;
  if (first === undefined) return;
  const { through, guarded, isPlain, example } = first;
  const [path, backend] = [example(), JSON.stringify(through.backend)];
  const reading = isPlain
    ? `"${path}" reaches it as a path of the guarded route.`
    : `A server that reads paths leniently takes "${path}" for a path of the guarded route.`;
  const others = othersThan(meetings);
  const more = others === "" ? "" : ` The same holds for ${others} of routes of ${backend}.`;
  // A gateway cannot refuse a plain path of its own route.
  const further = instead === undefined || meetings.some((meeting) => meeting.isPlain) ? "" : ` ${instead}`;
  problems.refuse(
    "open-reading",
    `The route is open and leads to the same server as "${guarded[0]?.key}", which is not open. ${reading}${more}`,
    `Give both routes the same auth, or lead them to different servers. If the server of ${backend} distinguishes paths exactly as they arrive, declare that with ${through.backendKind}({ paths: "exact" }).${further}`,
    { route: through.key },
  );
}

/** One caution for all routes of a backend that require less than others. */
function cautionsOf(meetings: readonly Meeting[]): readonly Caution[] {
  const [first] = meetings;
  if (first === undefined) return [];
  const { through, guarded, isPlain, example } = first;
  const [path, backend] = [example(), JSON.stringify(through.backend)];
  const reading = isPlain ? `"${path}" reaches it as` : `a server that reads paths leniently takes "${path}" for`;
  const others = othersThan(meetings);
  const more = others === "" ? "" : `, and so for ${others} of routes of ${backend}`;
  return [
    {
      route: through.key,
      what: `this route does not require what "${guarded[0]?.key}" of the same server requires, and ${reading} a path of that route${more}`,
      advice: `Let the server check the token and its scopes as well. If it distinguishes paths exactly as they arrive, declare that with ${through.backendKind}({ paths: "exact" }).`,
    },
  ];
}

/** The number of pairs of routes besides the first. */
function othersThan(meetings: readonly Meeting[]): string {
  const others = meetings.reduce((pairs, { guarded }) => pairs + guarded.length, -1);
  if (others === 0) return "";
  return others === 1 ? "1 other pair" : `${others} other pairs`;
}
