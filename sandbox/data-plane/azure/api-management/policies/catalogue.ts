import type { Surroundings } from "../../../interpreter.ts";
import type { Step } from "../exchange.ts";
import type { PolicyReader, PolicyScope, Section } from "../policy-reader.ts";
import type { Sku } from "../sku.ts";
import { checkHeader, ipFilter } from "./access.ts";
import { quotaByKey, rateLimitByKey } from "./limits.ts";
import { setErrorBody, setHeader, setQueryParameter, setStatus, setVariable } from "./messages.ts";
import { returnResponse } from "./return-response.ts";
import { forwardRequest, rewriteUri, setBackendService } from "./routing.ts";
import { validateJwt } from "./validate-jwt/validate-jwt.ts";

/** The surroundings of a policy document. */
export interface PolicyEnvironment {
  readonly sku: Sku;
  readonly surroundings: Surroundings;
  readonly resolve: PolicyScope["resolve"];
  /** The parameters of the URL templates of all operations. */
  readonly templateParameters: ReadonlySet<string>;
}

/** A supported policy. */
export interface Policy {
  /** The sections in which the sandbox supports it. */
  readonly sections: readonly Section[];
  readonly compile: (reader: PolicyReader, environment: PolicyEnvironment) => Step;
  /** Whether a pricing tier has it. @default always */
  readonly allowed?: (sku: Sku) => boolean;
}

export const SECTIONS: readonly Section[] = ["inbound", "backend", "outbound", "on-error"];

/** The sections are those of each policy's documentation, without those that the sandbox cannot support, because it streams bodies. */
const POLICIES: Readonly<Record<string, Policy>> = {
  "check-header": { sections: ["inbound"], compile: checkHeader },
  "forward-request": { sections: ["backend"], compile: forwardRequest },
  "ip-filter": { sections: ["inbound"], compile: ipFilter },
  "quota-by-key": {
    sections: ["inbound"],
    compile: (reader, { surroundings }) => quotaByKey(reader, surroundings),
    allowed: (sku) => sku.quotaByKey,
  },
  "rate-limit-by-key": {
    sections: ["inbound"],
    compile: (reader, { surroundings, sku }) => rateLimitByKey(reader, surroundings, sku),
    allowed: (sku) => sku.rateLimitByKey,
  },
  "return-response": { sections: ["inbound", "backend", "on-error"], compile: returnResponse },
  "rewrite-uri": {
    sections: ["inbound"],
    compile: (reader, { templateParameters }) => rewriteUri(reader, templateParameters),
  },
  "set-backend-service": { sections: ["inbound", "backend"], compile: setBackendService },
  "set-body": { sections: ["on-error"], compile: setErrorBody },
  "set-header": { sections: SECTIONS, compile: setHeader },
  "set-query-parameter": { sections: ["inbound", "backend"], compile: setQueryParameter },
  "set-status": { sections: ["outbound", "on-error"], compile: setStatus },
  "set-variable": { sections: SECTIONS, compile: setVariable },
  "validate-jwt": {
    sections: ["inbound"],
    compile: (reader, { surroundings }) => validateJwt(reader, surroundings),
  },
};

/** Policies that the sandbox does not support. https://learn.microsoft.com/azure/api-management/api-management-policies */
export const NOT_SUPPORTED = new Set(
  `authentication-basic authentication-certificate authentication-managed-identity cache-lookup cache-lookup-value
   cache-remove-value cache-store cache-store-value cross-domain emit-metric emit-token-metric find-and-replace
   get-authorization-context include-fragment invoke-dapr-binding json-to-xml jsonp limit-concurrency
   llm-token-limit log-to-eventhub mock-response proxy publish-to-dapr quota rate-limit redirect-content-urls retry
   send-one-way-request send-request set-method trace validate-azure-ad-token validate-client-certificate
   validate-content validate-graphql-request validate-headers validate-odata-request validate-parameters
   validate-status-code wait xml-to-json xsl-transform`.split(/\s+/),
);

/** Finds a supported policy by its element name. */
export function policyNamed(name: string): Policy | undefined {
  return Object.hasOwn(POLICIES, name) ? POLICIES[name] : undefined;
}
