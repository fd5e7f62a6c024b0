import { at, list, object, type Plain } from "../../document.ts";
import { UnsupportedArtefact } from "../../interpreter.ts";
import type { JwtProvider } from "./jwt-provider.ts";

/**
 * Reads a `security`: alternatives of one scheme each. Google does not support several OAuth schemes at once, and an empty alternative
 * (`{}`) only with API keys (openapi-limitations). Like Google, this accepts scopes and does not enforce them.
 */
export function readSecurity(
  value: Plain,
  place: string,
  providers: ReadonlyMap<string, JwtProvider>,
): readonly JwtProvider[] {
  return list(value, place).map((entry, index) => {
    const here = at(place, index);
    const names = Object.keys(object(entry, here));
    const [name] = names;
    if (name === undefined) throw new UnsupportedArtefact(here, "{} (optional) is not supported for JWT");
    if (names.length > 1) throw new UnsupportedArtefact(here, `${names.join(" and ")} at once is not supported`);
    const provider = providers.get(name);
    if (provider === undefined) throw new UnsupportedArtefact(at(here, name), "is not in securityDefinitions");
    return provider;
  });
}
