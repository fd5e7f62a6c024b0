import { Kind } from "../../records.ts";

/** What all three have: the provider's outputs, as a read would give them. */
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
}

export interface GatewayRecord extends Described {
  readonly id: string;
  readonly project: string;
  readonly region: string;
  readonly gatewayId: string;
  /** The full id of its config. */
  readonly apiConfig: string;
}

/** By full id. */
export const apis = new Kind<ApiRecord>("gcp/api");
export const apiConfigs = new Kind<ApiConfigRecord>("gcp/api-config");
export const gateways = new Kind<GatewayRecord>("gcp/gateway");

export function gatewayKey(id: string): string {
  return `gcp/${id}`;
}
