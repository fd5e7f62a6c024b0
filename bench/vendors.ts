import type { Method } from "polygate";
import { httpApiRoom } from "../components/aws/http-api-room.ts";
import { restApiRoom } from "../components/aws/rest-api-room.ts";
import { apiManagementRoom } from "../components/azure/api-management-room.ts";
import { apiGatewayRoom } from "../components/gcp/api-gateway-room.ts";
import type { Room } from "../components/room.ts";
import { restMethods } from "./measured-api.ts";
import type { MeasuredName } from "./result.ts";

/** What is measured of one vendor. A vendor is added here, and with its programs in `deploy/programs`. */
export interface MeasuredVendor {
  readonly vendor: MeasuredName;
  /** The methods of each path that is measured. Default: one. */
  readonly methods?: readonly Method[];
  /** Whether it is served beside the bare proxy. */
  readonly serves: boolean;
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
    serves: true,
  },
  {
    vendor: "aws-rest",
    methods: restMethods,
    programs: { polygate: program("aws-rest-polygate") },
    ground: [],
    room: () => restApiRoom({ name: "bench" }),
    // Each request waits for the function that checks its token, in another process: what would be measured is that.
    serves: false,
  },
  {
    vendor: "azure",
    programs: { polygate: program("azure-polygate"), "by-hand": program("azure-by-hand") },
    ground: ["azure-native:resources:ResourceGroup", "azure-native:apimanagement:ApiManagementService"],
    room: () => apiManagementRoom({ sku: "Developer", path: "bench", title: "bench" }),
    serves: true,
  },
  {
    vendor: "gcp",
    programs: { polygate: program("gcp-polygate") },
    ground: [],
    room: () => apiGatewayRoom({ title: "bench" }),
    serves: true,
  },
];
