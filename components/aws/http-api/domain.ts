import type { AwsDomain } from "../domain/domain.ts";
import { httpDomain } from "../domain/domain-name.ts";
import { type GatewayDomain, gatewayDomain } from "../domain/gateway-domain.ts";
import { apiMapping } from "../domain/mapping.ts";
import type { HttpApiParts } from "./parts.ts";

/** Declares the custom domain of an HTTP API, if it has one. */
export function declareDomain(parts: HttpApiParts, domain: AwsDomain | undefined): GatewayDomain | undefined {
  if (domain === undefined) return undefined;
  return gatewayDomain(domain, {
    owner: parts,
    domain: (plain) => httpDomain(parts, plain),
    mapping: (stage) => apiMapping(stage, parts.transform.apiMapping),
  });
}
