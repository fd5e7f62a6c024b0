import assert from "node:assert/strict";
import type { Properties, PropertyValue } from "../../../../sandbox/control-plane/property-value.ts";
import { network } from "../../../support/sandbox/control-plane/aws/private-network.ts";
import { restCloud, restDocument, types } from "../../../support/sandbox/control-plane/aws/rest-cloud.ts";
import {
  type Deployed,
  type EngineStandIn,
  InitError,
  type TestCloud,
} from "../../../support/sandbox/control-plane/engine-stand-in.ts";

const ENDPOINT = "aws:ec2/vpcEndpoint:VpcEndpoint";
const PUT = "aws:apigateway/restApiPut:RestApiPut";

const policy = {
  Version: "2012-10-17",
  Statement: [{ Effect: "Allow", Principal: "*", Action: "execute-api:Invoke", Resource: "*" }],
} as unknown as PropertyValue;
const stated = JSON.stringify(policy);
const servers = (...vpcEndpointIds: readonly string[]) =>
  [
    { url: "/", "x-amazon-apigateway-endpoint-configuration": { vpcEndpointIds: [...vpcEndpointIds] } },
  ] as unknown as PropertyValue;

describe("private REST APIs of the sandbox's aws provider", () => {
  let cloud: TestCloud;
  let aws: EngineStandIn;

  beforeEach(async () => {
    cloud = await restCloud();
    aws = await cloud.provider("aws", { region: "eu-central-1" });
  });
  afterEach(() => cloud.close());

  const endpoint = (inputs: Properties = {}, name = "here") =>
    aws.create(ENDPOINT, name, {
      vpcId: "vpc-0a1b2c3d",
      serviceName: "com.amazonaws.eu-central-1.execute-api",
      vpcEndpointType: "Interface",
      ...inputs,
    });
  const api = (inputs: Properties = {}, configuration: Properties = {}) =>
    aws.create(types.api, "orders", {
      name: "orders",
      endpointConfiguration: { types: "PRIVATE", ipAddressType: "dualstack", ...configuration },
      ...inputs,
    });
  const put = (created: Deployed, members: Record<string, PropertyValue> = {}, name = "import") =>
    aws.create(PUT, name, {
      restApiId: created.id,
      failOnWarnings: true,
      body: restDocument(["GET /a"], { "x-amazon-apigateway-policy": policy, ...members }),
    });
  const deploy = async (created: Deployed) => {
    const { id } = await aws.create(types.deployment, "deployed", { restApi: created.id });
    return aws.create(types.stage, "live", { restApi: created.id, deployment: id, stageName: "live" });
  };

  it("take settings from the document without a difference for those that the program omits", async () => {
    const { id } = await endpoint();
    const created = await api();
    await put(created, { servers: servers(id) });
    const read = await aws.read(created);
    assert.deepEqual(read?.outputs.endpointConfiguration, {
      ipAddressType: "dualstack",
      types: "PRIVATE",
      vpcEndpointIds: [id],
    });
    assert.deepEqual(JSON.parse(String(read?.outputs.policy)), policy);
    assert.ok(read);
    assert.deepEqual(await aws.diff(read, created.inputs), {});
  });

  it("lose the settings that the next document omits, because nothing is patched after the import", async () => {
    const { id } = await endpoint();
    const created = await api({ policy: stated }, { vpcEndpointIds: [id] });
    assert.deepEqual(created.outputs.endpointConfiguration, {
      ipAddressType: "dualstack",
      types: "PRIVATE",
      vpcEndpointIds: [id],
    });
    await aws.create(PUT, "import", { restApiId: created.id, body: restDocument(["GET /a"]) });
    const read = await aws.read(created);
    assert.deepEqual(read?.outputs.endpointConfiguration, { ipAddressType: "dualstack", types: "PRIVATE" });
    assert.equal(read?.outputs.policy, "");
    await assert.rejects(
      deploy(created),
      /BadRequestException: Private REST API doesn't have a resource policy attached to it$/,
    );
  });

  it("refuse the provider's patches after an import", async () => {
    const { id } = await endpoint();
    const members = { "x-amazon-apigateway-policy": policy, servers: servers(id) };
    const busy = (error: unknown) =>
      error instanceof InitError &&
      /after OpenAPI import: BadRequestException: There is already an update in progress/.test(error.message);
    for (const [inputs, document] of [
      [{ binaryMediaTypes: ["*/*"] }, { "x-amazon-apigateway-binary-media-types": ["*/*"] }],
      [{ description: "Orders" }, {}],
      [{ policy: stated.replace("Allow", "Deny") }, {}],
    ] as const) {
      const body = restDocument(["GET /a"], { ...members, ...document } as Record<string, PropertyValue>);
      await assert.rejects(api({ body, ...(inputs as Properties) }), busy);
    }
    const same = await api({ body: restDocument(["GET /a"], members), policy: stated });
    await assert.rejects(
      aws.update(same, { ...same.inputs, body: restDocument(["GET /b"]) }),
      busy,
      "the state has the policy, the document has none",
    );
  });

  it("are served through every reachable endpoint of the Region, with an additional host for an associated one", async () => {
    const here = await endpoint();
    const there = await endpoint({}, "there");
    await aws.create(ENDPOINT, "storage", { vpcId: "vpc-0a1b2c3d", serviceName: "com.amazonaws.eu-central-1.s3" });
    const created = await api();
    await put(created, { servers: servers(here.id) });
    const stage = await deploy(created);
    const host = `${created.id}.execute-api.eu-central-1.amazonaws.com`;
    assert.equal(stage.outputs.invokeUrl, `https://${host}/live`);
    const [gateway] = cloud.gateways.served;
    assert.equal(gateway?.artefacts.kind === "aws-rest-api" && gateway.artefacts.private, true);
    const own = `${created.id}-${here.id}.execute-api.eu-central-1.amazonaws.com`;
    const common = { vpcId: "vpc-0a1b2c3d", certificateName: "*.execute-api.eu-central-1.amazonaws.com" };
    const keyOf = ({ id }: Deployed) => `aws/eu-central-1/vpc-endpoint/${id}`;
    const byId = [...(gateway?.vpcEndpoints ?? [])].toSorted((a) => (a.id === here.id ? -1 : 1));
    assert.deepEqual(byId, [
      { key: keyOf(here), id: here.id, ...common, hosts: [host, own], url: `https://${own}/live` },
      { key: keyOf(there), id: there.id, ...common, hosts: [host] },
    ]);
    await aws.delete(there);
    assert.deepEqual(
      cloud.gateways.served[0]?.vpcEndpoints?.map(({ id }) => id),
      [here.id],
    );
  });

  it("are not reachable through an endpoint whose security groups refuse HTTPS", async () => {
    const group = await aws.create(network.securityGroup, "clients", { vpcId: "vpc-0a1b2c3d" });
    const here = await endpoint({ securityGroupIds: [group.id] });
    const created = await api();
    await put(created, { servers: servers(here.id) });
    await deploy(created);
    const reached = () => cloud.gateways.served[0]?.vpcEndpoints?.map(({ id }) => id);
    assert.deepEqual(reached(), []);
    const rule = { securityGroupId: group.id, cidrIpv4: "10.0.0.0/8", ipProtocol: "tcp", fromPort: 443, toPort: 443 };
    await aws.create("aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule", "tls", rule);
    assert.deepEqual(reached(), [here.id]);
    await assert.rejects(aws.delete(group), /DependencyViolation/);
  });

  it("keep nothing of a refused import", async () => {
    const created = await api();
    await assert.rejects(
      put(created, { servers: servers("vpce-0123456789abcdef0") }),
      /creating API Gateway Rest API Put .*: BadRequestException: .*the VPC endpoint vpce-0123456789abcdef0 does not exist/,
    );
    await assert.rejects(put(created, { "x-amazon-apigateway-unknown": 1 }), /BadRequestException: Errors found/);
    assert.equal((await aws.read(created))?.outputs.policy, "");
    const parameters = { basepath: "prepend" };
    await assert.rejects(
      aws.create(PUT, "import", { restApiId: created.id, body: restDocument(["GET /a"]), parameters }),
      /does not serve the import parameter basepath=prepend/,
    );
    await assert.rejects(
      aws.create(PUT, "import", { restApiId: "nosuchapi0", body: restDocument(["GET /a"]) }),
      /NotFoundException: Invalid API identifier/,
    );
  });

  it("replace RestApiPut for another document, ignore its deletion, and remove it with the API", async () => {
    const created = await api();
    const first = await put(created);
    assert.equal(first.id, created.id);
    const next = { ...first.inputs, body: restDocument(["GET /b"]) };
    assert.deepEqual(await aws.diff(first, next), { body: "update-replace" });
    assert.deepEqual(await aws.diff(first, first.inputs), {});
    assert.deepEqual((await aws.read(first))?.outputs, first.outputs);
    await aws.delete(first);
    assert.deepEqual(JSON.parse(String((await aws.read(created))?.outputs.policy)), policy);
    await aws.delete(created);
    assert.equal(await aws.read(first), undefined);
  });

  it("cannot be mapped to a public custom domain", async () => {
    const created = await api();
    await put(created);
    await deploy(created);
    const certificateArn = "arn:aws:acm:eu-central-1:123456789012:certificate/0a1b2c3d";
    const domain = await aws.create("aws:apigateway/domainName:DomainName", "api", {
      domainName: "api.example.com",
      regionalCertificateArn: certificateArn,
      endpointConfiguration: { types: "REGIONAL" },
      securityPolicy: "TLS_1_2",
    });
    await assert.rejects(
      aws.create("aws:apigateway/basePathMapping:BasePathMapping", "api", {
        domainName: domain.outputs.domainName ?? null,
        restApi: created.id,
        stageName: "live",
      }),
      /BadRequestException: A private API can be mapped to a private custom domain name only/,
    );
  });

  it("are the only APIs with endpoints, and cannot become public", async () => {
    const { id } = await endpoint();
    await assert.rejects(
      api({}, { types: "REGIONAL", ipAddressType: "ipv4", vpcEndpointIds: [id] }),
      /BadRequestException: VPCEndpoints can only be specified with PRIVATE apis\./,
    );
    const created = await api();
    const endpointConfiguration = { types: "REGIONAL" };
    await assert.rejects(
      aws.update(created, { ...created.inputs, endpointConfiguration }),
      /the sandbox does not make a public API private, or a private one public/,
    );
  });

  it("require interface endpoints without a policy", async () => {
    await assert.rejects(endpoint({ vpcEndpointType: "Gateway" }), /does not match available service types/);
    const serviceName = "com.amazonaws.us-east-1.execute-api";
    await assert.rejects(endpoint({ serviceName }), /InvalidServiceName: .*us-east-1\.execute-api' does not exist/);
    await assert.rejects(endpoint({ policy: stated }), /the sandbox does not model policy;/);
    for (const type of ["vpcEndpointPolicy:VpcEndpointPolicy", "securityGroupAssociation:SecurityGroupAssociation"]) {
      await assert.rejects(
        aws.create(`aws:ec2/${type}`, "part", { vpcEndpointId: "vpce-1" }),
        /does not model aws:ec2/,
      );
    }
    const { failures } = await aws.check(ENDPOINT, "here", { vpcId: "vpc-0a1b2c3d", vpcEndpointType: "Door" });
    assert.match(failures.join(), /vpcEndpointType/);
    const created = await endpoint({ subnetIds: ["subnet-a", "subnet-b"] });
    assert.match(created.id, /^vpce-[0-9a-f]{17}$/);
    assert.equal(created.outputs.state, "available");
    assert.equal((created.outputs.networkInterfaceIds as readonly unknown[]).length, 2);
    const turned = { ...created.inputs, subnetIds: ["subnet-b", "subnet-a"] };
    assert.deepEqual(await aws.diff(created, turned), {});
  });
});
