import type { Vendor } from "polygate";
import { httpApiRoom } from "../components/aws/http-api-room.ts";
import { apiManagementRoom } from "../components/azure/api-management-room.ts";
import { apiGatewayRoom } from "../components/gcp/api-gateway-room.ts";
import type { Room } from "../components/room.ts";

/** What is measured of one vendor. A vendor is added here, and with its programs in `deploy/programs`. */
export interface MeasuredVendor {
  readonly vendor: Vendor;
  /** The programs that declare the measured API; by hand only where the vendor has a resource for each route. */
  readonly programs: { readonly polygate: URL; readonly "by-hand"?: URL };
  /** Types of resources that a gateway stands on, and that are not part of it. */
  readonly ground: readonly string[];
  readonly room: () => Room<unknown>;
}

const program = (name: string): URL => new URL(`./deploy/programs/${name}.ts`, import.meta.url);

export const measuredVendors: readonly MeasuredVendor[] = [
  {
    vendor: "aws",
    programs: { polygate: program("aws-polygate"), "by-hand": program("aws-by-hand") },
    ground: [],
    room: () => httpApiRoom({ name: "bench" }),
  },
  {
    vendor: "azure",
    programs: { polygate: program("azure-polygate"), "by-hand": program("azure-by-hand") },
    ground: ["azure-native:resources:ResourceGroup", "azure-native:apimanagement:ApiManagementService"],
    room: () => apiManagementRoom({ sku: "Developer", path: "bench", title: "bench" }),
  },
  {
    vendor: "gcp",
    programs: { polygate: program("gcp-polygate") },
    ground: [],
    room: () => apiGatewayRoom({ title: "bench" }),
  },
];
