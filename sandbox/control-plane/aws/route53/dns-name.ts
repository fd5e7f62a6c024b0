import type { PropertyValue } from "../../property-value.ts";

/** A DNS name in lower case without a final dot (terraform-provider-aws, internal/service/route53/clean.go, normalizeDomainName). */
export function normalName(name: string): string {
  return name.toLowerCase().replace(/\.$/, "");
}

export function sameName(left: PropertyValue, right: PropertyValue): boolean {
  return typeof left === "string" && typeof right === "string" && normalName(left) === normalName(right);
}
