import type { Surroundings } from "../../../interpreter.ts";
import type { Backends } from "../backends.ts";
import type { ServiceCredentials } from "../credentials/service-credentials.ts";
import type { Step } from "../exchange.ts";
import type { PolicyReader, PolicyScope, Section } from "../policy-reader.ts";
import type { Sku } from "../sku.ts";
import { checkHeader, ipFilter } from "./access.ts";
import { authenticationCertificate, authenticationManagedIdentity } from "./backend-authentication.ts";
import { quotaByKey, rateLimitByKey } from "./limits.ts";
import { setErrorBody, setHeader, setQueryParameter, setStatus, setVariable } from "./messages.ts";
import { returnResponse } from "./return-response.ts";
import { forwardRequest, rewriteUri, setBackendService } from "./routing.ts";
import { validateJwt } from "./validate-jwt/validate-jwt.ts";

/** What policies need of the surroundings of an interpreter. */
export type PolicySurroundings = Pick<Surroundings, "now" | "keys" | "counters" | "readings">;

/** The surroundings of a policy document. */
export interface PolicyEnvironment {
  readonly sku: Sku;
  readonly surroundings: PolicySurroundings;
  readonly resolve: PolicyScope["resolve"];
  /** The parameters of the URL templates of all operations; undefined before the API is known. */
  readonly templateParameters: ReadonlySet<string> | undefined;
  /** Undefined before the service is known. */
  readonly backends: Backends | undefined;
  /** Undefined before the service is known. */
  readonly credentials: ServiceCredentials | undefined;
}

/** A modelled policy. */
export interface Policy {
  /** The sections in which the sandbox models it. */
  readonly sections: readonly Section[];
  /** The sections in which API Management allows it. @default `sections` */
  readonly documented?: readonly Section[];
  readonly compile: (reader: PolicyReader, environment: PolicyEnvironment) => Step;
  /** Whether a pricing tier has it. @default always */
  readonly allowed?: (sku: Sku) => boolean;
}

export const SECTIONS: readonly Section[] = ["inbound", "backend", "outbound", "on-error"];

/** `documented` is set where the sandbox models a policy in fewer sections than its documentation lists. */
const POLICIES: Readonly<Record<string, Policy>> = {
  "authentication-certificate": {
    sections: ["inbound"],
    compile: (reader, { credentials }) => authenticationCertificate(reader, credentials),
  },
  "authentication-managed-identity": {
    sections: ["inbound"],
    compile: (reader, { credentials }) => authenticationManagedIdentity(reader, credentials),
  },
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
  "return-response": {
    sections: ["inbound", "backend", "on-error"],
    documented: SECTIONS,
    compile: returnResponse,
  },
  "rewrite-uri": {
    sections: ["inbound"],
    compile: (reader, { templateParameters }) => rewriteUri(reader, templateParameters),
  },
  "set-backend-service": {
    sections: ["inbound", "backend"],
    compile: (reader, { backends }) => setBackendService(reader, backends),
  },
  // Its documentation does not list `on-error`, in which Microsoft's policy toolkit and many policies use it.
  "set-body": { sections: ["on-error"], documented: SECTIONS, compile: setErrorBody },
  "set-header": { sections: SECTIONS, compile: setHeader },
  "set-query-parameter": { sections: ["inbound", "backend"], compile: setQueryParameter },
  "set-status": { sections: ["outbound", "on-error"], documented: SECTIONS, compile: setStatus },
  "set-variable": { sections: SECTIONS, compile: setVariable },
  "validate-jwt": {
    sections: ["inbound"],
    compile: (reader, { surroundings }) => validateJwt(reader, surroundings),
  },
};

/** Finds a modelled policy by its element name. */
export function policyNamed(name: string): Policy | undefined {
  return Object.hasOwn(POLICIES, name) ? POLICIES[name] : undefined;
}

/** The policies of which a document is composed: the compiler of documents reads them itself. */
const STRUCTURE: Readonly<Record<string, readonly Section[]>> = { choose: SECTIONS, cors: ["inbound"] };

/** The sections in which the sandbox models a policy; empty for a policy that it only knows by name. */
export function modelledSections(name: string): readonly Section[] {
  const composed = Object.hasOwn(STRUCTURE, name) ? STRUCTURE[name] : undefined;
  return composed ?? policyNamed(name)?.sections ?? [];
}

/** The names of the policies that the sandbox models. */
export function modelledPolicies(): readonly string[] {
  return [...Object.keys(STRUCTURE), ...Object.keys(POLICIES)];
}
