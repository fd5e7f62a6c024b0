import type { AllOfAuth, Auth, JwtAuth, OpenAuth } from "../description.ts";
import type { Reader } from "../reader.ts";
import { suggest } from "../suggestion.ts";
import type { Context } from "./context.ts";
import { isOneLine, nonEmpty } from "./list.ts";

const authKinds = ["jwt", "apiKey", "allOf", "iam", "open"] as const satisfies readonly Auth["kind"][];

/** Replaces an auth that has been reported, so that the rest of its routes is checked in the same run. */
export const unreadAuth: JwtAuth = { kind: "jwt", audiences: [] };

export function readAuth(reader: Reader): Auth | undefined {
  if (reader.keys().length === 0) {
    if (!reader.isObject) return undefined;
    reader.problem(
      "no-auth",
      "An empty auth would let everybody in.",
      'Declare its kind: "jwt", "apiKey", "allOf" (a token and an API key), "iam", or "open" with a reason.',
    );
    return undefined;
  }
  const kind = reader.at("kind").oneOf(authKinds);
  if (kind === "jwt") return readJwt(reader);
  if (kind === "allOf") return readAllOf(reader);
  if (kind === "open") return readOpen(reader);
  if (kind === undefined) return undefined;
  reader.only(["kind"]);
  return { kind };
}

function readJwt(reader: Reader): JwtAuth {
  reader.only(["kind", "audiences", "audienceFallback"]);
  const [audiences, fallback] = [reader.at("audiences"), reader.at("audienceFallback")];
  const claim = fallback.present ? fallback.oneOf(["client_id"]) : undefined;
  return {
    kind: "jwt",
    ...(audiences.present ? { audiences: readAudiences(audiences) } : {}),
    ...(claim === undefined ? {} : { audienceFallback: claim }),
  };
}

/** The audiences of a token, in a description or in a binding. */
export function readAudiences(reader: Reader): readonly string[] {
  const harm = "would accept a token that is meant for anybody";
  return nonEmpty(reader, "audiences", harm, (audience, item) => {
    if (isOneLine(audience)) return;
    item.problem("control-character", "An audience must be one line of text.", "Remove the control character.");
  });
}

function readOpen(reader: Reader): OpenAuth {
  reader.only(["kind", "reason"]);
  const reason = reader.at("reason").text();
  if (reason !== undefined && reason.trim() === "") {
    reader.at("reason").problem("empty", "An open auth must have a reason.", "Write why nobody must authenticate.");
  }
  return { kind: "open", reason: reason ?? "" };
}

function readAllOf(reader: Reader): AllOfAuth | undefined {
  reader.only(["kind", "of"]);
  const of = reader.at("of");
  const items = of.list();
  if (!Array.isArray(of.value)) return undefined;
  const [token, key, ...more] = items;
  const wanted = ["jwt", "apiKey"];
  // An unknown kind, or a missing one, is reported at its own place.
  const others = items
    .map((item) => item.at("kind").value)
    .some((kind, index) => kind !== wanted[index] && (authKinds as readonly unknown[]).includes(kind));
  if (token === undefined || key === undefined || more.length > 0 || others) {
    of.problem(
      "bad-all-of",
      "The list must contain a token and an API key, in this order.",
      "List an auth of kind jwt, then one of kind apiKey.",
    );
    return undefined;
  }
  const isKey = key.only(["kind"]) && key.at("kind").oneOf(["apiKey"]) !== undefined;
  if (!token.isObject) {
    // Reports that it is no object.
    token.keys();
    return undefined;
  }
  if (token.at("kind").oneOf(["jwt"]) === undefined) return undefined;
  const jwt = readJwt(token);
  return isKey ? { kind: "allOf", of: [jwt, { kind: "apiKey" }] } : undefined;
}

/** The name of a declared auth. */
export function readAuthName(reader: Reader, context: Context): string | undefined {
  const wanted = reader.text();
  if (wanted === undefined) return undefined;
  if (Object.hasOwn(context.auth, wanted)) return wanted;
  if (!context.authNames.includes(wanted)) {
    const remedy = suggest(wanted, context.authNames, `Declare it: auth: { ${JSON.stringify(wanted)}: ... }.`);
    reader.problem("unknown-auth", `The auth "${wanted}" is not declared.`, remedy);
  }
  return undefined;
}
