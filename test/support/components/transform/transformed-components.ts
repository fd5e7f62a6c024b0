import * as pulumi from "@pulumi/pulumi";
import * as settings from "@pulumi/pulumi/runtime/settings.js";
import { defineApi } from "../../../../components/api/define-api.ts";
import { apiKey, fn, http, jwt, open } from "../../../../components/api/description.ts";
import { PolygateError } from "../../../../components/api/problem.ts";
import { AwsApiDomain } from "../../../../components/aws/domain/api-domain.ts";
import { apiDomainTransformRules } from "../../../../components/aws/domain/transform-rules.ts";
import { AwsHttpApi } from "../../../../components/aws/http-api/http-api.ts";
import { httpApiTransformRules } from "../../../../components/aws/http-api/transform-rules.ts";
import { AwsOnPremLink } from "../../../../components/aws/on-prem-link/on-prem-link.ts";
import { onPremLinkTransformRules } from "../../../../components/aws/on-prem-link/transform-rules.ts";
import { AwsApiGatewayLogging } from "../../../../components/aws/operations/api-gateway-logging.ts";
import { loggingTransformRules } from "../../../../components/aws/operations/transform-rules.ts";
import { AwsRestApi } from "../../../../components/aws/rest-api/rest-api.ts";
import {
  privateApiRule,
  provingStageRule,
  restApiTransformRules,
} from "../../../../components/aws/rest-api/transform-rules.ts";
import { AzureApiManagementApi } from "../../../../components/azure/api-management/api-management-api.ts";
import { apiManagementTransformRules } from "../../../../components/azure/api-management/transform-rules.ts";
import { AzureApiManagementService } from "../../../../components/azure/api-management-service/api-management-service.ts";
import { apiManagementServiceTransformRules } from "../../../../components/azure/api-management-service/transform-rules.ts";
import { AzureOnPremLink } from "../../../../components/azure/on-prem-link/azure-on-prem-link.ts";
import { azureOnPremLinkTransformRules } from "../../../../components/azure/on-prem-link/transform-rules.ts";
import type { TransformRule } from "../../../../components/gateway/transform.ts";
import { GcpApiGateway } from "../../../../components/gcp/api-gateway/api-gateway.ts";
import {
  apiGatewayTransformRules,
  configRuleWithCaller,
} from "../../../../components/gcp/api-gateway/transform-rules.ts";
import { GcpOnPremLink } from "../../../../components/gcp/on-prem-link/on-prem-link.ts";
import { onPremLinkTransformRules as gcpOnPremLinkTransformRules } from "../../../../components/gcp/on-prem-link/transform-rules.ts";

type Component = new (name: string, args: never) => unknown;
export type Rules = Readonly<Record<string, TransformRule>>;

/** One way to declare a class, with the rules that its transforms must keep. */
export interface Declaration {
  readonly what: string;
  readonly Class: Component;
  readonly args: object;
  readonly rules: Rules;
}

export interface Registered {
  readonly type: string;
  readonly name: string;
  readonly inputs: Readonly<Record<string, unknown>>;
}

/** Waits until every resource is registered. The declarations of the SDK do not contain this function. */
const { waitForRPCs } = settings as unknown as { waitForRPCs(): Promise<void> };

let registered: Registered[] = [];

const mocks: pulumi.runtime.Mocks = {
  call: () => ({}),
  newResource: ({ type, name, inputs }) => {
    registered.push({ type, name, inputs });
    const proof = { domainName: inputs.domainName, resourceRecordName: "_n.", resourceRecordType: "CNAME" };
    const state = {
      ...inputs,
      arn: `arn:aws:lambda:eu-central-1:123456789012:function:${name}`,
      executionArn: "arn:aws:execute-api:eu-central-1:123456789012:a1b2c3d4e5",
      invokeUrl: "https://a1b2c3d4e5.execute-api.eu-central-1.amazonaws.com/",
      region: "eu-central-1",
      domainValidationOptions: [{ ...proof, resourceRecordValue: "_v." }],
      regionalDomainName: "d-2.execute-api.eu-central-1.amazonaws.com",
      regionalZoneId: "ZTARGET",
      defaultHostname: "shop-1abc.ew.gateway.dev",
      uri: "https://shop-1abc-ew.a.run.app",
      email: `${name}@shops.iam.gserviceaccount.com`,
      member: `serviceAccount:${name}@shops.iam.gserviceaccount.com`,
      vpnInterfaces: [],
    };
    return { id: type.endsWith(":RestApi") || type.endsWith("v2/api:Api") ? "a1b2c3d4e5" : `${name}-id`, state };
  },
};

