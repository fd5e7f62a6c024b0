import type { Auth } from "../../description.ts";
import type { Reader } from "../../reader.ts";

/** What a scheme requires clients to send, in words: `a key in the query parameter api_key`. */
export function credentialOf(scheme: Reader | undefined): string {
  const value = (member: string): unknown => scheme?.at(member).value;
  const [type, method, location, name] = ["type", "scheme", "in", "name"].map(value);
  if (type === "oauth2" || type === "openIdConnect") return sent.jwt;
  if (type === "http") {
    const scheme = String(method).toLowerCase();
    if (scheme === "bearer") return sent.jwt;
    return scheme === "basic" ? "a user name and a password" : `the HTTP scheme "${scheme}"`;
  }
  if (type === "mutualTLS") return "a client certificate";
  if (scheme?.at("x-amazon-apigateway-authtype").value === "awsSigv4") return "a signature in the header Authorization";
  const place = { header: "header", query: "query parameter", cookie: "cookie" }[String(location)];
  return type === "apiKey" && place !== undefined ? `a key in the ${place} ${name}` : `"${String(type)}"`;
}

/** What clients send for the auths that an answer can make of a scheme. */
const sent = { jwt: "a token in the header Authorization", apiKey: "a key in the header x-api-key" } as const;

/** What clients must send in place of what the document lets them send. Undefined if it is the same. */
export function moved(name: string, scheme: Reader | undefined, kind: Auth["kind"] | undefined): string | undefined {
  if (kind !== "jwt" && kind !== "apiKey") return undefined;
  const [now, before] = [sent[kind], credentialOf(scheme)];
  const isSame = now.replace(/^a \w+ /, "").toLowerCase() === before.replace(/^a \w+ /, "").toLowerCase();
  return isSame ? undefined : `for the security scheme "${name}", clients must send ${now}, not ${before}`;
}
