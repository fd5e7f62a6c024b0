import type { AzureNetwork } from "../network/artefacts.ts";
import type { Operation } from "./context.ts";

/** One API of an API Management service. */
export interface ApimApi {
  readonly name: string;
  /** The path suffix of the API below the gateway's host, without slashes at either end; may be empty. */
  readonly path: string;
  /**
   * The version of an API in a version set of the scheme `Segment`: the segment after the path
   * (https://learn.microsoft.com/azure/api-management/api-management-versions).
   */
  readonly version?: string;
  readonly protocols: readonly string[];
  readonly subscriptionRequired: boolean;
  readonly subscriptionKeyNames: { readonly header: string; readonly query: string };
  readonly serviceUrl?: string;
  /** The operations of an API without an import, whose document is empty. */
  readonly operations?: readonly Operation[];
  /** The imported OpenAPI document (JSON or YAML). */
  readonly document: string;
  /** The API-scope policy XML; absent until the ApiPolicy is deployed. */
  readonly policy?: string;
}

/** A backend entity. */
export interface ApimBackend {
  readonly url: string;
  /** Sent to the backend. Values may refer to named values. @default none */
  readonly credentials?: {
    readonly header?: Readonly<Record<string, readonly string[]>>;
    readonly query?: Readonly<Record<string, readonly string[]>>;
    readonly authorization?: { readonly scheme: string; readonly parameter: string };
  };
  /** Unverified: both are checked by default. */
  readonly tls?: { readonly validateCertificateChain?: boolean; readonly validateCertificateName?: boolean };
}

/** A secret of a key vault that the service reads. */
export interface KeyVaultSecret {
  readonly secretIdentifier: string;
}

/** A subscription: a pair of keys with a scope. */
export interface ApimSubscription {
  readonly id: string;
  /** The display name. */
  readonly name: string;
  /** What the keys open. The service's built-in subscription opens every API, like those of all APIs. */
  readonly scope: { readonly kind: "all" } | { readonly kind: "api" | "product"; readonly name: string };
  readonly keys: readonly string[];
  readonly isActive: boolean;
}

/** A product: some APIs that one subscription opens, or an open product, whose APIs answer without a key. */
export interface ApimProduct {
  readonly id: string;
  /** The display name. */
  readonly name: string;
  readonly subscriptionRequired: boolean;
  /** The names of its APIs. */
  readonly apis: readonly string[];
}

/** A deployed API Management service. */
export interface ApimArtefacts {
  readonly kind: "azure-api-management";
  /** e.g. `Developer`, `Consumption`, `StandardV2`. It determines the limits and which policies exist. */
  readonly sku: string;
  readonly apis: readonly ApimApi[];
  /** Named values by display name. */
  readonly namedValues: Readonly<Record<string, string | KeyVaultSecret>>;
  /** Client certificates for backends by id. @default none */
  readonly certificates?: Readonly<Record<string, KeyVaultSecret>>;
  /** The backend entities by id, in the order of creation. @default none */
  readonly backends?: Readonly<Record<string, ApimBackend>>;
  /** @default none */
  readonly subscriptions?: readonly ApimSubscription[];
  /** @default none */
  readonly products?: readonly ApimProduct[];
  /** Absent: the service reaches public addresses only. */
  readonly network?: AzureNetwork;
}
