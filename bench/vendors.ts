import type { Method } from "polygate";
import type { Bindings } from "../components/api/binding/binding.ts";
import { httpApiTarget } from "../components/aws/http-api/target.ts";
import { restApiTarget } from "../components/aws/rest-api/target.ts";
import { apiManagementTarget } from "../components/azure/api-management/target.ts";
import type { Target } from "../components/gateway/target.ts";
import { companionTarget } from "../components/gcp/api-gateway/companion-target.ts";
import { apiGatewayTarget } from "../components/gcp/api-gateway/target.ts";
import { companionBindings, restMethods } from "./measured-api.ts";
import type { MeasuredName } from "./result.ts";

/** The measurements of one vendor. To add a vendor, add it here and its programs to `deploy/programs`. */
export interface MeasuredVendor {
  readonly vendor: MeasuredName;
  /**
   * The methods of each measured path.
   *
   * @default one method
   */
  readonly methods?: readonly Method[];
  /** Whether its throughput is measured. */
  readonly serves: boolean;
  /**
   * The least rate of its gateway, relative to that of the bare proxy.
   *
   * @default 0.7
   */
  readonly leastServeRatio?: number;
  /** The programs that declare the measured API, by hand only if the vendor has a resource for each route. */
  readonly programs: { readonly polygate: URL; readonly "by-hand"?: URL };
  /** The types of resources that a gateway needs, but that are not part of it. */
  readonly prerequisites: readonly string[];
  /** Compiles its document. Absent for a stack of several gateways. */
  readonly target?: () => Target<unknown>;
  /** @default those that every vendor needs */
  readonly bindings?: Bindings;
}

const program = (name: string): URL => new URL(`./deploy/programs/${name}.ts`, import.meta.url);

export const measuredVendors: readonly MeasuredVendor[] = [
  {
    vendor: "aws",
    programs: { polygate: program("aws-polygate"), "by-hand": program("aws-by-hand") },
    prerequisites: [],
    target: () => httpApiTarget({ name: "bench" }),
    serves: true,
  },
  {
    vendor: "aws-rest",
    methods: restMethods,
    programs: { polygate: program("aws-rest-polygate") },
    prerequisites: [],
    target: () => restApiTarget({ name: "bench" }),
    // Each request waits for the function that checks its token in another process, which would be measured instead.
    serves: false,
  },
  {
    vendor: "azure",
    programs: { polygate: program("azure-polygate"), "by-hand": program("azure-by-hand") },
    prerequisites: ["azure-native:resources:ResourceGroup", "azure-native:apimanagement:ApiManagementService"],
    target: () => apiManagementTarget({ sku: "Developer", path: "bench", title: "bench" }),
    serves: true,
  },
  {
    vendor: "gcp",
    programs: { polygate: program("gcp-polygate") },
    prerequisites: [],
    target: () => apiGatewayTarget({ title: "bench" }),
    serves: true,
  },
  {
    vendor: "gcp-companion",
    programs: { polygate: program("gcp-companion") },
    prerequisites: [],
    target: () => companionTarget({ title: "bench" }, {}),
    bindings: companionBindings,
    serves: true,
    // Two proxies in a row.
    leastServeRatio: 0.35,
  },
  {
    vendor: "hybrid",
    programs: { polygate: program("hybrid") },
    prerequisites: [],
    serves: false,
  },
];
