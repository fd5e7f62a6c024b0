import { allowOnly, at, list, object, oneOf, type PlainObject, text } from "../../document.ts";
import { UnsupportedArtefact } from "../../interpreter.ts";
import { type Extensions, isExtension } from "./extensions.ts";

/** What differs between the kinds of API in the root of a document. */
export interface RootRules {
  /** Why an OpenAPI 2.0 document is refused. */
  readonly swagger: string;
  /** Why another version is refused. */
  readonly openapi: string;
  /** Why the security of the whole document is refused. */
  readonly security: string;
  /** Checks each member of an endpoint configuration. */
  readonly endpoint: Readonly<Record<string, (value: PlainObject[string], place: string) => void>>;
}

const VERSION = "x-amazon-apigateway-importexport-version";
const ENDPOINT = "x-amazon-apigateway-endpoint-configuration";

/**
 * Checks the members of the root that both kinds of API read in the same way, except the paths.
 * @throws UnsupportedArtefact for what the import refuses, and for unknown members
 */
export function checkRoot(root: PlainObject, extensions: Extensions, rules: RootRules): void {
  if (root.swagger !== undefined) throw new UnsupportedArtefact("swagger", rules.swagger);
  if (!/^3\.0\.\d+$/.test(text(root.openapi, "openapi"))) throw new UnsupportedArtefact("openapi", rules.openapi);
  const info = object(root.info, "info");
  text(info.title, "info.title");
  text(info.version, "info.version");
  if (root.security !== undefined) throw new UnsupportedArtefact("security", rules.security);
  extensions.read(root, "", VERSION, (value, place) => oneOf(value, place, ["1.0"]));
  for (const [index, server] of (root.servers === undefined ? [] : list(root.servers, "servers")).entries()) {
    const place = at("servers", index);
    extensions.read(object(server, place), place, ENDPOINT, (value, where) => {
      const endpoint = object(value, where);
      allowOnly(endpoint, where, Object.keys(rules.endpoint));
      for (const [member, check] of Object.entries(rules.endpoint)) extensions.read(endpoint, where, member, check);
    });
  }
  allowOnly(root, "", ["openapi", "info", "servers", "paths", "components", "tags", "externalDocs"], isExtension);
}
