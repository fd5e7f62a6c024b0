import { UnsupportedArtefact } from "../../../interpreter.ts";

/** A part of a URI's path: literal text, or the name of a path parameter. */
export type UriPart = { readonly text: string } | { readonly parameter: string };

/** The URI of an HTTP integration. */
export interface IntegrationUri {
  readonly origin: string;
  readonly path: readonly UriPart[];
  readonly query: string;
}

/**
 * Reads the `uri` of an HTTP integration.
 * @throws UnsupportedArtefact for URLs with credentials or a refused port, and for parameters outside the path
 */
export function readUri(uri: string, place: string): IntegrationUri {
  const [, origin, path = "", query = ""] = /^(https?:\/\/[^/?#{}$\s]+)([^?#]*)(?:\?([^#]*))?$/.exec(uri) ?? [];
  const url = origin === undefined ? null : URL.parse(origin);
  if (origin === undefined || url === null || url.username !== "" || url.password !== "") {
    throw new UnsupportedArtefact(
      place,
      "must be an http or https URL without credentials, and with parameters in its path only",
    );
  }
  const port = url.port === "" ? 443 : Number(url.port);
  if (port !== 80 && port !== 443 && port < 1024) {
    throw new UnsupportedArtefact(place, `API Gateway connects to the ports 80, 443 and 1024 to 65535, not ${port}`);
  }
  if (/[{}\s]/.test(query)) throw new UnsupportedArtefact(place, "must contain parameters in its path only");
  const parts = path.split(/(\{[^{}]*\})/).map((piece): UriPart => {
    const [, parameter] = /^\{([A-Za-z0-9._:-]+)\}$/.exec(piece) ?? [];
    if (parameter !== undefined) return { parameter };
    if (!/^(?:[A-Za-z0-9\-._~!$&'()*+,;=:@/]|%[0-9A-Fa-f]{2})*$/.test(piece)) {
      throw new UnsupportedArtefact(place, `${JSON.stringify(piece)} must be percent-encoded`);
    }
    return { text: piece };
  });
  return { origin, query, path: parts };
}
