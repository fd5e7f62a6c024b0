import assert from "node:assert/strict";
import type { Properties } from "../../../../sandbox/control-plane/property-value.ts";
import {
  httpDocument,
  httpTypes,
  network,
  PrivateNetwork,
  servedNetwork,
} from "../../../support/sandbox/control-plane/aws/private-network.ts";
import { integration, restCloud, restDocument, types } from "../../../support/sandbox/control-plane/aws/rest-cloud.ts";
import {
  type Deployed,
  type EngineStandIn,
  InitError,
  type TestCloud,
} from "../../../support/sandbox/control-plane/engine-stand-in.ts";
import { filled } from "../../../support/sandbox/control-plane/filled.ts";

const elb = "arn:aws:elasticloadbalancing:eu-central-1:000000000000";

describe("private networks of the sandbox's aws provider", () => {
  let cloud: TestCloud;
  let aws: EngineStandIn;
  let privateNetwork: PrivateNetwork;

  beforeEach(async () => {
    cloud = await restCloud();
    aws = await cloud.provider("aws", { region: "eu-central-1" });
    privateNetwork = await new PrivateNetwork(aws).declare();
  });
  afterEach(() => cloud.close());

  const served = () => servedNetwork(cloud);
  const restApi = async (members: Properties = {}, variables: Properties = {}): Promise<Deployed> => {
    const through: Properties = {
      type: "http_proxy",
      httpMethod: "ANY",
      uri: "http://erp.internal/",
      connectionType: "VPC_LINK",
      connectionId: privateNetwork.link.id,
      integrationTarget: privateNetwork.balancer.id,
      ...members,
    };
    const body = restDocument(["GET /a"], {}, { [integration]: through });
    const api = await aws.create(types.api, "orders", { name: "orders", body });
    const deployment = await aws.create(types.deployment, "deployed", { restApi: api.id });
    await aws.create(types.stage, "live", {
      restApi: api.id,
      deployment: deployment.id,
      stageName: "live",
      variables,
    });
    return api;
  };
  const group = () => served()?.targetGroups[privateNetwork.group.id];

  it("return ids, ARNs and names in the vendor's form", async () => {
    assert.match(privateNetwork.vpc.id, /^vpc-[0-9a-f]{17}$/);
    assert.match(privateNetwork.subnet.id, /^subnet-[0-9a-f]{17}$/);
    assert.equal(
      privateNetwork.subnet.outputs.arn,
      `arn:aws:ec2:eu-central-1:000000000000:subnet/${privateNetwork.subnet.id}`,
    );
    assert.match(privateNetwork.link.id, /^[a-z0-9]{6}$/);
    assert.equal(privateNetwork.link.outputs.name, "erp-link-0001020");
    assert.equal(
      privateNetwork.link.outputs.arn,
      `arn:aws:apigateway:eu-central-1::/vpclinks/${privateNetwork.link.id}`,
    );
    assert.match(
      privateNetwork.balancer.id,
      new RegExp(`^${elb}:loadbalancer/net/erp-balancer-[0-9a-f]{7}/[0-9a-f]{16}$`),
    );
    assert.equal(privateNetwork.balancer.outputs.arn, privateNetwork.balancer.id);
    assert.equal(privateNetwork.balancer.outputs.vpcId, privateNetwork.vpc.id);
    const [, name, own] = /net\/([^/]*)\/(.*)$/.exec(privateNetwork.balancer.id) ?? [];
    assert.equal(privateNetwork.balancer.outputs.dnsName, `${name}-${own}.elb.eu-central-1.amazonaws.com`);
    assert.equal(privateNetwork.balancer.outputs.arnSuffix, `net/${name}/${own}`);
    assert.match(privateNetwork.listener.id, new RegExp(`^${elb}:listener/net/${name}/${own}/[0-9a-f]{16}$`));
    assert.match(privateNetwork.group.id, new RegExp(`^${elb}:targetgroup/erp-group-[0-9a-f]{7}/[0-9a-f]{16}$`));
    assert.match((await privateNetwork.target()).id, /^arn:.*-[0-9a-f]{26}$/);
    const alb = await privateNetwork.make(network.loadBalancer, "alb", {
      name: "front",
      internal: true,
      subnets: [privateNetwork.subnet.id, "subnet-0123456789abcdef0"],
    });
    assert.match(String(alb.outputs.dnsName), /^internal-front-\d{10}\.eu-central-1\.elb\.amazonaws\.com$/);
  });

  it("show no difference after a create, a refresh or an import", async () => {
    const target = await privateNetwork.target();
    for (const [type, deployed] of [
      [network.vpc, privateNetwork.vpc],
      [network.vpcLink, privateNetwork.link],
      [network.loadBalancer, privateNetwork.balancer],
      [network.targetGroup, privateNetwork.group],
      [network.listener, privateNetwork.listener],
    ] as const) {
      assert.deepEqual(await aws.diff(deployed, deployed.inputs), {});
      const refreshed = await aws.read(deployed);
      assert.deepEqual(refreshed?.inputs, deployed.inputs);
      assert.deepEqual(await aws.diff(refreshed as Deployed, deployed.inputs), {});
      const imported = await aws.import(type, "imported", deployed.id);
      assert.deepEqual(filled(imported?.outputs), filled(refreshed?.outputs));
    }
    assert.deepEqual(await aws.read(target), target);
    assert.deepEqual(await aws.diff(target, target.inputs), {});
  });

  it("are replaced as the vendor does, and compare lists of subnets and groups as sets", async () => {
    const link = await privateNetwork.make(network.vpcLink, "two", {
      subnetIds: ["subnet-1", "subnet-2"],
      securityGroupIds: ["sg-1"],
    });
    const diff = (deployed: Deployed, changes: Properties) => aws.diff(deployed, { ...deployed.inputs, ...changes });
    assert.deepEqual(await diff(link, { subnetIds: ["subnet-2", "subnet-1"] }), {});
    assert.deepEqual(await diff(link, { subnetIds: ["subnet-1"] }), { "subnetIds[1]": "delete-replace" });
    assert.deepEqual(await diff(link, { securityGroupIds: ["sg-2"] }), { "securityGroupIds[0]": "update-replace" });
    assert.deepEqual(await diff(link, { name: "other" }), { name: "update" });
    assert.deepEqual(await diff(privateNetwork.balancer, { internal: false }), { internal: "update-replace" });
    assert.deepEqual(await diff(privateNetwork.balancer, { subnets: [privateNetwork.subnet.id, "subnet-2"] }), {
      "subnets[1]": "add",
    });
    assert.deepEqual(await diff(privateNetwork.balancer, { subnets: ["subnet-2"] }), {
      "subnets[0]": "update-replace",
    });
    assert.deepEqual(await diff(privateNetwork.balancer, { securityGroups: ["sg-1"] }), {
      securityGroups: "add-replace",
    });
    const guarded = {
      ...privateNetwork.balancer,
      inputs: { ...privateNetwork.balancer.inputs, securityGroups: ["sg-1"] },
    };
    assert.deepEqual(await diff(guarded, { securityGroups: ["sg-2"] }), { "securityGroups[0]": "update" });
    assert.deepEqual(await diff(privateNetwork.group, { port: 8081 }), { port: "update-replace" });
    assert.deepEqual(await diff(privateNetwork.group, { healthCheck: { protocol: "TCP" } }), { healthCheck: "add" });
    assert.deepEqual(await diff(privateNetwork.listener, { port: 81 }), { port: "update" });
    const target = await privateNetwork.target();
    assert.deepEqual(await diff(target, { port: 9 }), { port: "add-replace" });
  });

  it("reach the data plane only for a document with a private integration", async () => {
    await privateNetwork.target({ port: 9000 });
    await privateNetwork.make(network.loadBalancer, "other", {
      loadBalancerType: "network",
      subnets: [privateNetwork.subnet.id],
    });
    await privateNetwork.httpApi();
    assert.deepEqual(served(), {
      vpcLinks: {
        [privateNetwork.link.id]: {
          name: privateNetwork.link.outputs.name,
          status: "AVAILABLE",
          subnetIds: [privateNetwork.subnet.id],
          securityGroupIds: [],
        },
      },
      loadBalancers: {
        [privateNetwork.balancer.id]: {
          kind: "network",
          scheme: "internal",
          dnsName: privateNetwork.balancer.outputs.dnsName,
          securityGroupIds: [],
          listeners: [
            { arn: privateNetwork.listener.id, port: 80, protocol: "TCP", targetGroup: privateNetwork.group.id },
          ],
        },
      },
      targetGroups: {
        [privateNetwork.group.id]: {
          protocol: "TCP",
          targetType: "ip",
          targets: [{ address: "10.20.0.5", port: 9000 }],
          healthCheckSeconds: 30,
        },
      },
      services: {},
      securityGroups: {},
    });
    await cloud.close();
    cloud = await restCloud();
    aws = await cloud.provider("aws", { region: "eu-central-1" });
    await new PrivateNetwork(aws).httpApi(
      JSON.stringify({ openapi: "3.0.1", info: { title: "orders", version: "1" }, paths: { "/a": { get: {} } } }),
    );
    assert.equal("network" in (cloud.gateways.served[0]?.artefacts ?? {}), false);
  });

  it("apply a change of targets at once, without a deployment", async () => {
    const api = await privateNetwork.httpApi(httpDocument(privateNetwork), false);
    const deployment = await aws.create(httpTypes.deployment, "deployed", { apiId: api.id });
    await aws.create(httpTypes.stage, "live", { apiId: api.id, name: "$default", deploymentId: deployment.id });
    assert.deepEqual(group()?.targets, []);
    const target = await privateNetwork.target();
    assert.deepEqual(group()?.targets, [{ address: "10.20.0.5", port: 8080 }]);
    const second = await privateNetwork.target({ targetId: "10.20.0.6" }, "second");
    assert.equal(group()?.targets.length, 2);
    await aws.delete(target);
    await aws.delete(second);
    assert.deepEqual(group()?.targets, []);
    await aws.update(privateNetwork.group, { ...privateNetwork.group.inputs, healthCheck: { interval: 10 } });
    assert.equal(group()?.healthCheckSeconds, 10);
    await aws.update(privateNetwork.group, { ...privateNetwork.group.inputs, healthCheck: { enabled: false } });
    assert.equal("healthCheckSeconds" in (group() ?? {}), false);
  });

  it("give a REST API its load balancer, also by a link in a stage variable", async () => {
    await restApi({ connectionId: "$" + "{stageVariables.link}" }, { link: privateNetwork.link.id });
    assert.deepEqual(Object.keys(served()?.vpcLinks ?? {}), [privateNetwork.link.id]);
    assert.deepEqual(Object.keys(served()?.loadBalancers ?? {}), [privateNetwork.balancer.id]);
    // A link in a variable does not count as used (docs.aws.amazon.com, api-gateway-known-issues).
    await aws.delete(privateNetwork.link);
    assert.deepEqual(served()?.vpcLinks, {});
  });

  it("refuse a document whose link or target does not exist, and keep the API", async () => {
    const refused = async (body: string, message: RegExp) => {
      await assert.rejects(
        privateNetwork.httpApi(body),
        (error) => error instanceof InitError && message.test(error.message),
      );
    };
    await refused(
      httpDocument(privateNetwork, { connectionId: "zzzzzz" }),
      /BadRequestException: VPC link zzzzzz not found$/,
    );
    const listener = privateNetwork.listener.id.replace(/.{4}$/, "ffff");
    await refused(
      httpDocument(privateNetwork, { uri: listener }),
      new RegExp(`Integration target ${listener} not found$`),
    );
    const service = "arn:aws:servicediscovery:eu-central-1:000000000000:service/srv-none";
    await refused(httpDocument(privateNetwork, { uri: service }), /Integration target .*srv-none not found$/);
    await assert.rejects(restApi({ connectionId: "zzzzzz" }), /Errors found during import: VPC link zzzzzz not found$/);
    await assert.rejects(
      restApi({ integrationTarget: `${elb}:loadbalancer/net/no/0` }),
      /Integration target .* not found$/,
    );
    await assert.rejects(
      restApi({ integrationTarget: undefined as never }),
      /does not serve VPC links V1, which need none/,
    );
    await assert.rejects(
      aws.create(httpTypes.integration, "erp", {
        apiId: (await privateNetwork.httpApi()).id,
        integrationType: "HTTP_PROXY",
        integrationMethod: "ANY",
        connectionType: "VPC_LINK",
        connectionId: "zzzzzz",
        integrationUri: privateNetwork.listener.id,
      }),
      /creating API Gateway v2 Integration: BadRequestException: VPC link zzzzzz not found$/,
    );
  });

  it("serve a private integration that is declared as a resource", async () => {
    await privateNetwork.target();
    const api = await aws.create(httpTypes.api, "parts", { name: "parts", protocolType: "HTTP" });
    const erp = await aws.create(httpTypes.integration, "erp", {
      apiId: api.id,
      integrationType: "HTTP_PROXY",
      integrationMethod: "ANY",
      connectionType: "VPC_LINK",
      connectionId: privateNetwork.link.id,
      integrationUri: privateNetwork.listener.id,
    });
    await aws.create(httpTypes.route, "all", { apiId: api.id, routeKey: "$default", target: `integrations/${erp.id}` });
    await aws.create(httpTypes.stage, "live", { apiId: api.id, name: "$default", autoDeploy: true });
    assert.deepEqual(group()?.targets, [{ address: "10.20.0.5", port: 8080 }]);
    await assert.rejects(
      aws.delete(privateNetwork.link),
      /is referenced in \[ANY:\$default\] in format of \[Method:Resource\]/,
    );
  });

  it("refuse to delete a link that a method of an API uses, in the service's words", async () => {
    const api = await privateNetwork.httpApi();
    await assert.rejects(
      aws.delete(privateNetwork.link),
      new RegExp(
        `deleting API Gateway v2 VPC Link \\(${privateNetwork.link.id}\\): BadRequestException: Cannot delete vpc link. Vpc link ` +
          `'${privateNetwork.link.id}', is referenced in \\[GET:/orders/{id}\\] in format of \\[Method:Resource\\].$`,
      ),
    );
    await aws.delete(api);
    await aws.delete(privateNetwork.link);
    assert.equal(await aws.read(privateNetwork.link), undefined);
  });

  it("refuse to delete a link that an older deployment of a stage uses", async () => {
    const api = await privateNetwork.httpApi(httpDocument(privateNetwork), false);
    const deployment = await aws.create(httpTypes.deployment, "deployed", { apiId: api.id });
    const stage = await aws.create(httpTypes.stage, "live", {
      apiId: api.id,
      name: "$default",
      deploymentId: deployment.id,
    });
    const other = await new PrivateNetwork(aws, "other").declare();
    await aws.update(api, { ...api.inputs, body: httpDocument(other) });
    await assert.rejects(aws.delete(privateNetwork.link), /is referenced in \[GET:\/orders\/{id}\]/);
    const newer = await aws.create(httpTypes.deployment, "newer", { apiId: api.id });
    await aws.update(stage, { ...stage.inputs, deploymentId: newer.id });
    await aws.delete(privateNetwork.link);
  });

  it("refuse to delete a link that a REST API uses, and name API and stage", async () => {
    const api = await restApi();
    await assert.rejects(
      aws.delete(privateNetwork.link),
      new RegExp(`is referenced in \\[${api.id}:GET:/a:live\\] in format of \\[RESTApiId:Method:Resource:Stage\\].$`),
    );
  });

  it("refuse to delete a link that the canary of a stage uses", async () => {
    const plain = restDocument(["GET /a"]);
    const api = await aws.create(types.api, "orders", { name: "orders", body: plain });
    const stable = await aws.create(types.deployment, "stable", { restApi: api.id });
    const linked = { type: "http_proxy", httpMethod: "ANY", uri: "http://erp.internal/", connectionType: "VPC_LINK" };
    const body = restDocument(
      ["GET /b"],
      {},
      {
        [integration]: {
          ...linked,
          connectionId: privateNetwork.link.id,
          integrationTarget: privateNetwork.balancer.id,
        },
      },
    );
    const changed = await aws.update(api, { ...api.inputs, body });
    const canary = await aws.create(types.deployment, "canary", { restApi: api.id });
    await aws.update(changed, { ...changed.inputs, body: plain });
    const inputs: Properties = { restApi: api.id, deployment: stable.id, stageName: "live" };
    const canarySettings = { deploymentId: canary.id, percentTraffic: 10 };
    const stage = await aws.create(types.stage, "live", { ...inputs, canarySettings });
    await assert.rejects(aws.delete(privateNetwork.link), new RegExp(`is referenced in \\[${api.id}:GET:/b:live\\]`));
    await aws.update(stage, inputs);
    await aws.delete(privateNetwork.link);
  });

  it("refuse a link without subnets, with subnets of two VPCs, and over the quota", async () => {
    const link = (inputs: Properties, name = "x") =>
      privateNetwork.make(network.vpcLink, name, {
        subnetIds: [privateNetwork.subnet.id],
        securityGroupIds: [],
        ...inputs,
      });
    await assert.rejects(link({ subnetIds: [] }), /at least one subnet must be specified$/);
    const other = await privateNetwork.make(network.vpc, "vpc2", { cidrBlock: "10.1.0.0/16" });
    const abroad = await privateNetwork.make(network.subnet, "subnet2", { vpcId: other.id, cidrBlock: "10.1.1.0/24" });
    await assert.rejects(
      link({ subnetIds: [privateNetwork.subnet.id, abroad.id] }),
      /all subnets must belong to the same VPC$/,
    );
    for (let number = 2; number <= 10; number++) await link({}, `link-${number}`);
    await assert.rejects(link({}, "link-11"), /LimitExceededException: there are 10 VPC links already/);
  });
});
