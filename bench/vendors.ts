import type { Method } from "polygate";
import { httpApiTarget } from "../components/aws/http-api/target.ts";
import { restApiTarget } from "../components/aws/rest-api/target.ts";
import { apiManagementTarget } from "../components/azure/api-management/target.ts";
import type { Target } from "../components/gateway/target.ts";
import { apiGatewayTarget } from "../components/gcp/api-gateway/target.ts";
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
  readonly target: () => Target<unknown>;
}

const program = (name: string): URL => new URL(`./deploy/programs/${name}.ts`, import.meta.url);

export const measuredVendors: readonly MeasuredVendor[] = [
  {
    vendor: "aws",
    programs: { polygate: program("aws-polygate"), "by-hand": program("aws-by-hand") },
    ground: [],
    target: () => httpApiTarget({ name: "bench" }),
    serves: true,
  },
  {
    vendor: "aws-rest",
    methods: restMethods,
    programs: { polygate: program("aws-rest-polygate") },
    ground: [],
    target: () => restApiTarget({ name: "bench" }),
    // Each request waits for the function that checks its token, in another process: what would be measured is that.
    serves: false,
  },
  {
    vendor: "azure",
    programs: { polygate: program("azure-polygate"), "by-hand": program("azure-by-hand") },
    ground: ["azure-native:resources:ResourceGroup", "azure-native:apimanagement:ApiManagementService"],
    target: () => apiManagementTarget({ sku: "Developer", path: "bench", title: "bench" }),
    serves: true,
  },
  {
    vendor: "gcp",
    programs: { polygate: program("gcp-polygate") },
    ground: [],
    target: () => apiGatewayTarget({ title: "bench" }),
    serves: true,
  },
];
