import type { PolicyReader, Value } from "../../policy-reader.ts";
import { readValueList } from "../value-list.ts";
import { type RequiredClaim, readRequiredClaims } from "./required-claims.ts";
import { readTokenSource, type TokenSource } from "./token-source.ts";

/** The attributes and children of `validate-jwt`. */
export interface ValidateJwtOptions {
  readonly tokenOf: TokenSource;
  /** The status of the response to an invalid token. @default 401 */
  readonly status: Value<number> | undefined;
  /** The message of that response. @default the message of the failure */
  readonly message: Value<string> | undefined;
  readonly requireExpiry: boolean;
  readonly clockSkewMs: number;
  /** The variable that receives the token. */
  readonly output: string | undefined;
  /** The URLs of the OpenID configurations. */
  readonly configurations: readonly string[];
  readonly audiences: readonly Value<string>[] | undefined;
  readonly issuers: readonly Value<string>[] | undefined;
  readonly claims: readonly RequiredClaim[];
}

const CHILDREN = ["openid-config", "issuer-signing-keys", "decryption-keys", "audiences", "issuers", "required-claims"];

export function readOptions(reader: PolicyReader): ValidateJwtOptions {
  const attributes = readAttributes(reader);
  const children = reader.children(CHILDREN);
  const one = (name: string): PolicyReader | undefined => {
    const [first, second] = children.filter((child) => child.name === name);
    second?.refuse(`<${name}> is listed more than once`);
    return first;
  };
  for (const name of ["issuer-signing-keys", "decryption-keys"]) {
    one(name)?.refuse("is not supported by the sandbox; use <openid-config>");
  }
  const audiences = one("audiences");
  const issuers = one("issuers");
  const options = {
    ...attributes,
    audiences: audiences && readValueList(audiences, "audience"),
    issuers: issuers && readValueList(issuers, "issuer"),
    claims: readRequiredClaims(one("required-claims")),
    configurations: children.filter((child) => child.name === "openid-config").map(readConfiguration),
  };
  if (options.configurations.length === 0) {
    reader.refuse("must contain an <openid-config>: without keys no token can be validated");
  }
  reader.done();
  return options;
}

function readAttributes(reader: PolicyReader) {
  const tokenOf = readTokenSource(reader);
  const status = reader.optionalInteger("failed-validation-httpcode", 400, 599);
  const message = reader.optionalText("failed-validation-error-message");
  const requireExpiry = constant(reader, "require-expiration-time", reader.boolean("require-expiration-time", true));
  if (!constant(reader, "require-signed-tokens", reader.boolean("require-signed-tokens", true))) {
    reader.refuse("tokens without a signature are not supported by the sandbox", "require-signed-tokens");
  }
  const skew = reader.optionalInteger("clock-skew", 0, 86_400);
  const clockSkewMs = skew === undefined ? 0 : constant(reader, "clock-skew", skew) * 1000;
  const output = reader.optionalLiteral("output-token-variable-name");
  return { tokenOf, status, message, requireExpiry, clockSkewMs, output };
}

/** The value of an attribute that may be an expression on Azure, but not in the sandbox. */
function constant<T>(reader: PolicyReader, attribute: string, value: Value<T>): T {
  return value.constant ?? reader.refuse("an expression is not supported by the sandbox here", attribute);
}

function readConfiguration(reader: PolicyReader): string {
  const url = reader.literal("url");
  reader.done();
  if (!/^https?:\/\//i.test(url) || !URL.canParse(url)) reader.refuse("must be an http(s) URL", "url");
  return url;
}
