import type { Backend, BackendTrust } from "../description.ts";
import type { Reader } from "../reader.ts";
import { checkChangeable } from "./headers.ts";

/** A backend of a description. */
export function readBackend(reader: Reader): Backend | undefined {
  if (!reader.only(["kind", "paths", "trust"])) return undefined;
  const kind = reader.at("kind").oneOf(["http", "fn", "onPrem"]);
  const paths = reader.at("paths").present ? reader.at("paths").oneOf(["exact"]) : undefined;
  const options = paths === undefined ? {} : { paths };
  if (kind === "fn") {
    refuseTrust(reader.at("trust"));
    return { kind, ...options };
  }
  const trust = reader.at("trust").present ? readTrust(reader.at("trust")) : undefined;
  return kind === undefined ? undefined : { kind, ...options, ...(trust === undefined ? {} : { trust }) };
}

function refuseTrust(reader: Reader): void {
  if (!reader.present) return;
  reader.problem(
    "not-for-functions",
    "A cloud lets only those call its functions that have the right to, so the gateway needs no further proof.",
    "Remove trust.",
  );
}

/** The kinds of proof that a backend accepts, at least one. The name of a header is returned in lower case. */
function readTrust(reader: Reader): BackendTrust | undefined {
  if (!reader.only(["clientCertificate", "secretHeader", "identityToken"])) return undefined;
  const header = reader.at("secretHeader").present ? readSecretHeader(reader.at("secretHeader")) : undefined;
  const trust = {
    ...(accepts(reader.at("clientCertificate")) ? { clientCertificate: true as const } : {}),
    ...(header === undefined ? {} : { secretHeader: header }),
    ...(accepts(reader.at("identityToken")) ? { identityToken: true as const } : {}),
  };
  if (reader.keys().length === 0) {
    reader.problem(
      "empty",
      "The backend accepts no proof, so that it could not tell the gateway from anybody else.",
      "Write what it accepts, such as { clientCertificate: true }, or remove trust.",
    );
  }
  return Object.keys(trust).length === 0 ? undefined : trust;
}

function accepts(reader: Reader): boolean {
  if (!reader.present) return false;
  if (reader.value !== true) reader.problem("unknown-value", "The only value is true.", "Write true, or remove it.");
  return true;
}

function readSecretHeader(reader: Reader): string | undefined {
  const header = reader.text()?.toLowerCase();
  if (header === undefined) return undefined;
  checkChangeable(header, reader);
  if (header === "authorization" || header === "x-forwarded-authorization") {
    reader.problem(
      "fixed-header",
      `The header "${header}" contains the client's token.`,
      'Let the backend read the secret from a header of its own, such as "x-gateway-secret".',
    );
  }
  return header;
}