const auth = { staff: jwt({ audiences: ["orders"] }), anyone: open("a test"), partners: apiKey() };
const routes = {
  "GET /orders": { to: "erp", auth: "staff", limits: [{ requests: 5, per: "second", by: "route" }] },
  "POST /orders": { to: "shipping", auth: "staff" },
  "GET /health": { reply: { status: 200, body: { ok: true } }, auth: "anyone" },
} as const;
const described = { version: 1, backends: { erp: http(), shipping: fn() } } as const;
const httpRoutes = defineApi({ ...described, auth: { staff: auth.staff, anyone: auth.anyone }, routes });
const restRoutes = defineApi({
  ...described,
  auth,
  plans: { free: { limits: [{ requests: 10, per: "second" }] } },
  routes: {
    ...routes,
    "GET /prices": { to: "erp", auth: "partners" },
    "GET /news": { to: "erp", auth: "anyone", limits: [{ requests: 100, per: "minute", by: "ip" }] },
  },
});
const urlRoutes = defineApi({
  version: 1,
  backends: { erp: http() },
  auth: { anyone: auth.anyone },
  routes: { "GET /orders": { to: "erp", auth: "anyone" } },
});

const erp = { url: "https://erp.example.com" };
const functionArn = "arn:aws:lambda:eu-central-1:123456789012:function:shipping";
const bound = {
  backends: { erp, shipping: { functionArn } },
  auth: { staff: { issuer: "https://login.example.com" } },
};
const onlyUrls = { api: urlRoutes, backends: { erp } };
const domain = { name: "api.example.com", zoneId: "Z0123456789ABC" };
const rest = { api: restRoutes, ...bound, accessLog: {}, consumers: { acme: { plan: "free" } } };
const link = { vpcId: "vpc-1", subnetIds: ["subnet-1"], targets: [{ address: "10.20.0.5", port: 8443 }] };
const vpn = { publicIp: "203.0.113.9", cidrs: ["10.20.0.0/16"], routeTableIds: { private: "rtb-1" } };
const azurePlace = { resourceGroupName: "shops", location: "westeurope" };
const virtualNetworkId = "/subscriptions/s/resourceGroups/g/providers/Microsoft.Network/virtualNetworks/hub";
const keyVaultSecret = "https://shop.vault.azure.net/secrets/erp";
const azureLink = { kind: "azure-virtual-network", virtualNetworkId, location: "westeurope" };
const gcpLink = {
  network: "projects/shop/global/networks/main",
  subnetRange: "10.8.0.0/26",
  ranges: ["10.20.0.0/16"],
  vpn: {
    deviceAddresses: ["203.0.113.9"],
    deviceAsn: 65_010,
    sharedSecrets: ["0", "1"].map((end) => end.padStart(24, "s")),
  },
  egress: { ports: [443] },
  dns: { domain: "corp.example.com", servers: ["10.20.0.2"] },
};
const service = {
  subnetId: `${virtualNetworkId}/subnets/gateway`,
  resourceGroupName: "shops",
  serviceName: "contoso",
  gatewayUrl: "https://contoso.azure-api.net",
  location: "westeurope",
  sku: "Developer",
};

