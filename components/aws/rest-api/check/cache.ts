import { type Api, isAnyKey } from "../../../api/checked-api.ts";
import { type Problem, ProblemList } from "../../../api/problem.ts";
import { isObjectNow } from "../../../gateway/later.ts";
import { cacheSizes } from "../cache.ts";

const longestSeconds = 3_600;
const parameterName = /^[A-Za-z0-9._$-]+$/;

/** Checks the argument `cache`. */
export function checkCache(api: Api, cache: unknown): readonly Problem[] {
  const problems = new ProblemList({ vendor: "aws" });
  if (cache === undefined) return problems.all;
  if (!isObjectNow(cache) || !isObjectNow(cache.routes)) {
    const remedy = 'Write { sizeGb: "0.5", routes: { "GET /…": … } }.';
    problems.refuse("bad-cache", "A cache needs a size and routes.", remedy, { place: "cache" });
    return problems.all;
  }
  const { sizeGb, routes } = cache;
  if (!cacheSizes.some((size) => size === sizeGb)) {
    const rule = `AWS does not offer a cache of ${JSON.stringify(sizeGb)} gigabytes.`;
    problems.refuse("bad-cache", rule, `Write one of ${cacheSizes.join(", ")}.`, { place: "cache.sizeGb" });
  }
  if (Object.keys(routes).length === 0) {
    const rule = "No route is cached, but AWS charges for the cache by the hour.";
    problems.refuse("bad-cache", rule, "Add a route, or leave the cache out.", { place: "cache.routes" });
  }
  for (const [key, cached] of Object.entries(routes)) checkCachedRoute(problems, api, key, cached);
  return problems.all;
}

function checkCachedRoute(list: ProblemList, api: Api, key: string, cached: unknown): void {
  const place = `cache.routes[${JSON.stringify(key)}]`;
  const problems = list.for({ place, route: key });
  const route = api.routes.find((each) => each.key === key);
  if (route === undefined) {
    const remedy = `Write one of ${cacheableKeys(api).join(", ") || "none"}.`;
    problems.refuse("unknown-route", "The API does not have this route.", remedy);
    return;
  }
  const remedy = "Leave the route out of the cache.";
  if (route.kind === "reply") {
    problems.refuse("not-cached", "The gateway replies to this route itself, so a cache saves no backend.", remedy);
  } else if (route.method !== "GET" || isAnyKey(key)) {
    problems.refuse(
      "not-cached",
      "Only responses to GET are cached.",
      isAnyKey(key) ? "Declare GET as a route of its own." : remedy,
    );
  }
  if (route.auth.kind !== "open") {
    problems.refuse(
      "not-cached",
      "The route is not open. AWS does not document that a token or key is verified before a cached response is returned, and a response for one caller must not reach another.",
      "Leave the route out of the cache, and let the backend cache what it can.",
    );
  }
  checkCachedSettings(list, place, cached);
}

function checkCachedSettings(problems: ProblemList, place: string, cached: unknown): void {
  if (!isObjectNow(cached)) {
    const rule = "A cached route needs the number of seconds.";
    problems.refuse("bad-cache", rule, "Write { ttlSeconds: 60 }.", { place });
    return;
  }
  const { ttlSeconds, query = [], headers = [] } = cached;
  if (
    typeof ttlSeconds !== "number" ||
    !Number.isInteger(ttlSeconds) ||
    ttlSeconds < 1 ||
    ttlSeconds > longestSeconds
  ) {
    const rule = `This has to be a whole number from 1 to ${longestSeconds}. It is ${JSON.stringify(ttlSeconds)}.`;
    problems.refuse("out-of-range", rule, "Write a number in this range.", { place: `${place}.ttlSeconds` });
  }
  for (const [name, list] of Object.entries({ query, headers })) {
    if (Array.isArray(list) && list.every((each) => typeof each === "string" && parameterName.test(each))) {
      const names: readonly string[] = name === "query" ? list : list.map((each) => each.toLowerCase());
      const twice = names.find((each, index) => names.indexOf(each) !== index);
      if (twice === undefined) continue;
      problems.refuse("duplicate", `"${twice}" is listed twice.`, "Remove one.", { place: `${place}.${name}` });
      continue;
    }
    problems.refuse(
      "parameter-characters",
      "This has to be a list of names that contain only letters, digits and . _ $ -.",
      "Correct the names.",
      { place: `${place}.${name}` },
    );
  }
}

function cacheableKeys({ routes }: Api): readonly string[] {
  return routes
    .filter(
      ({ key, method, auth, kind }) => method === "GET" && !isAnyKey(key) && auth.kind === "open" && kind === "proxy",
    )
    .map(({ key }) => key);
}
