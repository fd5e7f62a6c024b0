/** A user's program for each vendor, which declares each public class once. */

interface VendorProgram {
  /** The vendor's SDK. */
  readonly sdk: string;
  /** The imports from the SDK. */
  readonly imports: string;
  /** Resources of the SDK that the examples use. */
  readonly resources: string;
  /** An example for each class that the entry exports, by the name of the class. */
  readonly examples: Readonly<Record<string, string>>;
  /** The class whose arguments the file with mistakes uses. */
  readonly gateway: string;
}

/** Declares a gateway, and exports its URL. The gateways of all vendors differ only in the vendor's own options. */
function gatewayExample(className: string, options = ""): string {
  return `
const gateway${className}: Gateway = new ${className}("${className.toLowerCase()}", {
  api: orders,
  backends: { erp: { url: "https://erp.example.com" } },
  auth: { staff: { issuer: "https://login.example.com" } },${options}
});
export const url${className}: pulumi.Output<string> = gateway${className}.url;
`;
}

/** By the name of the vendor's entry, such as `aws` for `polygate/aws`. */
export const VENDORS = {
  aws: {
    sdk: "aws",
    gateway: "AwsHttpApi",
    imports: `import { Subnet, Vpc } from "@pulumi/aws/ec2/index.js";`,
    resources: `
const vpc = new Vpc("shops", { cidrBlock: "10.0.0.0/16" });
const subnet = new Subnet("shops", { vpcId: vpc.id, cidrBlock: "10.0.1.0/24" });
`,
    examples: {
      AwsApiDomain: `
new AwsApiDomain("shop", { name: "api.example.com", zoneId: "Z0123456789ABCDEFGHIJ" });
`,
      AwsApiGatewayLogging: `
new AwsApiGatewayLogging("logging");
`,
      AwsHttpApi: gatewayExample("AwsHttpApi"),
      AwsOnPremLink: `
new AwsOnPremLink("erp", {
  vpcId: vpc.id,
  subnetIds: [subnet.id],
  targets: [{ address: "10.20.0.5", port: 8443 }],
});
`,
      AwsRestApi: gatewayExample("AwsRestApi"),
    },
  },
  azure: {
    sdk: "azure-native",
    gateway: "AzureApiManagementApi",
    imports: `import { ApiManagementService } from "@pulumi/azure-native/apimanagement/index.js";
import { ResourceGroup } from "@pulumi/azure-native/resources/index.js";`,
    resources: `
const group = new ResourceGroup("shops", { location: "westeurope" });
const service = new ApiManagementService("shops", {
  resourceGroupName: group.name,
  publisherEmail: "shop@example.com",
  publisherName: "Shop",
  sku: { name: "Developer", capacity: 1 },
});
`,
    examples: {
      AzureApiManagementApi: gatewayExample(
        "AzureApiManagementApi",
        `
  service: {
    resourceGroupName: group.name,
    serviceName: service.name,
    gatewayUrl: service.gatewayUrl,
    location: service.location,
    sku: "Developer",
  },`,
      ),
      AzureApiManagementService: `
new AzureApiManagementService("owned", {
  resourceGroupName: group.name,
  location: group.location,
  publisher: { name: "Shop", email: "shop@example.com" },
  sku: "Developer",
});
`,
      AzureOnPremLink: `
new AzureOnPremLink("erp", {
  resourceGroupName: group.name,
  location: group.location,
  virtualNetwork: { addressPrefix: "10.10.0.0/16" },
});
`,
    },
  },
  gcp: {
    sdk: "gcp",
    gateway: "GcpApiGateway",
    imports: "",
    resources: "",
    examples: {
      GcpApiGateway: gatewayExample("GcpApiGateway", `\n  region: "europe-west1",`),
      GcpOnPremLink: `
new GcpOnPremLink("erp", {
  region: "europe-west1",
  network: "projects/shop/global/networks/main",
  subnetRange: "10.8.0.0/26",
});
`,
    },
  },
} satisfies Readonly<Record<string, VendorProgram>>;

export type VendorEntry = keyof typeof VENDORS;

/** The classes that the program of an entry declares, sorted. */
export function declaredClasses(entry: VendorEntry): readonly string[] {
  return Object.keys(VENDORS[entry].examples).sort();
}

/** The classes of `polygate` itself that each program uses. */
export const GENERAL_CLASSES = ["PolygateError"];

/** A user's program for one vendor. The same text is a CommonJS and an ES module. */
export function programFor(entry: VendorEntry): string {
  const { imports, resources, examples } = VENDORS[entry];
  return `import * as pulumi from "@pulumi/pulumi";
${imports}
import { defineApi, http, jwt, PolygateError, type Gateway, type Problem } from "polygate";
import { ${declaredClasses(entry).join(", ")} } from "polygate/${entry}";

/** The problems of a description that is not valid. */
function problemsOf(define: () => unknown): readonly Problem[] {
  try {
    define();
    return [];
  } catch (error) {
    if (error instanceof PolygateError) return error.problems;
    throw error;
  }
}
if (problemsOf(() => defineApi(JSON.parse('{ "version": 1 }'))).length === 0) throw new Error("no problem was reported");

const orders = defineApi({
  version: 1,
  title: "Orders",
  backends: { erp: http() },
  auth: { staff: jwt({ audiences: ["orders"] }) },
  default: { auth: "staff" },
  routes: { "GET /orders/{id}": { to: "erp" } },
});
${resources}${Object.values(examples).join("")}`;
}

/** A file with mistakes that an editor must show. Each is on a line of its own, with a comment. */
export function mistakesFor(entry: VendorEntry): string {
  const { gateway } = VENDORS[entry];
  return `import { defineApi, http, jwt } from "polygate";
import type { ${gateway}Args } from "polygate/${entry}";

const described = { version: 1, backends: { erp: http() }, auth: { staff: jwt({ audiences: ["orders"] }) } } as const;
const orders = defineApi({
  ...described,
  routes: {
    "GET /a": { to: "epr", auth: "staff" }, // mistake: a misspelt backend
    "GET /b": { to: "erp", auth: "stuff" }, // mistake: a misspelt auth
    "GET /c": { to: "erp", auth: "staff", scope: ["read"] }, // mistake: a misspelt property
  },
});
defineApi({
  ...described,
  routes: {
    "FETCH /d": { to: "erp", auth: "staff" }, // mistake: no method
  },
});

type Bindings = Pick<${gateway}Args<typeof orders>, "backends" | "auth">;
export const unbound: Bindings["backends"] = {}; // mistake: a backend is not bound
export const bound: Bindings = {
  backends: { epr: { url: "https://erp.example.com" } }, // mistake: a backend that is not described
  auth: { staff: {} }, // mistake: an issuer is missing
};
`;
}

/** The numbers of the lines of {@link mistakesFor} with a mistake, starting at 1. */
export function mistakenLines(entry: VendorEntry): readonly number[] {
  return mistakesFor(entry)
    .split("\n")
    .flatMap((line, index) => (line.includes("// mistake: ") ? [index + 1] : []));
}
