/** A cloud that validates REST APIs with the sandbox's interpreter, as the sandbox does. */
import type { PropertyValue } from "../../../../../sandbox/control-plane/property-value.ts";
import type { GatewayArtefacts } from "../../../../../sandbox/data-plane/artefacts.ts";
import type { AwsRestApiArtefacts } from "../../../../../sandbox/data-plane/aws/artefacts/rest-api.ts";
import { interpretAwsRestApi } from "../../../../../sandbox/data-plane/aws/rest-api/rest-api.ts";
import { ProcessCounters } from "../../../../../sandbox/data-plane/verifying/counters.ts";
import { HttpKeySource } from "../../../../../sandbox/data-plane/verifying/keys.ts";
import { LoopbackHostMap } from "../../../../../sandbox/host-map.ts";
import { type Deployed, type EngineStandIn, type TestCloud, testCloud } from "../engine-stand-in.ts";

export const types = {
  account: "aws:apigateway/account:Account",
  clientCertificate: "aws:apigateway/clientCertificate:ClientCertificate",
  api: "aws:apigateway/restApi:RestApi",
  deployment: "aws:apigateway/deployment:Deployment",
  stage: "aws:apigateway/stage:Stage",
  methodSettings: "aws:apigateway/methodSettings:MethodSettings",
  usagePlan: "aws:apigateway/usagePlan:UsagePlan",
  apiKey: "aws:apigateway/apiKey:ApiKey",
  usagePlanKey: "aws:apigateway/usagePlanKey:UsagePlanKey",
  role: "aws:iam/role:Role",
  rolePolicy: "aws:iam/rolePolicy:RolePolicy",
  rolePolicyAttachment: "aws:iam/rolePolicyAttachment:RolePolicyAttachment",
  function: "aws:lambda/function:Function",
  permission: "aws:lambda/permission:Permission",
  logGroup: "aws:cloudwatch/logGroup:LogGroup",
} as const;

export async function restCloud(directory?: string): Promise<TestCloud> {
  const cloud = await (directory === undefined ? testCloud() : testCloud(directory));
  const hosts = new LoopbackHostMap(new Map());
  const surroundings = {
    now: Date.now,
    keys: new HttpKeySource(hosts),
    counters: new ProcessCounters(),
    functions: { invoke: async () => ({ failed: "error" as const, message: "nothing runs here" }) },
  };
  cloud.gateways.validate = (artefacts: GatewayArtefacts) => {
    if (artefacts.kind === "aws-rest-api") interpretAwsRestApi(artefacts, surroundings);
  };
  return cloud;
}

/** Allows API Gateway to write logs in a Region. */
export async function loggingRole(aws: EngineStandIn): Promise<Deployed> {
  const allow = (statement: object) =>
    JSON.stringify({ Version: "2012-10-17", Statement: [{ Effect: "Allow", ...statement }] });
  const trust = { Action: "sts:AssumeRole", Principal: { Service: "apigateway.amazonaws.com" } };
  const role = await aws.create(types.role, "logging", { name: "logging", assumeRolePolicy: allow(trust) });
  const policy = allow({ Action: ["logs:PutLogEvents"], Resource: "*" });
  await aws.create(types.rolePolicy, "logging", { name: "logging", role: "logging", policy });
  return await aws.create(types.account, "logging", { cloudwatchRoleArn: role.outputs.arn as string });
}

/** The REST APIs that are served. */
export function served(cloud: TestCloud): readonly AwsRestApiArtefacts[] {
  return cloud.gateways.served.map(({ artefacts }) => artefacts).filter((each) => each.kind === "aws-rest-api");
}

export const integration = "x-amazon-apigateway-integration";

/** A document whose methods, e.g. `GET /orders/{id}`, go to a backend. */
export function restDocument(
  methods: readonly string[],
  members: Readonly<Record<string, PropertyValue>> = {},
  operation: Readonly<Record<string, PropertyValue>> = {},
): string {
  const paths: Record<string, Record<string, PropertyValue>> = {};
  for (const each of methods) {
    const [method = "", path = ""] = each.split(" ");
    paths[path] = {
      ...paths[path],
      [method.toLowerCase()]: {
        responses: {},
        [integration]: { type: "http_proxy", httpMethod: "ANY", uri: "https://backend.example.com/" },
        ...operation,
      },
    };
  }
  return JSON.stringify({ openapi: "3.0.1", info: { title: "orders", version: "1" }, paths, ...members });
}
