import { type PlainObject, text } from "../../document.ts";
import { UnsupportedArtefact } from "../../interpreter.ts";
import { publicUpstream } from "../shared/network/public-upstream.ts";
import { encodeValue } from "../shared/paths.ts";
import { withStageVariables } from "../shared/stage-variables.ts";
import type { Backend } from "./backend.ts";
import type { MappingScope, MappingSource } from "./mapping-value.ts";

type Part = { readonly text: string } | { readonly variable: string };

/**
 * Reads the `uri` of an integration on the internet.
 * @param takesRest whether the request's whole path is appended to that of the `uri`
 * @throws UnsupportedArtefact for URLs with credentials, and for variables outside the path
 */
export function readUri(integration: PlainObject, place: string, scope: MappingScope, takesRest: boolean): Backend {
  const uri = withStageVariables(text(integration.uri, place), place, scope);
  const [, origin, path = "", query = ""] = /^(https?:\/\/[^/?#{}$\s]+)([^?#]*)(?:\?([^#]*))?$/.exec(uri) ?? [];
  const url = origin === undefined ? null : URL.parse(origin);
  if (origin === undefined || url === null || url.username !== "" || url.password !== "") {
    throw new UnsupportedArtefact(
      place,
      "must be an http or https URL without credentials, and with variables in its path only",
    );
  }
  const parts = readParts(path, place, scope);
  if (/[{}\s]/.test(query)) throw new UnsupportedArtefact(place, "must contain variables in its path only");
  const filledIn = (source: MappingSource) =>
    parts.map((part) => ("text" in part ? part.text : encodeValue(source.variables.get(part.variable) ?? ""))).join("");
  const base = path.replace(/\/$/, "");
  return {
    private: false,
    selectUpstream: publicUpstream(origin),
    query,
    path: takesRest ? (source) => `${base}${encodeValue(source.path)}` : parts.length === 1 ? () => path : filledIn,
  };
}

function readParts(path: string, place: string, scope: MappingScope): readonly Part[] {
  return path.split(/(\{[^{}]*\})/).map((piece): Part => {
    const [, name] = /^\{([^{}]*)\}$/.exec(piece) ?? [];
    if (name === undefined) {
      if (!/^(?:[A-Za-z0-9\-._~!$&'()*+,;=:@/]|%[0-9A-Fa-f]{2})*$/.test(piece)) {
        throw new UnsupportedArtefact(place, `${JSON.stringify(piece)} must be percent-encoded`);
      }
      return { text: piece };
    }
    if (!scope.variables.includes(name)) throw new UnsupportedArtefact(place, `the route has no variable ${name}`);
    return { variable: name };
  });
}
