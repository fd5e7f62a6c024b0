import type { Api } from "../../api/checked-api.ts";
import { type Meeting, meetings } from "../../api/path/meeting.ts";
import { type Pattern, relate } from "../../api/path/pattern.ts";
import type { Caution } from "../../gateway/target.ts";

/**
 * Cautions about routes that require less than another one of the same server, where the value of a parameter may contain the other
 * route's path. An HTTP API decodes a path twice, so the server cannot distinguish such a path, even if it declares `paths: "exact"`.
 *
 * Unverified: after which round API Gateway selects the route. If it is after the first, `/%2561dmin` passes as `/{rest+}` and reaches the
 * server as `/admin`.
 */
export function decodedPaths(api: Api): readonly Caution[] {
  const found = meetings(api.routes, api.routes, (backend) => ({ identity: backend, base: [] })).filter(
    (meeting) => api.backends[meeting.through.backend]?.paths === "exact" && mayContain(meeting),
  );
  return [...Map.groupBy(found, ({ through }) => through.key).values()].flatMap(([first]) =>
    first === undefined ? [] : [cautionOf(first)],
  );
}

/** Whether a parameter's value can lead to a path of one of the guarded routes. */
function mayContain({ through, guarded }: Meeting): boolean {
  const first = through.backendPath.findIndex(({ kind }) => kind !== "literal");
  if (first === -1) return false;
  const any: Pattern = [...through.backendPath.slice(0, first), { kind: "greedy", name: "any" }];
  return guarded.some(({ backendPath }) => relate(any, backendPath) !== "disjoint");
}

function cautionOf({ through, guarded }: Meeting): Caution {
  return {
    route: through.key,
    what: `AWS decodes a path twice, and does not document after which round it selects the route. A path that is encoded twice may pass as this route and reach the server as a path of "${guarded[0]?.key}", which requires more`,
    advice: "Give both routes the same auth, or lead them to different servers.",
  };
}
