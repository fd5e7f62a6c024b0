import type { GatewayArtefacts } from "./artefacts.ts";
import { type Plain, parseDocument } from "./document.ts";
import { UnsupportedArtefact } from "./interpreter.ts";

/** A URL whose host is what JavaScript writes for a missing value. */
const MISSING =
  /\b[a-z][a-z0-9+.-]*:\/\/(?:[^/\s"'<>?#]*\.)?(?:undefined|null|\[object Object\])(?=[.:/?#\s"'<>&\\]|$)/i;

/** Texts for people, which lead no request anywhere. */
const PROSE: ReadonlySet<string> = new Set(["description", "summary", "title", "example", "examples"]);

/**
 * Refuses URLs of backends and issuers whose host is missing, such as `https://undefined/`: a program wrote an output that its resource
 * does not have.
 *
 * @throws UnsupportedArtefact with the place of the first one
 */
export function refuseMissingHosts(artefacts: GatewayArtefacts): void {
  if (artefacts.kind !== "azure-api-management") {
    refuseInDocument(artefacts.document, "");
    return;
  }
  for (const { name, document, policy = "", serviceUrl = "" } of artefacts.apis) {
    refuseIn(serviceUrl, `${name}.serviceUrl`);
    refuseIn(policy, `${name}.policy`);
    refuseInDocument(document, `${name}.document`);
  }
  for (const [name, value] of Object.entries(artefacts.namedValues)) {
    if (typeof value === "string") refuseIn(value, `named value ${name}`);
  }
  for (const [name, { url }] of Object.entries(artefacts.backends ?? {})) refuseIn(url, `backend ${name}`);
}

function refuseInDocument(document: string, place: string): void {
  if (MISSING.test(document)) refuseInMembers(parseDocument(document), place);
}

function refuseInMembers(value: Plain | undefined, place: string): void {
  if (typeof value === "string") refuseIn(value, place);
  if (typeof value !== "object" || value === null) return;
  for (const [name, member] of Object.entries(value)) {
    if (!PROSE.has(name)) refuseInMembers(member, place === "" ? name : `${place}.${name}`);
  }
}

function refuseIn(text: string, place: string): void {
  const [url] = MISSING.exec(text) ?? [];
  if (url === undefined) return;
  throw new UnsupportedArtefact(
    place,
    `${url} names no host: the program wrote an output that its resource does not have; write the output of another resource, or the host`,
  );
}
