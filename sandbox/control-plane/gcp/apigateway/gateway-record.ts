import { Kind } from "../../records.ts";

/** A stored resource with the outputs that a read returns. */
interface Described {
  readonly outputs: { readonly [name: string]: unknown };
}

export interface ApiRecord extends Described {
  readonly apiId: string;
  readonly project: string;
  readonly managedService: string;
  readonly createTime: string;
}

export interface ApiConfigRecord extends Described {
  /** The full id, `projects/P/locations/global/apis/A/configs/C`. */
  readonly id: string;
  readonly project: string;
  readonly apiId: string;
  /** The OpenAPI document, decoded. */
  readonly document: string;
  /** The service account that the gateway calls its backends as. */
  readonly serviceAccount?: string;
}

export interface GatewayRecord extends Described {
  readonly id: string;
  readonly project: string;
  readonly region: string;
  readonly gatewayId: string;
  /** The full id of the config. */
  readonly apiConfig: string;
}

// All records are stored by full id.
export const apis = new Kind<ApiRecord>("gcp/api");
export const apiConfigs = new Kind<ApiConfigRecord>("gcp/api-config");
export const gateways = new Kind<GatewayRecord>("gcp/gateway");

export function gatewayKey(id: string): string {
  return `gcp/${id}`;
}
