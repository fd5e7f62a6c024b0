import type { Jwt, PolicyContext } from "../../context.ts";
import type { PolicyReader, Value } from "../../policy-reader.ts";
import { readNonEmptyValue } from "../value-list.ts";
import type { FailureMessage } from "./failure-message.ts";

/** A `<claim>`: a claim that the token must have, with all or any of the values. */
export interface RequiredClaim {
  readonly name: Value<string>;
  readonly all: boolean;
  /** Splits a claim such as `scope` into several values. */
  readonly separator: string | undefined;
  /** Without values, the claim only has to exist. */
  readonly values: readonly Value<string>[];
}

/** Reads `<required-claims>`. */
export function readRequiredClaims(reader: PolicyReader | undefined): readonly RequiredClaim[] {
  if (reader === undefined) return [];
  const claims = reader.children(["claim"]).map(readClaim);
  reader.done();
  return claims.length === 0 ? reader.refuse("must contain at least one <claim>") : claims;
}

function readClaim(reader: PolicyReader): RequiredClaim {
  const name = reader.text("name");
  const all = reader.oneOf("match", ["all", "any"], "all") === "all";
  const separator = reader.optionalLiteral("separator");
  if (separator === "") reader.refuse("must not be empty", "separator");
  const values = reader.children(["value"]).map(readNonEmptyValue);
  reader.done();
  return { name, all, separator, values };
}

/** The failure for claims that do not match; undefined when all required claims match. */
export function claimFailure(
  claims: Jwt["claims"],
  required: readonly RequiredClaim[],
  context: PolicyContext,
): FailureMessage | undefined {
  const missing = required.map((claim) => claim.name.get(context)).filter((name) => !claims.has(name));
  if (missing.length > 0) {
    return ["TokenClaimNotFound", `JWT token is missing the following claims: ${missing.join(", ")}. Access denied.`];
  }
  for (const claim of required) {
    const name = claim.name.get(context);
    const texts = claims.get(name) ?? [];
    if (matches(texts, claim, context)) continue;
    const message = `Claim ${name} value of ${texts.join(",")} is not allowed. Access denied.`;
    return ["TokenClaimValueNotAllowed", message];
  }
  return undefined;
}

function matches(texts: readonly string[], { all, separator, values }: RequiredClaim, context: PolicyContext): boolean {
  if (values.length === 0) return true;
  const words = separator === undefined ? texts : texts.flatMap((text) => text.split(separator));
  const isPresent = (value: Value<string>) => words.includes(value.get(context));
  return all ? values.every(isPresent) : values.some(isPresent);
}
