import type { Api } from "../../api/checked-api.ts";
import { parametersOf, printPattern } from "../../api/path/pattern.ts";
import type { Caution } from "../../gateway/target.ts";
import { renamedCaution } from "../parameter-name.ts";
import { routePaths } from "./route-key.ts";

/** Returns a note on each route whose function receives a path parameter under another name. */
export function renamedParameters(api: Api): readonly Caution[] {
  const { patternOf } = routePaths(api);
  return api.routes.flatMap((route) => {
    if (route.kind !== "proxy" || route.backendKind !== "fn") return [];
    const pattern = patternOf(route);
    const names = parametersOf(pattern);
    const renamed = parametersOf(route.pattern).filter((name, index) => name !== names[index]);
    return renamed.length === 0 ? [] : [renamedCaution(route, renamed, [printPattern(pattern)])];
  });
}
