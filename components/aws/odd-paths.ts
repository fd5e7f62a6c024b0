import type { Api, ApiRoute } from "../api/checked-api.ts";
import { relate } from "../api/path/pattern.ts";
import { asStrict } from "../api/path/precedence.ts";
import type { Caution } from "../gateway/target.ts";

/**
 * Cautions about a wider route that may receive requests which a stricter, narrower route is meant to guard.
 *
 * Unverified: AWS does not document how it matches a path with a trailing slash, an empty segment, a dot segment or `%2F`. Users report
 * of live APIs that a greedy variable matches the first two (storacha/w3infra#166, aws-powertools/powertools-lambda-python#1552).
 */
export function oddPaths(wide: ApiRoute, { routes }: Api): readonly Caution[] {
  const guarded = routes.find(
    (narrow) =>
      narrow.method === wide.method && relate(narrow.pattern, wide.pattern) === "narrower" && !asStrict(wide, narrow),
  );
  if (guarded === undefined) return [];
  return [
    {
      route: wide.key,
      what: `this route is less strict than "${guarded.key}", and AWS does not document which of the two routes receives paths such as "${guarded.path}/"`,
      advice:
        "Try such paths on the deployed API, or let the backend reject trailing slashes, empty segments and dot segments.",
    },
  ];
}
