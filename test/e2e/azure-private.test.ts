import assert from "node:assert/strict";
import type { RequestLog } from "../../sandbox/index.ts";
import { Deployment } from "../support/e2e/deployment.ts";
import { type RecordingBackend, startRecordingBackend } from "../support/e2e/recording-backend.ts";

// The tests share one stack: each continues where the previous one ended.
describe("AzureOnPremLink and AzureApiManagementService, deployed by the real engine", function () {
  this.timeout(600_000);
  let deployment: Deployment;
  let backend: RecordingBackend;
  let url: string;
  const log: RequestLog[] = [];

  before(async () => {
    backend = await startRecordingBackend();
    // Only the address of the server on premises is mapped. Its name is in a private zone.
    const hosts = { "https://10.20.0.5:8443": backend.url, "https://catalog.example.com": backend.url };
    const options = { hosts, oneProgramProcess: true, log: (line: RequestLog) => log.push(line) };
    deployment = await Deployment.start("azure-private", "azure-private", options);
  });

  after(async () => {
    await deployment?.stop();
    backend?.close();
  });

  /** The statuses of the private and of the public backend, and why the first of them is not 201. */
  async function answers(): Promise<readonly [number, number, string]> {
    const statuses = [];
    for (const path of ["/orders/7", "/items"]) {
      const answer = await fetch(`${url}${path}`);
      await answer.arrayBuffer();
      statuses.push(answer.status);
    }
    const [erp = 0, catalog = 0] = statuses;
    const line = log.findLast(({ path }) => path.endsWith("/orders/7"));
    return [erp, catalog, erp === 201 ? "" : (line?.reason ?? "")];
  }

  it("tells at preview what takes long", async () => {
    const output = await deployment.pulumi("preview");
    assert.match(output, /A new API Management service is created, which takes 30 to 45 minutes/);
    assert.match(output, /A new VPN gateway is created, which takes up to 45 minutes/);
  });

  it("reaches the server on premises by its name, with the path and the host of the URL", async () => {
    await deployment.pulumi("up", "--yes", "--skip-preview");
    url = String((await deployment.outputs()).url);
    assert.deepEqual(await answers(), [201, 201, ""]);
    const seen = backend.seen.map(({ method, url: path, host }) => `${method} ${host}${path}`);
    assert.deepEqual(seen, ["GET erp.example.com:8443/base/v1/7", "GET catalog.example.com/items"]);
  });

  it("has stable URNs", async () => {
    const urns = (await deployment.resources()).map(({ urn }) => urn).filter((urn) => urn.includes("polygate:index"));
    const names = urns.map((urn) => urn.replace(/^urn:pulumi:dev::azure-private::(?:polygate:index:)?/, ""));
    assert.deepEqual(names.toSorted(), [
      "AzureApiManagementApi$azure-native:apimanagement:Api::orders-api",
      "AzureApiManagementApi$azure-native:apimanagement:ApiPolicy::orders-policy",
      "AzureApiManagementApi$azure-native:apimanagement:Backend::orders-backend-erp",
      "AzureApiManagementApi::orders",
      "AzureApiManagementService$azure-native:apimanagement:ApiManagementService::shop-service",
      "AzureApiManagementService$azure-native:network:NetworkSecurityGroup::shop-security-group",
      "AzureApiManagementService$azure-native:network:Subnet::shop-subnet",
      "AzureApiManagementService::shop",
      "AzureOnPremLink$azure-native:network:LocalNetworkGateway::erp-link-site",
      "AzureOnPremLink$azure-native:network:PublicIPAddress::erp-link-gateway-ip",
      "AzureOnPremLink$azure-native:network:Subnet::erp-link-gateway-subnet",
      "AzureOnPremLink$azure-native:network:VirtualNetwork::erp-link-virtual-network",
      "AzureOnPremLink$azure-native:network:VirtualNetworkGateway::erp-link-gateway",
      "AzureOnPremLink$azure-native:network:VirtualNetworkGatewayConnection::erp-link-connection",
      "AzureOnPremLink$azure-native:privatedns:PrivateRecordSet::erp-link-record-erp.example.com",
      "AzureOnPremLink$azure-native:privatedns:PrivateZone::erp-link-zone-erp.example.com",
      "AzureOnPremLink$azure-native:privatedns:VirtualNetworkLink::erp-link-zone-link-erp.example.com",
      "AzureOnPremLink::erp-link",
    ]);
  });

  it("serves a private backend only after the authentication of the route", async () => {
    const refused = await fetch(`${url}/orders`, { method: "POST" });
    await refused.arrayBuffer();
    const headers = { authorization: `Bearer ${await deployment.sandbox.mintToken({ audience: "orders" })}` };
    const accepted = await fetch(`${url}/orders`, { method: "POST", headers, body: "{}" });
    await accepted.arrayBuffer();
    assert.deepEqual([refused.status, accepted.status], [401, 201]);
  });

  it("outputs a link and a service of strings that another stack can use, and keeps the shared key secret", async () => {
    const { link, service, deviceConfiguration, gatewayAddresses } = await deployment.outputs();
    assert.deepEqual(Object.keys(link as object).toSorted(), ["kind", "location", "virtualNetworkId"]);
    const members = ["gatewayUrl", "location", "resourceGroupName", "serviceName", "sku", "subnetId"];
    assert.deepEqual(Object.keys(service as object).toSorted(), members);
    for (const value of Object.values({ ...(link as object), ...(service as object) }))
      assert.equal(typeof value, "string");
    assert.match(String(gatewayAddresses), /^203\.0\.113\.\d+$/);
    assert.ok(
      Object.hasOwn(deviceConfiguration as object, "ciphertext"),
      "the device's configuration is not encrypted",
    );
    const state = JSON.stringify(await deployment.resources());
    assert.doesNotMatch(state, /"sharedKey":"first"/);
  });

  it("shows no changes at a second preview and refresh", async () => {
    await deployment.pulumi("preview", "--expect-no-changes");
    await deployment.pulumi("refresh", "--yes", "--skip-preview", "--expect-no-changes");
  });

  it("replaces the connection for a new shared key, which Azure would ignore in an update", async () => {
    const output = await deployment.pulumiIn({ KEY: "second" }, "up", "--yes", "--skip-preview");
    assert.match(output, /1 replaced/);
    assert.deepEqual(await answers(), [201, 201, ""]);
  });

  it("tells at preview that a change of the service takes long and stops a Developer's gateway", async () => {
    const output = await deployment.pulumiIn({ KEY: "second", HTTP2: "yes" }, "preview");
    assert.match(output, /A change of customProperties takes 15 to 45 minutes.*serves no requests in that time/s);
  });

  it("tells at preview that a name on premises may be unknown to the service", async () => {
    const output = await deployment.pulumiIn({ KEY: "second", WITHOUT: "name" }, "preview");
    assert.match(output, /Azure's resolver knows public names only/);
  });

  it("fails on the private backend alone while its address is in no prefix of the site", async () => {
    await deployment.pulumiIn({ KEY: "second", PREFIX: "10.30.0.0/16" }, "up", "--yes", "--skip-preview");
    const [erp, catalog, reason] = await answers();
    assert.deepEqual([erp, catalog], [500, 201]);
    assert.match(reason, /10\.20\.0\.5 is in no prefix of the local network gateways behind erp-link-connection/);
  });

  it("fails on the private backend alone without the connection, and recovers with it", async () => {
    await deployment.pulumiIn({ KEY: "second", WITHOUT: "vpn" }, "up", "--yes", "--skip-preview");
    const [erp, catalog, reason] = await answers();
    assert.deepEqual([erp, catalog], [500, 201]);
    assert.match(reason, /no connection leads from the virtual network to 10\.20\.0\.5/);
    await deployment.pulumiIn({ KEY: "second" }, "up", "--yes", "--skip-preview");
    assert.deepEqual(await answers(), [201, 201, ""]);
  });

  it("leaves no endpoint after it is destroyed", async () => {
    await deployment.pulumi("destroy", "--yes", "--skip-preview");
    assert.deepEqual(deployment.sandbox.endpoints(), []);
  });
});
