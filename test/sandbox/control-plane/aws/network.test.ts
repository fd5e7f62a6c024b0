import assert from "node:assert/strict";
import { type Properties, UNKNOWN, withoutUndefined } from "../../../../sandbox/control-plane/property-value.ts";
import type { GatewayArtefacts } from "../../../../sandbox/data-plane/artefacts.ts";
import type { AwsNetwork } from "../../../../sandbox/data-plane/aws/artefacts/network.ts";
import { type Deployed, type EngineStandIn, InitError, type TestCloud } from "../engine-stand-in.ts";
import { httpDocument, network, PrivateNetwork } from "./private-network.ts";
import { integration, restCloud, restDocument, types } from "./rest-cloud.ts";

const elb = "arn:aws:elasticloadbalancing:eu-central-1:000000000000";
const httpTypes = {
  api: "aws:apigatewayv2/api:Api",
  stage: "aws:apigatewayv2/stage:Stage",
  deployment: "aws:apigatewayv2/deployment:Deployment",
  integration: "aws:apigatewayv2/integration:Integration",
  route: "aws:apigatewayv2/route:Route",
} as const;

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

  const served = (): AwsNetwork | undefined => {
    const [artefacts] = cloud.gateways.served.map((gateway): GatewayArtefacts => gateway.artefacts);
    return artefacts?.kind === "aws-http-api" || artefacts?.kind === "aws-rest-api" ? artefacts.network : undefined;
  };
  const httpApi = async (body = httpDocument(privateNetwork), autoDeploy = true): Promise<Deployed> => {
    const api = await aws.create(httpTypes.api, "orders", { name: "orders", protocolType: "HTTP", version: "1", body });
    if (autoDeploy) await aws.create(httpTypes.stage, "live", { apiId: api.id, name: "$default", autoDeploy });
    return api;
  };
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
      assert.deepEqual((await aws.import(type, "imported", deployed.id))?.outputs, refreshed?.outputs);
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
    await httpApi();
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
    await httpApi(
      JSON.stringify({ openapi: "3.0.1", info: { title: "orders", version: "1" }, paths: { "/a": { get: {} } } }),
    );
    assert.equal("network" in (cloud.gateways.served[0]?.artefacts ?? {}), false);
  });

  it("apply a change of targets at once, without a deployment", async () => {
    const api = await httpApi(httpDocument(privateNetwork), false);
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
      await assert.rejects(httpApi(body), (error) => error instanceof InitError && message.test(error.message));
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
        apiId: (await httpApi()).id,
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
    const api = await httpApi();
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
    const api = await httpApi(httpDocument(privateNetwork), false);
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

  describe("a target", () => {
    const rejected = (inputs: Properties, message: RegExp) => assert.rejects(privateNetwork.target(inputs), message);

    it("requires availabilityZone all outside the VPC and refuses it inside", async () => {
      await rejected(
        { availabilityZone: null },
        /ValidationError: You must specify a valid Availability Zone or select 'all' .* since the IP address '10.20.0.5' is outside the VPC$/,
      );
      await rejected(
        { targetId: "10.0.1.9" },
        /The IP address '10.0.1.9' is within the VPC, and cannot have its Availability/,
      );
      await privateNetwork.target({ targetId: "10.0.1.9", availabilityZone: null });
    });

    it("must be an IPv4 address of a private range, in a group that exists", async () => {
      await rejected({ targetId: "erp.example.com" }, /is not a valid IPv4 address$/);
      await rejected({ targetId: "203.0.113.7" }, /is not from a range that targets may be of$/);
      await rejected({ targetGroupArn: `${elb}:targetgroup/no/0` }, /TargetGroupNotFound/);
    });

    it("is registered once for several attachments and removed with the first of them", async () => {
      await httpApi();
      const one = await privateNetwork.target();
      const other = await privateNetwork.target({}, "other");
      assert.equal(group()?.targets.length, 1);
      await aws.delete(one);
      assert.deepEqual(group()?.targets, []);
      assert.equal(await aws.read(other), undefined);
    });

    it("may be an Application Load Balancer with a listener on the port", async () => {
      const alb = await privateNetwork.make(network.loadBalancer, "alb", {
        internal: true,
        subnets: [privateNetwork.subnet.id, "subnet-0123456789abcdef0"],
      });
      const albGroup = await privateNetwork.make(network.targetGroup, "alb-group", {
        port: 80,
        protocol: "TCP",
        targetType: "alb",
        vpcId: privateNetwork.vpc.id,
      });
      const toAlb = { targetGroupArn: albGroup.id, targetId: alb.id, availabilityZone: null };
      await rejected(toAlb, /InvalidTarget: The Application Load Balancer '.*' has no listener on port 80$/);
      await rejected({ ...toAlb, targetId: privateNetwork.balancer.id }, /is not an Application Load Balancer$/);
      const behind = await privateNetwork.make(network.targetGroup, "behind", {
        port: 8080,
        protocol: "HTTP",
        targetType: "ip",
        vpcId: privateNetwork.vpc.id,
      });
      await privateNetwork.make(network.listener, "alb-listener", {
        loadBalancerArn: alb.id,
        port: 80,
        defaultActions: [{ type: "forward", targetGroupArn: behind.id }],
      });
      await privateNetwork.target(toAlb);
      await aws.update(privateNetwork.listener, {
        ...privateNetwork.listener.inputs,
        defaultActions: [{ type: "forward", targetGroupArn: albGroup.id }],
      });
      await httpApi();
      assert.deepEqual(Object.keys(served()?.loadBalancers ?? {}), [privateNetwork.balancer.id, alb.id]);
      assert.deepEqual(Object.keys(served()?.targetGroups ?? {}), [albGroup.id, behind.id]);
    });
  });

  describe("a listener", () => {
    const listen = (inputs: Properties) =>
      privateNetwork.make(network.listener, "second", {
        loadBalancerArn: privateNetwork.balancer.id,
        port: 443,
        protocol: "TCP",
        defaultActions: [{ type: "forward", targetGroupArn: privateNetwork.group.id }],
        ...inputs,
      });

    it("is refused for a used port, a protocol of another type, and a missing target group", async () => {
      await assert.rejects(listen({ port: 80 }), /DuplicateListener: A listener already exists on this port/);
      await assert.rejects(listen({ protocol: "HTTP" }), /Listener protocol 'HTTP' must be one of 'TCP, TLS, UDP/);
      await assert.rejects(listen({ protocol: null }), /A protocol must be specified/);
      await assert.rejects(listen({ loadBalancerArn: `${elb}:loadbalancer/net/no/0` }), /LoadBalancerNotFound/);
      const nowhere = [{ type: "forward", targetGroupArn: `${elb}:targetgroup/no/0` }];
      await assert.rejects(listen({ defaultActions: nowhere }), /TargetGroupNotFound/);
      await assert.rejects(listen({ defaultActions: [{ type: "forward" }] }), /you must specify a 'forward' block/);
      const other = await privateNetwork.make(network.loadBalancer, "b", {
        loadBalancerType: "network",
        subnets: [privateNetwork.subnet.id],
      });
      await assert.rejects(listen({ loadBalancerArn: other.id }), /TargetGroupAssociationLimit/);
    });

    it("requires a certificate for TLS, whose names reach the data plane", async () => {
      await assert.rejects(listen({ protocol: "TLS" }), /A certificate must be specified for TLS listeners$/);
      const unknown = "arn:aws:acm:eu-central-1:000000000000:certificate/none";
      await assert.rejects(listen({ protocol: "TLS", certificateArn: unknown }), /CertificateNotFound: Certificate/);
      const certificate = await privateNetwork.make(network.certificate, "certificate", {
        domainName: "erp.example.com",
        subjectAlternativeNames: ["erp.example.com", "*.erp.example.com"],
        validationMethod: "DNS",
      });
      const certificateArn = String(certificate.outputs.arn);
      await assert.rejects(listen({ certificateArn }), /A certificate cannot be specified for TCP listeners$/);
      const listener = await listen({ protocol: "TLS", certificateArn });
      await httpApi(httpDocument({ link: privateNetwork.link, listener }));
      assert.deepEqual(served()?.loadBalancers[privateNetwork.balancer.id]?.listeners[1], {
        arn: listener.id,
        port: 443,
        protocol: "TLS",
        certificateNames: ["erp.example.com", "*.erp.example.com"],
        targetGroup: privateNetwork.group.id,
      });
    });

    it("reports features of it and its group that the sandbox does not serve", async () => {
      const subnets = [privateNetwork.subnet.id, "subnet-0123456789abcdef0"];
      const alb = await privateNetwork.make(network.loadBalancer, "alb", { internal: true, subnets });
      const behind = await privateNetwork.make(network.targetGroup, "behind", {
        port: 8080,
        protocol: "HTTP",
        targetType: "ip",
        vpcId: privateNetwork.vpc.id,
      });
      const front = await privateNetwork.make(network.listener, "front", {
        loadBalancerArn: alb.id,
        port: 80,
        defaultActions: [{ type: "forward", targetGroupArn: behind.id }],
      });
      const unserved = () => served()?.loadBalancers[alb.id]?.listeners[0]?.unserved;
      await httpApi(httpDocument({ link: privateNetwork.link, listener: front }));
      assert.equal(unserved(), undefined);
      const rule = await privateNetwork.make(network.listenerRule, "rule", {
        listenerArn: front.id,
        actions: [{ type: "forward", targetGroupArn: behind.id }],
        conditions: [{ pathPattern: { values: ["/a"] } }],
      });
      assert.equal(unserved(), "listener rules");
      await aws.delete(rule);
      assert.equal(unserved(), undefined);
      const fixedResponse = { contentType: "text/plain", statusCode: "200" };
      const actions = { defaultActions: [{ type: "fixed-response", fixedResponse }] };
      await aws.update(front, { ...front.inputs, ...actions });
      assert.equal(unserved(), "the action fixed-response");
      await aws.update(front, { ...front.inputs, routingHttpResponseServerEnabled: true });
      assert.equal(unserved(), "attributes that change headers");
      await aws.update(front, front.inputs);
      const unservedGroup = () => served()?.targetGroups[behind.id]?.unserved;
      await aws.update(behind, { ...behind.inputs, stickiness: { type: "lb_cookie" } });
      assert.equal(unservedGroup(), "sticky sessions");
      await aws.update(behind, { ...behind.inputs, stickiness: { type: "lb_cookie", enabled: false } });
      assert.equal(unservedGroup(), undefined);
      await aws.update(behind, { ...behind.inputs, protocolVersion: "GRPC" });
      assert.equal(unservedGroup(), "the protocol version GRPC");
    });

    it("of a Network Load Balancer can only forward", async () => {
      const fixed = [{ type: "fixed-response", fixedResponse: { contentType: "text/plain", statusCode: "200" } }];
      await assert.rejects(
        listen({ defaultActions: fixed }),
        /Action type 'fixed-response' is not valid for TCP listeners$/,
      );
      await assert.rejects(
        privateNetwork.make(network.listenerRule, "rule", {
          listenerArn: privateNetwork.listener.id,
          actions: fixed,
          conditions: [],
        }),
        /OperationNotPermitted: Rules are unsupported for Network Load Balancer listeners$/,
      );
    });

    it("is deleted with its load balancer and blocks the deletion of its target group", async () => {
      await assert.rejects(
        aws.delete(privateNetwork.group),
        /ResourceInUse: Target group '.*' is currently in use by a listener or a rule$/,
      );
      await aws.delete(privateNetwork.balancer);
      assert.equal(await aws.read(privateNetwork.listener), undefined);
      await aws.delete(privateNetwork.group);
      assert.equal(await aws.read(privateNetwork.group), undefined);
    });
  });

  it("refuse load balancers and target groups that the provider refuses", async () => {
    const check = async (type: string, inputs: Properties) => (await aws.check(type, "x", inputs)).failures;
    assert.deepEqual(await check(network.loadBalancer, { name: "-a", loadBalancerType: "classic" }), [
      'name: invalid value for name (cannot begin or end with a hyphen), got "-a"',
      'loadBalancerType: expected loadBalancerType to be one of application, gateway, network, got "classic"',
      'subnets: "subnets": one of `subnet_mapping,subnets` must be specified',
    ]);
    assert.deepEqual(await check(network.targetGroup, { name: "a".repeat(33), targetType: "ip", protocol: "TCP" }), [
      "name: expected length of name to be in the range (1 - 32), got 33",
      'port: "port": required when "target_type" is "ip"',
      'vpcId: "vpcId": required when "target_type" is "ip"',
    ]);
    const healthCheck = { protocol: "TCP", path: "/health" };
    assert.deepEqual(await check(network.targetGroup, { port: 1, protocol: "HTTP", vpcId: "vpc-1", healthCheck }), [
      'healthCheck.path: "health_check[0].path" cannot be specified when "protocol" is "TCP".',
      'healthCheck.protocol: "health_check[0].protocol" cannot have value "TCP" when "protocol" is "HTTP".',
    ]);
    await assert.rejects(
      privateNetwork.make(network.loadBalancer, "alb", { subnets: [privateNetwork.subnet.id] }),
      /At least two subnets in two different Availability Zones must be specified$/,
    );
    const named = { name: "twin", loadBalancerType: "network", subnets: [privateNetwork.subnet.id] };
    await privateNetwork.make(network.loadBalancer, "one", named);
    await assert.rejects(
      privateNetwork.make(network.loadBalancer, "two", named),
      /^Error: ELBv2 Load Balancer \(twin\) already exists$/,
    );
    const keptBalancer = await privateNetwork.make(network.loadBalancer, "kept", {
      ...named,
      name: "kept",
      enableDeletionProtection: true,
    });
    await assert.rejects(
      aws.delete(keptBalancer),
      /OperationNotPermitted: Load balancer '.*' cannot be deleted because deletion/,
    );
  });

  it("contain the services of Cloud Map and their instances", async () => {
    const namespace = await privateNetwork.make(network.namespace, "namespace", { name: "internal" });
    assert.match(namespace.id, /^ns-[a-z0-9]{16}$/);
    const service = await privateNetwork.make(network.service, "service", { name: "erp", namespaceId: namespace.id });
    assert.match(service.id, /^srv-[a-z0-9]{16}$/);
    const arn = `arn:aws:servicediscovery:eu-central-1:000000000000:service/${service.id}`;
    assert.equal(service.outputs.arn, arn);
    await httpApi(httpDocument(privateNetwork, { uri: `${arn}?stage=beta` }));
    const attributes = { AWS_INSTANCE_IPV4: "10.20.0.5", AWS_INSTANCE_PORT: "8080", stage: "beta" };
    const instance = await privateNetwork.make(network.instance, "instance", {
      serviceId: service.id,
      instanceId: "a",
      attributes,
    });
    assert.deepEqual(served()?.services, { [arn]: { name: "erp", instances: [{ id: "a", attributes }] } });
    assert.deepEqual(await aws.read(instance), instance);
    assert.deepEqual((await aws.import(network.instance, "i", `${service.id}/a`))?.outputs, instance.outputs);
    await assert.rejects(aws.delete(service), /ResourceInUse: Service contains registered instances/);
    await aws.delete(instance);
    assert.deepEqual(served()?.services[arn]?.instances, []);
    await assert.rejects(
      privateNetwork.make(network.instance, "lost", { serviceId: "srv-none", instanceId: "a", attributes }),
      /ServiceNotFound: Service not found: srv-none$/,
    );
  });

  it("replace a Cloud Map service whose DNS or health check changes its kind, and a namespace with another name", async () => {
    const http = await privateNetwork.make(network.namespace, "http", { name: "a", description: "one" });
    assert.deepEqual(await aws.diff(http, { name: "a", description: "two" }), { description: "update-replace" });
    const dns = await aws.create(network.dnsNamespace, "dns", { name: "a.internal", vpc: "vpc-a", description: "one" });
    assert.deepEqual(await aws.diff(dns, { ...dns.inputs, description: "two" }), { description: "update" });
    assert.deepEqual(await aws.diff(dns, { ...dns.inputs, vpc: "vpc-b" }), { vpc: "update-replace" });

    const dnsConfig = { namespaceId: dns.id, dnsRecords: [{ ttl: 10, type: "A" }] };
    const healthCheckConfig = { resourcePath: "/health" };
    const service = await privateNetwork.make(network.service, "dns-service", {
      name: "a",
      dnsConfig,
      healthCheckConfig,
    });
    const changes = async (inputs: Parameters<typeof withoutUndefined>[0]) => {
      const news = withoutUndefined({ ...service.inputs, ...inputs });
      return aws.diff(service, (await aws.check(network.service, "erp-dns-service", news)).inputs);
    };
    assert.deepEqual(await changes({ dnsConfig }), {});
    assert.deepEqual(await changes({ dnsConfig: { ...dnsConfig, dnsRecords: [{ ttl: 20, type: "A" }] } }), {
      "dnsConfig.dnsRecords[0].ttl": "update",
    });
    assert.deepEqual(await changes({ dnsConfig: { ...dnsConfig, dnsRecords: [{ ttl: 10, type: "AAAA" }] } }), {
      "dnsConfig.dnsRecords[0].type": "update-replace",
    });
    assert.deepEqual(
      await changes({ dnsConfig: { ...dnsConfig, dnsRecords: [...dnsConfig.dnsRecords, { ttl: 10, type: "AAAA" }] } }),
      { "dnsConfig.dnsRecords[1]": "add-replace" },
    );
    assert.deepEqual(await changes({ dnsConfig: { ...dnsConfig, namespaceId: UNKNOWN } }), {
      "dnsConfig.namespaceId": "update-replace",
    });
    assert.deepEqual(await changes({ dnsConfig: { ...dnsConfig, routingPolicy: "WEIGHTED" } }), {
      "dnsConfig.routingPolicy": "update-replace",
    });
    assert.deepEqual(await changes({ dnsConfig: undefined }), { dnsConfig: "delete-replace" });
    assert.deepEqual(await changes({ healthCheckConfig: { ...healthCheckConfig, type: "HTTP" } }), {
      "healthCheckConfig.type": "add-replace",
    });
    assert.deepEqual(await changes({ healthCheckConfig: undefined }), { healthCheckConfig: "delete" });
  });

  describe("a connection to the premises", () => {
    const gateway = (inputs: Properties = {}) =>
      privateNetwork.make(network.customerGateway, "cgw", {
        bgpAsn: "65010",
        ipAddress: "198.51.100.7",
        type: "ipsec.1",
        ...inputs,
      });

    it("has constant tunnels and an attachment to its transit gateway", async () => {
      const customer = await gateway();
      assert.match(customer.id, /^cgw-[0-9a-f]{17}$/);
      const transit = await privateNetwork.make(network.transitGateway, "tgw", {});
      assert.match(transit.id, /^tgw-[0-9a-f]{17}$/);
      assert.match(String(transit.outputs.associationDefaultRouteTableId), /^tgw-rtb-[0-9a-f]{17}$/);
      const vpn = await privateNetwork.make(network.vpnConnection, "vpn", {
        customerGatewayId: customer.id,
        transitGatewayId: transit.id,
        type: "ipsec.1",
        staticRoutesOnly: true,
      });
      assert.match(vpn.id, /^vpn-[0-9a-f]{17}$/);
      assert.equal(vpn.outputs.arn, `arn:aws:ec2:eu-central-1:000000000000:vpn-connection/${vpn.id}`);
      assert.match(String(vpn.outputs.transitGatewayAttachmentId), /^tgw-attach-[0-9a-f]{17}$/);
      for (const number of [1, 2]) {
        assert.match(String(vpn.outputs[`tunnel${number}Address`]), /^203\.0\.113\.\d+$/);
        assert.match(String(vpn.outputs[`tunnel${number}PresharedKey`]), /^s[0-9a-f]{31}$/);
      }
      assert.notEqual(vpn.outputs.tunnel1Address, vpn.outputs.tunnel2Address);
      assert.notEqual(vpn.outputs.tunnel1PresharedKey, vpn.outputs.tunnel2PresharedKey);
      assert.deepEqual(await aws.read(vpn), vpn);
      assert.deepEqual(await aws.diff(vpn, { ...vpn.inputs, staticRoutesOnly: false }), {
        staticRoutesOnly: "update-replace",
      });
      const route = await privateNetwork.make(network.transitRoute, "route", {
        destinationCidrBlock: "10.20.0.0/16",
        transitGatewayAttachmentId: vpn.outputs.transitGatewayAttachmentId ?? null,
        transitGatewayRouteTableId: transit.outputs.associationDefaultRouteTableId ?? null,
      });
      assert.equal(route.id, `${transit.outputs.associationDefaultRouteTableId}_10.20.0.0/16`);
      const attachment = await privateNetwork.make(network.vpcAttachment, "attachment", {
        subnetIds: [privateNetwork.subnet.id],
        transitGatewayId: transit.id,
        vpcId: privateNetwork.vpc.id,
      });
      assert.match(attachment.id, /^tgw-attach-[0-9a-f]{17}$/);
      await assert.rejects(
        aws.delete(transit),
        new RegExp(`IncorrectState: ${transit.id} has non-deleted VPC Attachments: ${attachment.id}.$`),
      );
      await aws.delete(attachment);
      await assert.rejects(aws.delete(transit), /has non-deleted VPN Attachments: tgw-attach-/);
      await assert.rejects(aws.delete(customer), /IncorrectState: The customer gateway is in use.$/);
      await assert.rejects(
        privateNetwork.make(network.vpnRoute, "static", {
          destinationCidrBlock: "10.20.0.0/16",
          vpnConnectionId: vpn.id,
        }),
        /is of a transit gateway; put the route into its route table$/,
      );
      for (const each of [route, vpn, transit, customer]) await aws.delete(each);
    });

    it("has unique routes in a route table, imported by table and destination", async () => {
      const given = { routeTableId: "rtb-1", destinationCidrBlock: "10.20.0.0/16", transitGatewayId: "tgw-1" };
      const created = await privateNetwork.make(network.route, "route", given);
      await assert.rejects(
        privateNetwork.make(network.route, "again", given),
        /RouteAlreadyExists: The route identified by 10\.20\.0\.0\/16 already exists\.$/,
      );
      const found = await aws.import(network.route, "route", "rtb-1_10.20.0.0/16");
      assert.equal(found?.id, created.id);
      assert.deepEqual(found?.outputs, created.outputs);
      assert.equal(await aws.import(network.route, "route", "rtb-1_10.30.0.0/16"), undefined);
      const { failures } = await aws.check(network.route, "none", { routeTableId: "rtb-1" });
      assert.deepEqual(failures, ["destinationCidrBlock: exactly one destination must be specified"]);
      await aws.delete(created);
      assert.equal(await aws.read(created), undefined);
    });

    it("has static routes for a virtual private gateway", async () => {
      const [customer, own] = [
        await gateway(),
        await privateNetwork.make(network.vpnGateway, "vgw", { vpcId: privateNetwork.vpc.id }),
      ];
      assert.match(own.id, /^vgw-[0-9a-f]{17}$/);
      const vpn = await privateNetwork.make(network.vpnConnection, "vpn", {
        customerGatewayId: customer.id,
        vpnGatewayId: own.id,
        type: "ipsec.1",
        staticRoutesOnly: true,
      });
      assert.equal(vpn.outputs.transitGatewayAttachmentId, "");
      const route = await privateNetwork.make(network.vpnRoute, "route", {
        destinationCidrBlock: "10.20.0.0/16",
        vpnConnectionId: vpn.id,
      });
      assert.equal(route.id, `10.20.0.0/16:${vpn.id}`);
      const propagated = { routeTableId: "rtb-1", vpnGatewayId: own.id };
      const propagation = await privateNetwork.make(network.propagation, "propagation", propagated);
      assert.equal(propagation.id, `${own.id}_rtb-1`);
      assert.deepEqual((await privateNetwork.make(network.propagation, "again", propagated)).id, propagation.id);
      await assert.rejects(aws.delete(own), /IncorrectState: The vpnGateway ID 'vgw-[0-9a-f]+' has VPN connections.$/);
    });

    it("refuses invalid types, addresses and keys, and two gateways", async () => {
      await assert.rejects(gateway({ type: "ipsec.2" }), /type: expected type to be one of ipsec.1/);
      await assert.rejects(
        gateway({ ipAddress: "erp" }),
        /ipAddress: expected ipAddress to contain a valid IPv4 address/,
      );
      const { failures } = await aws.check(network.vpnConnection, "vpn", {
        customerGatewayId: "cgw-1",
        type: "ipsec.1",
        transitGatewayId: "tgw-1",
        vpnGatewayId: "vgw-1",
        tunnel1PresharedKey: "0secret-secret",
      });
      assert.deepEqual(failures, [
        'transitGatewayId: "transit_gateway_id": conflicts with vpn_gateway_id',
        "tunnel1PresharedKey: must have 8 to 64 letters, digits, periods and underscores, and not begin with 0",
      ]);
    });
  });

  it("pass the rules of security groups to the data plane, however they are declared", async () => {
    const everywhere = { protocol: "-1", fromPort: 0, toPort: 0, cidrBlocks: ["0.0.0.0/0"] };
    const inline = await privateNetwork.make(network.securityGroup, "inline", {
      vpcId: privateNetwork.vpc.id,
      egress: [everywhere],
    });
    const bare = await privateNetwork.make(network.securityGroup, "bare", { vpcId: privateNetwork.vpc.id });
    const link = await privateNetwork.make(network.vpcLink, "guarded", {
      subnetIds: [privateNetwork.subnet.id],
      securityGroupIds: [inline.id, bare.id, "sg-0123456789abcdef0"],
    });
    await httpApi(httpDocument({ link, listener: privateNetwork.listener }));
    const groups = () => served()?.securityGroups;
    const all = { protocol: "-1", fromPort: 0, toPort: 0 };
    assert.deepEqual(groups(), {
      [inline.id]: { ingress: [], egress: [all] },
      [bare.id]: { ingress: [], egress: [] },
    });
    const rule = await privateNetwork.make("aws:ec2/securityGroupRule:SecurityGroupRule", "rule", {
      type: "egress",
      securityGroupId: bare.id,
      protocol: "TCP",
      fromPort: 80,
      toPort: 81,
      sourceSecurityGroupId: inline.id,
      self: true,
    });
    assert.match(rule.id, /^sgrule-[0-9a-f]{10}$/);
    const egress = await privateNetwork.make("aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule", "egress", {
      securityGroupId: bare.id,
      ipProtocol: "tcp",
      fromPort: 443,
      toPort: 443,
      cidrIpv4: "10.0.0.0/16",
    });
    assert.match(egress.id, /^sgr-[0-9a-f]{17}$/);
    assert.equal(egress.outputs.arn, `arn:aws:ec2:eu-central-1:000000000000:security-group-rule/${egress.id}`);
    await privateNetwork.make("aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule", "ingress", {
      securityGroupId: bare.id,
      ipProtocol: "-1",
      referencedSecurityGroupId: inline.id,
    });
    const web = { protocol: "tcp", fromPort: 80, toPort: 81 };
    assert.deepEqual(groups()?.[bare.id], {
      ingress: [{ ...all, group: inline.id }],
      egress: [
        { ...web, group: inline.id },
        { ...web, group: bare.id },
        { protocol: "tcp", fromPort: 443, toPort: 443 },
      ],
    });
    await aws.delete(rule);
    assert.equal(groups()?.[bare.id]?.egress.length, 1);
    await assert.rejects(
      privateNetwork.make("aws:ec2/securityGroupRule:SecurityGroupRule", "none", {
        ...rule.inputs,
        sourceSecurityGroupId: null,
        self: false,
      }),
      /One of \['cidr_blocks', .*\] must be set to create an AWS Security Group Rule$/,
    );
    const { failures } = await aws.check("aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule", "x", {
      securityGroupId: bare.id,
      ipProtocol: "-1",
    });
    assert.deepEqual(failures, [
      "cidrIpv4: exactly one (and only one) of [cidrIpv4,cidrIpv6,prefixListId,referencedSecurityGroupId] must be specified",
    ]);
  });

  it("refuse to delete a security group that a link or a load balancer uses", async () => {
    const guard = await privateNetwork.make(network.securityGroup, "guard", { vpcId: privateNetwork.vpc.id });
    assert.match(guard.id, /^sg-[0-9a-f]{17}$/);
    assert.match(String(guard.outputs.name), /^erp-guard-[0-9a-f]{7}$/);
    assert.equal(guard.outputs.arn, `arn:aws:ec2:eu-central-1:000000000000:security-group/${guard.id}`);
    const link = await privateNetwork.make(network.vpcLink, "guarded", {
      subnetIds: [privateNetwork.subnet.id],
      securityGroupIds: [guard.id],
    });
    await assert.rejects(aws.delete(guard), /DependencyViolation: resource sg-[0-9a-f]+ has a dependent object$/);
    await aws.delete(link);
    await aws.delete(guard);
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
