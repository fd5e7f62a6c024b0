import type { Properties } from "../../../property-value.ts";
import { Kind } from "../../../records.ts";

/** A part of a REST API that is a resource of its own. */
export interface RestPartRecord {
  readonly kind: "resource" | "method" | "integration";
  readonly id: string;
  readonly region: string;
  readonly apiId: string;
  /** The outputs. */
  readonly properties: Properties;
}

/** By Region, API and id. */
export const restParts = new Kind<RestPartRecord>("aws/apigateway/part");
