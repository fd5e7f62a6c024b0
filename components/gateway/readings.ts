import type { Bindings } from "../api/binding/binding.ts";
import { serverOf } from "../api/binding/server.ts";
import type { Capabilities } from "../api/capability/capabilities.ts";
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
  const found = [...meetings(api.routes, all, (backend) => serverOf(bindings, backend))];
  for (const [backend, pairs] of Map.groupBy(found, ({ through }) => through.backend)) {
    if (api.backends[backend]?.paths === "exact") {
      safe.push(...byRoute(pairs, `the server of "${backend}" distinguishes paths exactly (paths: "exact")`));
      continue;
    }
    const [forwarded, refused] = partition(pairs, ({ isPlain }) => isPlain || readings.refused === undefined);
    safe.push(...byRoute(refused, `${className} refuses such paths: ${readings.refused}`));
    const [open, weaker] = partition(forwarded, ({ through }) => through.auth.kind === "open");
    if (open[0] !== undefined) refuseOpen(open[0], open.length - 1, problems);
    if (weaker[0] !== undefined) cautions.push(caution(weaker[0], weaker.length - 1));
  }
  return { problems: problems.all, cautions, meetings: safe };
}

function partition<T>(items: readonly T[], test: (item: T) => boolean): [T[], T[]] {
  const groups = Map.groupBy(items, test);
  return [groups.get(true) ?? [], groups.get(false) ?? []];
}

function byRoute(pairs: readonly Meeting[], because: string): readonly RouteMeeting[] {
  return [...Map.groupBy(pairs, ({ through }) => through.key)].map(([route, group]) => ({
    route,
    meets: group.map(({ guarded }) => guarded.key),
    path: (group[0] as Meeting).path,
    because,
  }));
}

function refuseOpen({ through, guarded, path, isPlain }: Meeting, more: number, problems: ProblemList): void {
  const backend = JSON.stringify(through.backend);
  const reading = isPlain
    ? `"${path}" reaches it as a path of the guarded route.`
    : `A server that reads paths leniently takes "${path}" for a path of the guarded route.`;
  problems.refuse(
    "open-reading",
    `The route is open and leads to the same server as "${guarded.key}", which is not open. ${reading}${moreOf(more, backend)}`,
    `Give both routes the same auth, or lead them to different servers. If the server of ${backend} distinguishes paths exactly as they arrive, declare that with ${through.backendKind}({ paths: "exact" }).`,
    { route: through.key },
  );
}

function moreOf(more: number, backend: string): string {
  if (more === 0) return "";
  return more === 1
    ? ` The same holds for one other pair of routes of ${backend}.`
    : ` The same holds for ${more} other pairs of routes of ${backend}.`;
}

function caution({ through, guarded, path, isPlain }: Meeting, more: number): Caution {
  const backend = JSON.stringify(through.backend);
  const reading = isPlain ? `"${path}" reaches it as` : `a server that reads paths leniently takes "${path}" for`;
  const others =
    more === 0 ? "" : `, and so for ${more} other ${more === 1 ? "pair" : "pairs"} of routes of ${backend}`;
  return {
    route: through.key,
    what: `this route does not require what "${guarded.key}" of the same server requires, and ${reading} a path of that route${others}`,
    advice: `Let the server check the token and its scopes as well. If it distinguishes paths exactly as they arrive, declare that with ${through.backendKind}({ paths: "exact" }).`,
  };
}
