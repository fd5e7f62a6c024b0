/** A user's program for each vendor. The programs differ in the import, the class, and the vendor's own options. */

interface VendorProgram {
  /** The vendor's SDK. */
  readonly sdk: string;
  readonly className: string;
  readonly imports: string;
  /** Resources that the program declares after the description `orders`. */
  readonly resources: string;
  readonly options: string;
}

/** By the name of the vendor's entry, such as `aws` for `polygate/aws`. */
export const VENDORS = {
  aws: {
    sdk: "aws",
    className: "AwsHttpApi",
    imports: `import { AwsRestApi } from "polygate/aws";`,
    resources: `
export const restUrl = new AwsRestApi("orders-rest", {
  api: orders,
  backends: { erp: { url: "https://erp.example.com" } },
  auth: { staff: { issuer: "https://login.example.com" } },
}).url;`,
    options: "",
  },
  azure: {
    sdk: "azure-native",
    className: "AzureApiManagementApi",
    imports: `import { ApiManagementService } from "@pulumi/azure-native/apimanagement/index.js";
import { ResourceGroup } from "@pulumi/azure-native/resources/index.js";`,
    resources: `
const group = new ResourceGroup("shops", { location: "westeurope" });
const service = new ApiManagementService("shops", {
  resourceGroupName: group.name,
  publisherEmail: "shop@example.com",
  publisherName: "Shop",
  sku: { name: "Developer", capacity: 1 },
});`,
    options: `
  service: {
    resourceGroupName: group.name,
    serviceName: service.name,
    gatewayUrl: service.gatewayUrl,
    location: service.location,
    sku: "Developer",
  },`,
  },
  gcp: {
    sdk: "gcp",
    className: "GcpApiGateway",
    imports: "",
    resources: "",
    options: `
  region: "europe-west1",`,
  },
} satisfies Readonly<Record<string, VendorProgram>>;

export type VendorEntry = keyof typeof VENDORS;

/** A user's program for one vendor. The same text is a CommonJS and an ES module. */
export function programFor(entry: VendorEntry): string {
  const { className, imports, resources, options } = VENDORS[entry];
  return `import * as pulumi from "@pulumi/pulumi";
${imports}
import { defineApi, http, jwt, type Gateway } from "polygate";
import { ${className} } from "polygate/${entry}";

const orders = defineApi({
  version: 1,
  title: "Orders",
  backends: { erp: http() },
  auth: { staff: jwt({ audiences: ["orders"] }) },
  default: { auth: "staff" },
  routes: { "GET /orders/{id}": { to: "erp" } },
});
${resources}
const gateway: Gateway = new ${className}("orders", {
  api: orders,
  backends: { erp: { url: "https://erp.example.com" } },
  auth: { staff: { issuer: "https://login.example.com" } },${options}
});

export const url: pulumi.Output<string> = gateway.url;
`;
}

/** A file with mistakes that an editor must show. Each is on a line of its own, with a comment. */
export function mistakesFor(entry: VendorEntry): string {
  const { className } = VENDORS[entry];
  return `import { defineApi, http, jwt } from "polygate";
import type { ${className}Args } from "polygate/${entry}";

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

type Bindings = Pick<${className}Args<typeof orders>, "backends" | "auth">;
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
