/**
 * Public programs, each as a small program of our own with the same resource types, wiring and forms of arguments. A resource of another
 * provider (`random`, `tls`, `docker`) is a constant here.
 */
export interface PublicProgram {
  readonly vendor: "aws" | "azure" | "gcp";
  /** The file in the vendor's folder, without its extension. */
  readonly name: string;
  /** A file of a repository, or an example of a package. */
  readonly origin: string;
  /** The commit or the version of the origin. */
  readonly version: string;
  /** Why the sandbox refuses it at preview: several reasons, of which the engine reports one. @default it runs */
  readonly refused?: readonly string[];
  /** A request below the output `url`, which is a gateway's, and its answer. */
  readonly request?: { readonly path: string; readonly status: number; readonly body: string };
}

const EXAMPLES = "pulumi/examples";
const TEMPLATES = "pulumi/templates";
const GCP_BETA = "pulumi/terraform-provider-google-beta";
const FROM_BACKEND = { status: 201, body: "from the backend" };
const leftOut = "leave it out here, or run against the cloud";

const AWS: readonly Omit<PublicProgram, "vendor">[] = [
  {
    name: "lambda-http-api",
    origin: `${EXAMPLES} aws-ts-apigatewayv2-http-api/index.ts`,
    version: "1cedf1cff332",
    request: { path: "/orders", status: 200, body: "function saw /dev/orders" },
  },
  {
    name: "quick-create",
    origin: `${EXAMPLES} aws-ts-apigatewayv2-http-api-quickcreate/index.ts`,
    version: "19906899ed0c",
    refused: [
      "the sandbox does not model routeKey; declare the route in body, or with aws.apigatewayv2.Integration and aws.apigatewayv2.Route",
    ],
  },
  {
    name: "eventbridge-http-api",
    origin: `${EXAMPLES} aws-ts-apigatewayv2-eventbridge/index.ts`,
    version: "091390f057b6",
    refused: [`the sandbox does not model integrationSubtype; ${leftOut}`],
  },
  {
    name: "rest-parts",
    origin: "pulumi/pulumi-aws examples/serverless-raw/index.ts, with a stage",
    version: "129ef16a216c",
    request: { path: "/orders", status: 200, body: "from the function" },
  },
  {
    name: "swagger-rest-api",
    origin: `${TEMPLATES} serverless-aws-typescript/index.ts, as @pulumi/aws-apigateway expands it`,
    version: "3025a050feb5",
    request: { path: "date", status: 200, body: "function saw /date" },
  },
  { name: "alb", origin: "pulumi/pulumi-aws examples/alb-new/index.ts", version: "06cea290c606" },
  {
    name: "static-website",
    origin: `${TEMPLATES} static-website-aws-typescript/index.ts`,
    version: "13aa052e6666",
  },
  {
    name: "virtual-machine",
    origin: `${TEMPLATES} vm-aws-typescript/index.ts`,
    version: "05108d807f8f",
    refused: [
      "the sandbox does not answer aws:ec2/getAmi:getAmi, which reads from the cloud; pass the value as configuration (new pulumi.Config()), or run this stack against the cloud",
    ],
  },
  {
    name: "web-socket",
    origin: "@pulumi/aws apigatewayv2.Api, Basic WebSocket API",
    version: "7.48.0",
    refused: ["the sandbox does not serve WebSocket APIs; leave the API out here, or run against the cloud"],
  },
  { name: "function-url", origin: "@pulumi/aws lambda.FunctionUrl, both examples", version: "7.48.0" },
];

const AZURE: readonly Omit<PublicProgram, "vendor">[] = [
  { name: "function-app", origin: `${TEMPLATES} serverless-azure-typescript/index.ts`, version: "05108d807f8f" },
  { name: "virtual-machine", origin: `${TEMPLATES} vm-azure-typescript/index.ts`, version: "0c373136041c" },
  { name: "container", origin: `${TEMPLATES} container-azure-typescript/index.ts`, version: "24d805f51189" },
  {
    name: "container-app",
    origin: `${EXAMPLES} azure-ts-containerapps/index.ts, with today's types`,
    version: "5250831bdf6f",
  },
  {
    name: "key-vault",
    origin: "pulumi/pulumi-azure-native examples/keyvault-accesspolicies/index.ts",
    version: "45ab0e6f6a7f",
  },
  {
    name: "subnets",
    origin: "pulumi/pulumi-azure-native examples/vnet-subnets-resolution/index.ts",
    version: "2722aebffeff",
  },
  {
    name: "api-in-product",
    origin: "pulumi/pulumi-azure-native examples/api/index.ts",
    version: "06ac5d91da5c",
  },
  {
    name: "api-with-keys",
    origin: `${EXAMPLES} classic-azure-ts-api-management/index.ts, with azure-native`,
    version: "c30e25f7fde1",
    refused: [
      "the sandbox does not model azure-native:apimanagement:ApiOperationPolicy, which can decide requests in the cloud: put its statements into azure.apimanagement.ApiPolicy, in a <when> with a condition on context.Operation.Id",
    ],
  },
  {
    name: "api-with-backend",
    origin: "mikhailshilkov/azure-serverless-workshop 08-aad/code/step3/api.ts",
    version: "031b7807a1d0",
    request: { path: "d-1", ...FROM_BACKEND },
  },
];

const GCP: readonly Omit<PublicProgram, "vendor">[] = [
  {
    name: "gateway",
    origin: `${GCP_BETA} website/docs/r/api_gateway_gateway.html.markdown`,
    version: "23b2271b4580",
    request: { path: "/orders", ...FROM_BACKEND },
  },
  {
    name: "gateway-roles",
    origin: "@pulumi/gcp apigateway.GatewayIamPolicy and ApiIamMember",
    version: "9.37.0",
    request: { path: "/", ...FROM_BACKEND },
  },
  {
    name: "grpc-config",
    origin: `${GCP_BETA} website/docs/r/api_gateway_api_config.html.markdown, gRPC`,
    version: "02465d8c4034",
    refused: ["the sandbox does not serve gRPC services and service configurations; leave it out here"],
  },
  { name: "cloud-run", origin: `${EXAMPLES} gcp-ts-cloudrun/index.ts`, version: "24988bb734fa" },
  { name: "functions", origin: `${EXAMPLES} gcp-ts-serverless-raw/index.ts`, version: "0dadd8f37e26" },
  {
    name: "website-with-function",
    origin: `${TEMPLATES} serverless-gcp-typescript/index.ts`,
    version: "8c164714795d",
  },
  { name: "virtual-machine", origin: `${TEMPLATES} vm-gcp-typescript/index.ts`, version: "346f48a351a8" },
  { name: "load-balancer", origin: "pulumi/pulumi-gcp examples/loadbalancer/index.ts", version: "042ea92b075f" },
  {
    name: "security-policy",
    origin: "pulumi/pulumi-gcp examples/security-policy-ts/index.ts",
    version: "8624a195a728",
  },
];

export const publicPrograms: readonly PublicProgram[] = [
  ...AWS.map((program) => ({ vendor: "aws" as const, ...program })),
  ...AZURE.map((program) => ({ vendor: "azure" as const, ...program })),
  ...GCP.map((program) => ({ vendor: "gcp" as const, ...program })),
];
