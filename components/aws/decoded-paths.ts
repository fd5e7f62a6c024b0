import type { Api } from "../api/checked-api.ts";
import { type Meeting, meetings } from "../api/path/meeting.ts";
import { type Pattern, relate } from "../api/path/pattern.ts";
import type { Caution } from "../gateway/target.ts";

/** What API Gateway does with an encoded path. Clauses without a full stop. */
export interface Decoding {
  /** What AWS does not document, after "AWS". */
  readonly undocumented: string;
  /** What kind of path may pass, as a subject. */
  readonly path: string;
}

/**
 * Cautions about routes that require less than another one of the same server, where the value of a parameter may contain the other
 * route's path, encoded. API Gateway decodes the value, so the server cannot distinguish such a path, even if it declares `paths: "exact"`.
 */
export function decodedPaths(api: Api, decoding: Decoding): readonly Caution[] {
  const found = meetings(api.routes, api.routes, (backend) => ({ identity: backend, base: [] })).filter(
    (meeting) => api.backends[meeting.through.backend]?.paths === "exact" && mayContain(meeting),
  );
  return [...Map.groupBy(found, ({ through }) => through.key).values()].flatMap(([first]) =>
    first === undefined ? [] : [cautionOf(first, decoding)],
  );
}

/** Whether a parameter's value can lead to a path of one of the guarded routes. */
function mayContain({ through, guarded }: Meeting): boolean {
  const first = through.backendPath.findIndex(({ kind }) => kind !== "literal");
  if (first === -1) return false;
  const any: Pattern = [...through.backendPath.slice(0, first), { kind: "greedy", name: "any" }];
  return guarded.some(({ backendPath }) => relate(any, backendPath) !== "disjoint");
}

function cautionOf({ through, guarded }: Meeting, { undocumented, path }: Decoding): Caution {
  return {
    route: through.key,
    what: `AWS ${undocumented}. ${path} may pass as this route and reach the server as a path of "${guarded[0]?.key}", which requires more`,
    advice: "Give both routes the same auth, or lead them to different servers.",
  };
}
