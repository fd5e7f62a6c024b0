import assert from "node:assert/strict";
import { UNKNOWN, withoutUndefined } from "../../../../sandbox/control-plane/property-value.ts";
import {
  httpDocument,
  network,
  PrivateNetwork,
  servedNetwork,
} from "../../../support/sandbox/control-plane/aws/private-network.ts";
import { restCloud } from "../../../support/sandbox/control-plane/aws/rest-cloud.ts";
import type { EngineStandIn, TestCloud } from "../../../support/sandbox/control-plane/engine-stand-in.ts";

describe("Cloud Map of the sandbox's aws provider", () => {
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

  it("contain the services of Cloud Map and their instances", async () => {
    const namespace = await privateNetwork.make(network.namespace, "namespace", { name: "internal" });
    assert.match(namespace.id, /^ns-[a-z0-9]{16}$/);
    const service = await privateNetwork.make(network.service, "service", { name: "erp", namespaceId: namespace.id });
    assert.match(service.id, /^srv-[a-z0-9]{16}$/);
    const arn = `arn:aws:servicediscovery:eu-central-1:000000000000:service/${service.id}`;
    assert.equal(service.outputs.arn, arn);
    await privateNetwork.httpApi(httpDocument(privateNetwork, { uri: `${arn}?stage=beta` }));
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
});
