import { type Deployed, EngineStandIn } from "./control-plane/engine-stand-in.ts";

export const env = {};

/** Deploys three gateways with one route, `GET /hello`. Their backend is `https://backend.example.com`, which the host map must contain. */
export async function deployAll(
  port: (provider: string) => number,
): Promise<{ readonly deployed: [EngineStandIn, Deployed][]; close(): void }> {
  const [aws, azure, gcp] = ["aws", "azure-native", "gcp"].map((name) => new EngineStandIn(port(name))) as [
    EngineStandIn,
    EngineStandIn,
    EngineStandIn,
  ];
  await Promise.all([
    aws.configure({ region: "eu-central-1" }),
    azure.configure({}),
    gcp.configure({ region: "europe-west1" }),
  ]);
  const deployed: [EngineStandIn, Deployed][] = [];
  const create = async (provider: EngineStandIn, type: string, inputs: Parameters<EngineStandIn["create"]>[2]) => {
    const resource = await provider.create(type, type.slice(type.lastIndexOf(":") + 1), inputs);
    deployed.push([provider, resource]);
    return resource;
  };
  const info = { title: "hello", version: "1" };
  const responses = { "200": { description: "ok" } };
  const integration = {
    type: "HTTP_PROXY",
    httpMethod: "GET",
    uri: "https://backend.example.com/hello",
    payloadFormatVersion: "1.0",
  };
  const awsDocument = {
    openapi: "3.0.1",
    info,
    paths: { "/hello": { get: { responses, "x-amazon-apigateway-integration": integration } } },
  };
  const api = await create(aws, "aws:apigatewayv2/api:Api", {
    name: "hello",
    version: "1",
    protocolType: "HTTP",
    body: JSON.stringify(awsDocument),
  });
  await create(aws, "aws:apigatewayv2/stage:Stage", { apiId: api.id, name: "$default", autoDeploy: true });

  const service = { resourceGroupName: "group", serviceName: "hello" };
  await create(azure, "azure-native:resources:ResourceGroup", { resourceGroupName: "group", location: "westeurope" });
  await create(azure, "azure-native:apimanagement:ApiManagementService", {
    ...service,
    publisherEmail: "team@example.com",
    publisherName: "Team",
    sku: { name: "Developer", capacity: 1 },
  });
  await create(azure, "azure-native:apimanagement:Api", {
    ...service,
    apiId: "hello",
    path: "",
    protocols: ["https"],
    subscriptionRequired: false,
    serviceUrl: "https://backend.example.com",
    format: "openapi+json",
    value: JSON.stringify({
      openapi: "3.0.1",
      info,
      paths: { "/hello": { get: { operationId: "hello", responses } } },
    }),
  });
  await create(gcp, "gcp:apigateway/api:Api", { apiId: "hello" });
  const gcpDocument = {
    swagger: "2.0",
    info,
    paths: {
      "/hello": {
        get: {
          operationId: "hello",
          responses,
          "x-google-backend": { address: "https://backend.example.com/hello", disable_auth: true },
        },
      },
    },
  };
  const config = await create(gcp, "gcp:apigateway/apiConfig:ApiConfig", {
    api: "hello",
    openapiDocuments: [
      { document: { path: "a.json", contents: Buffer.from(JSON.stringify(gcpDocument)).toString("base64") } },
    ],
  });
  await create(gcp, "gcp:apigateway/gateway:Gateway", { apiConfig: config.id, gatewayId: "hello" });
  return {
    deployed,
    close: () => {
      for (const provider of [aws, azure, gcp]) provider.close();
    },
  };
}
