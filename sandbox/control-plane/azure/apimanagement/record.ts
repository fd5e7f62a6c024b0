import type {
  ApimBackend,
  ApimSubscription,
  KeyVaultSecret,
} from "../../../data-plane/azure/api-management/artefacts.ts";
import type { Properties } from "../../property-value.ts";
import { Kind } from "../../records.ts";

/** A stored resource: the outputs that a read returns, and what the gateway needs in addition. */
export interface Described {
  /** The full id, in the case of its creation. */
  readonly id: string;
  readonly outputs: { readonly [name: string]: unknown };
}

export interface ResourceGroupRecord extends Described {
  readonly location: string;
}

export interface ServiceRecord extends Described {
  readonly name: string;
  readonly location: string;
  readonly sku: string;
  /** The keys of its built-in subscription. Absent: an older sandbox stored the service. */
  readonly allAccess?: SubscriptionRecord["keys"];
  /** The subnet that the service is in. */
  readonly subnetId?: string;
}

export interface ApiRecord extends Described {
  readonly serviceId: string;
  readonly apiId: string;
  readonly path: string;
  readonly protocols: readonly string[];
  readonly subscriptionRequired: boolean;
  readonly subscriptionKeyNames: { readonly header: string; readonly query: string };
  readonly serviceUrl?: string;
  /** Whether the document was imported. The operations of another API are resources of their own. */
  readonly isImported?: boolean;
  /** The version in a version set of the scheme `Segment`. */
  readonly version?: string;
  /** The document of the last import. */
  readonly document: string;
}

export interface ApiPolicyRecord extends Described {
  readonly apiId: string;
  readonly value: string;
}

export interface NamedValueRecord extends Described {
  readonly serviceId: string;
  readonly displayName: string;
  readonly value: string | KeyVaultSecret;
}

export interface CertificateRecord extends Described {
  readonly serviceId: string;
  readonly secret: KeyVaultSecret;
}

export interface BackendRecord extends Described {
  readonly serviceId: string;
  readonly backend: ApimBackend;
}

export interface SubscriptionRecord extends Described {
  readonly serviceId: string;
  readonly displayName: string;
  readonly scope: ApimSubscription["scope"];
  readonly keys: { readonly primary: string; readonly secondary: string };
  readonly isActive: boolean;
}

/** A part of a service that is stored as the program declares it. */
export interface PartRecord extends Described {
  readonly inputs: Properties;
}

// All records are stored by `armKey(id)`.
export const resourceGroups = new Kind<ResourceGroupRecord>("azure/resource-group");
export const services = new Kind<ServiceRecord>("azure/service");
export const apis = new Kind<ApiRecord>("azure/api");
export const apiPolicies = new Kind<ApiPolicyRecord>("azure/api-policy");
export const certificates = new Kind<CertificateRecord>("azure/certificate");
export const backends = new Kind<BackendRecord>("azure/backend");
export const operations = new Kind<PartRecord>("azure/api-operation");
export const versionSets = new Kind<PartRecord>("azure/api-version-set");
export const products = new Kind<PartRecord>("azure/product");
export const productApis = new Kind<PartRecord>("azure/product-api");
export const subscriptions = new Kind<SubscriptionRecord>("azure/subscription");
export const namedValues = new Kind<NamedValueRecord>("azure/named-value");

/** The kinds of records below the id of a resource group or a service. */
export const nested = [
  services,
  apis,
  apiPolicies,
  namedValues,
  certificates,
  backends,
  operations,
  versionSets,
  products,
  productApis,
  subscriptions,
];

/** The key of a service's gateway, which identifies its port. */
export function gatewayKey(serviceKey: string): string {
  return `azure/${serviceKey}`;
}
