import type { ApiRoute } from "../api/checked-api.ts";
import type { Caution } from "../gateway/target.ts";

/** The name of a parameter without a name of its own: its position in the path, e.g. `p2`. */
export function unusedPlace(index: number, taken: ReadonlySet<string>): string {
  let name = `p${index + 1}`;
  while (taken.has(name)) name += "_";
  return name;
}

/** A note that a function receives parameters under other names than those of its route. */
export function renamedCaution({ key }: ApiRoute, parameters: readonly string[], paths: readonly string[]): Caution {
  const [names, shown] = [parameters, paths].map((texts) => {
    const more = texts.length - 3;
    return `${texts.slice(0, 3).join(", ")}${more > 0 ? ` and ${more} more` : ""}`;
  });
  return {
    route: key,
    what: `the function does not receive ${names} under this name everywhere, since other routes name the same part of the path differently, match a part of it, or AWS may not accept the name. On API Gateway the path is ${shown}`,
    advice: "Use one name for the same part of a path in all routes, or read the path itself in the function.",
  };
}
