import type { Api, ApiRoute } from "../../api/checked-api.ts";
import { byPrecedence, type Pattern, printPattern, relate } from "../../api/path/pattern.ts";
import { type Problem, ProblemList } from "../../api/problem.ts";

/**
 * Rejects a greedy route whose empty rest would bypass another route.
 *
 * On API Gateway, `/files/{rest+}` also matches `/files/`. If no route is declared for `/files` itself, another route may match that
 * path, and a trailing slash must not lead around that route's authentication.
 */
export function checkEmptyRests({ routes }: Api): readonly Problem[] {
  const problems = new ProblemList({ vendor: "gcp", feature: "route.greedy" });
  for (const route of routes) {
    if (route.pattern.at(-1)?.kind !== "greedy") continue;
    const folder = route.pattern.slice(0, -1);
    const bypassed = bypassedBy(route, folder, routes);
    if (bypassed === undefined) continue;
    const path = printPattern(folder);
    problems.refuse(
      "empty-rest",
      `On API Gateway, "${route.key}" also matches "${path}/", so that requests could bypass "${bypassed.key}".`,
      `Declare "${route.method} ${path}" with the authentication that it must have.`,
      { route: route.key },
    );
  }
  return problems.all;
}

/** The stricter route that matches the path of the folder, if requests can bypass it through the greedy route. */
function bypassedBy(greedy: ApiRoute, folder: Pattern, routes: readonly ApiRoute[]): ApiRoute | undefined {
  const others = routes.filter(({ method }) => method === greedy.method);
  if (others.some(({ pattern }) => relate(pattern, folder) === "equal")) return undefined;
  return others.find(
    (other) => !isAsStrict(greedy, other) && isTriedLater(other, folder) && !isHidden(other, folder, others),
  );
}

/** Whether every request that passes `one` would also pass `other`. Descriptions with scopes are rejected elsewhere. */
function isAsStrict(one: ApiRoute, other: ApiRoute): boolean {
  return other.auth.kind === "open" || one.authName === other.authName;
}

/** Whether a route matches paths of the folder, and the gateway tries it after the routes below the folder. */
function isTriedLater({ pattern }: ApiRoute, folder: Pattern): boolean {
  const relation = relate(pattern, folder);
  return (relation === "wider" || relation === "crossing") && byPrecedence(pattern, folder) > 0;
}

/** Whether a narrower route matches the whole folder, so that none of its requests reaches the wider route. */
function isHidden(route: ApiRoute, folder: Pattern, others: readonly ApiRoute[]): boolean {
  return others.some(
    ({ pattern }) => relate(folder, pattern) === "narrower" && relate(pattern, route.pattern) === "narrower",
  );
}

/**
 * Rejects audiences that the proxy would read as others: it splits the list at commas, trims blanks, and compares audiences without
 * the scheme and a trailing slash.
 */
export function checkAudiences(audiences: readonly string[], place: string): readonly Problem[] {
  const problems = new ProblemList({ vendor: "gcp", feature: "auth.jwt" });
  for (const [index, audience] of audiences.entries()) {
    checkAudience(audience, problems.for({ place: `${place}[${index}]` }));
  }
  return problems.all;
}

function checkAudience(audience: string, problems: ProblemList): void {
  if (audience.includes(",") || audience !== audience.trim()) {
    problems.refuse(
      "bad-audience",
      `API Gateway reads audiences as one text that it splits at commas and trims, so ${JSON.stringify(audience)} would be another audience.`,
      "Use an audience without commas and without blanks at either end.",
    );
  } else if (audience.replace(/^https?:\/\//, "").replace(/\/$/, "") === "") {
    problems.refuse(
      "empty-audience",
      `API Gateway compares audiences without the scheme and a trailing slash. Nothing remains of ${JSON.stringify(audience)}, so a token for nobody would pass.`,
      "Write the audience that tokens for this API have.",
    );
  }
}

/**
 * Rejects percent-encodings in a backend's URL: the proxy decodes the path of an address, so the backend would see another path.
 *
 * @see https://github.com/GoogleCloudPlatform/esp-v2, where the path is `u.Path` of Go's `net/url`
 */
export function checkUrl(url: string, place: string): readonly Problem[] {
  const problems = new ProblemList({ vendor: "gcp", feature: "backend.http" });
  if (url.includes("%")) {
    problems.refuse(
      "encoded-url",
      `API Gateway decodes the path of a backend's URL, so the backend would see another path than ${JSON.stringify(url)}.`,
      "Bind a URL without percent-encodings, and let the backend serve that path.",
      { place },
    );
  }
  return problems.all;
}