/** Declarations of every class that together contain every child. */
export const declarations: readonly Declaration[] = [
  {
    what: "AwsHttpApi",
    Class: AwsHttpApi,
    args: { api: httpRoutes, ...bound, accessLog: {}, domain },
    rules: httpApiTransformRules,
  },
  { what: "AwsRestApi", Class: AwsRestApi, args: { ...rest, domain }, rules: restApiTransformRules },
  {
    what: "AwsRestApi with a base path of several levels",
    Class: AwsRestApi,
    args: { ...rest, domain: { ...domain, basePath: "shop/v1" } },
    rules: restApiTransformRules,
  },
  {
    what: "AwsRestApi with privateTo",
    Class: AwsRestApi,
    args: { ...onlyUrls, privateTo: { vpcEndpoints: ["vpce-0a1b2c3d4e5f67890"] } },
    rules: { ...restApiTransformRules, api: privateApiRule } as Rules,
  },
  {
    what: "AwsRestApi that proves itself to a backend",
    Class: AwsRestApi,
    args: {
      api: { ...urlRoutes, backends: { erp: { kind: "http", trust: { clientCertificate: true } } } },
      backends: { erp: { ...erp, proof: { kind: "clientCertificate" } } },
    },
    rules: { ...restApiTransformRules, stage: provingStageRule } as Rules,
  },
  { what: "AwsOnPremLink", Class: AwsOnPremLink, args: { ...link, vpn }, rules: onPremLinkTransformRules },
  {
    what: "AwsOnPremLink with a transit gateway",
    Class: AwsOnPremLink,
    args: { ...link, vpn: { ...vpn, end: { kind: "transit-gateway" } } },
    rules: onPremLinkTransformRules,
  },
  { what: "AwsApiDomain", Class: AwsApiDomain, args: domain, rules: apiDomainTransformRules },
  { what: "AwsApiGatewayLogging", Class: AwsApiGatewayLogging, args: {}, rules: loggingTransformRules },
  {
    what: "AzureApiManagementApi",
    Class: AzureApiManagementApi,
    args: {
      api: {
        ...urlRoutes,
        backends: {
          erp: { kind: "onPrem", trust: { secretHeader: "x-gateway" } },
          crm: { kind: "http", trust: { clientCertificate: true } },
        },
        // A route with a key beside others declares subscriptions, and a product for the others.
        auth: { ...urlRoutes.auth, programs: { kind: "apiKey" } },
        plans: { standard: {} },
        routes: {
          ...urlRoutes.routes,
          "GET /customers": { to: "crm", auth: "anyone" },
          "GET /prices": { to: "crm", auth: "programs" },
        },
      },
      consumers: { shop: { plan: "standard" } },
      backends: {
        erp: { ...erp, link: azureLink, proof: { kind: "secretHeader", keyVaultSecret } },
        crm: { ...erp, proof: { kind: "clientCertificate", keyVaultSecret } },
      },
      service,
    },
    rules: apiManagementTransformRules,
  },
  {
    what: "AzureApiManagementService",
    Class: AzureApiManagementService,
    args: {
      ...azurePlace,
      publisher: { name: "Shop", email: "api@example.com" },
      sku: "Developer",
      network: { newSubnet: { virtualNetworkId, addressPrefix: "10.10.1.0/24" } },
    },
    rules: apiManagementServiceTransformRules,
  },
  {
    what: "AzureOnPremLink",
    Class: AzureOnPremLink,
    args: {
      ...azurePlace,
      virtualNetwork: { addressPrefix: "10.10.0.0/16" },
      vpn: {
        gatewaySubnet: "10.10.0.0/27",
        device: { publicIp: "203.0.113.9", prefixes: ["10.20.0.0/16"] },
        sharedKey: "key",
      },
      names: { "erp.example.com": "10.20.0.5" },
    },
    rules: azureOnPremLinkTransformRules,
  },
  {
    what: "GcpApiGateway",
    Class: GcpApiGateway,
    args: { ...onlyUrls, region: "europe-west1" },
    rules: apiGatewayTransformRules,
  },
  {
    what: "GcpApiGateway that proves itself to a backend",
    Class: GcpApiGateway,
    args: {
      api: { ...urlRoutes, backends: { erp: { kind: "http", trust: { identityToken: true } } } },
      backends: { erp: { ...erp, proof: { kind: "identityToken", audience: "erp" } } },
      region: "europe-west1",
    },
    rules: { ...apiGatewayTransformRules, config: configRuleWithCaller } as Rules,
  },
  {
    what: "GcpApiGateway with a companion",
    Class: GcpApiGateway,
    args: {
      api: { ...urlRoutes, backends: { erp: { kind: "http", trust: { secretHeader: "x-gateway" } } } },
      backends: { erp: { ...erp, proof: { kind: "secretHeader", secret: "projects/shop/secrets/erp", version: "1" } } },
      region: "europe-west1",
      companion: {},
    },
    rules: { ...apiGatewayTransformRules, config: configRuleWithCaller } as Rules,
  },
  { what: "GcpOnPremLink", Class: GcpOnPremLink, args: gcpLink, rules: gcpOnPremLinkTransformRules },
] as unknown as readonly Declaration[];

/** What came of a declaration. */
export interface Declared {
  readonly children: readonly Registered[];
  /** The part of each child that was transformed, in the order of their declaration. */
  readonly calls: readonly string[];
  readonly error: PolygateError | undefined;
}

type Members = Record<string, unknown>;

/** Declares a component whose children are all changed by one function. */
export async function declared(
  { Class, args, rules }: Declaration,
  change: (part: string, args: Members, options: Members) => void,
): Promise<Declared> {
  registered = [];
  const calls: string[] = [];
  const transformOf = (part: string) => (given: Members, options: Members) => {
    calls.push(part);
    change(part, given, options);
  };
  const transform = Object.fromEntries(Object.keys(rules).map((part) => [part, transformOf(part)]));
  let error: PolygateError | undefined;
  try {
    new Class("shop", { ...args, transform } as never);
  } catch (caught) {
    if (!(caught instanceof PolygateError)) throw caught;
    error = caught;
  }
  await waitForRPCs();
  return { children: registered.filter(({ type }) => !type.startsWith("polygate:")), calls, error };
}

/** Runs the program of a test with these resources. */
export function setMocks(): void {
  pulumi.runtime.setMocks(mocks, "shops", "dev", false, "acme");
}
