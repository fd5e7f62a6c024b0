import assert from "node:assert/strict";
import type { Properties } from "../../../../sandbox/control-plane/property-value.ts";
import {
  httpDocument,
  network,
  PrivateNetwork,
  servedNetwork,
} from "../../../support/sandbox/control-plane/aws/private-network.ts";
import { restCloud } from "../../../support/sandbox/control-plane/aws/rest-cloud.ts";
import type { EngineStandIn, TestCloud } from "../../../support/sandbox/control-plane/engine-stand-in.ts";

const elb = "arn:aws:elasticloadbalancing:eu-central-1:000000000000";

describe("listeners and targets of the sandbox's aws provider", () => {
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
  const group = () => served()?.targetGroups[privateNetwork.group.id];

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
      await privateNetwork.httpApi();
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
      await privateNetwork.httpApi();
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
      await privateNetwork.httpApi(httpDocument({ link: privateNetwork.link, listener }));
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
      await privateNetwork.httpApi(httpDocument({ link: privateNetwork.link, listener: front }));
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
});
