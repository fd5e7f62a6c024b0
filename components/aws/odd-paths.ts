import type { Api, ApiRoute } from "../api/checked-api.ts";
import { relate } from "../api/path/pattern.ts";
import { asStrict } from "../api/path/precedence.ts";
import type { Caution } from "../gateway/target.ts";

/**
 * AWS does not say how it reads a path with a slash at its end, an empty segment, a dot segment or `%2F`; of live APIs it
 * is told that a greedy variable takes the first two (storacha/w3infra#166, aws-powertools/powertools-lambda-python#1552).
 * A wider route may so get what a stricter one guards.
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
      what: `it asks for less than "${guarded.key}", and AWS does not document which of the two takes "${guarded.path}/" and the like`,
      advice:
        "Try such paths on the deployed API, or have the backend refuse a slash at the end, empty and dot segments.",
    },
  ];
}
