import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Properties } from "../../sandbox/control-plane/property-value.ts";
import { type Sandbox, startSandbox } from "../../sandbox/index.ts";
import { httpDocument, PrivateNetwork } from "../support/sandbox/control-plane/aws/private-network.ts";
import { integration, restDocument, types } from "../support/sandbox/control-plane/aws/rest-cloud.ts";
import { EngineStandIn } from "../support/sandbox/control-plane/engine-stand-in.ts";
import { TestBackend } from "../support/sandbox/data-plane/test-data-plane.ts";

const apiType = "aws:apigatewayv2/api:Api";
const stageType = "aws:apigatewayv2/stage:Stage";

describe("a private network in the sandbox", function () {
  this.timeout(60_000);
  let dir: string;
  let sandbox: Sandbox;
  let aws: EngineStandIn;
  let network: PrivateNetwork;
  const erp = new TestBackend();

  before(() => erp.web.start());
  after(() => erp.web.close());
  beforeEach(async () => {
    dir = mkdtempSync(join(tmpdir(), "polygate-private-"));
    await start();
    sandbox.mapHost("http://10.20.0.5:8080", erp.web.origin);
    network = await new PrivateNetwork(aws).declare();
  });
  afterEach(async () => {
    await stop();
    rmSync(dir, { recursive: true });
  });

  const start = async () => {
    sandbox = await startSandbox({ dir, env: {} });
    const [, port] = /aws:(\d+)/.exec(sandbox.environment.PULUMI_DEBUG_PROVIDERS ?? "") ?? [];
    aws = new EngineStandIn(Number(port));
    await aws.configure({ region: "eu-central-1" });
  };
  const stop = async () => {
    aws.close();
    await sandbox.close();
  };
  const fetchText = async (url: string) => {
    const response = await fetch(url);
    return [response.status, await response.text()] as const;
  };
  const httpApi = async (body: string) => {
    const api = await aws.create(apiType, "orders", { name: "orders", protocolType: "HTTP", version: "1", body });
    await aws.create(stageType, "live", { apiId: api.id, name: "$default", autoDeploy: true });
    return String(api.outputs.apiEndpoint);
  };
  const restApi = async (members: Properties) => {
    const body = restDocument(["GET /a"], {}, { [integration]: { type: "http_proxy", httpMethod: "ANY", ...members } });
    const api = await aws.create(types.api, "orders", { name: "orders", body });
    const deployment = await aws.create(types.deployment, "deployed", { restApi: api.id });
    const inputs = { restApi: api.id, deployment: deployment.id, stageName: "live" };
    return String((await aws.create(types.stage, "live", inputs)).outputs.invokeUrl);
  };
  const PASSED = [200, "from the backend"] as const;
  const DOWN = [503, '{"message":"Service Unavailable"}'] as const;

  it("is reached by an HTTP API through its link while a target is registered, also after a restart", async () => {
    const url = `${await httpApi(httpDocument(network))}/orders/7`;
    assert.deepEqual(await fetchText(url), DOWN);
    const target = await network.target();
    assert.deepEqual(await fetchText(url), PASSED);
    assert.equal(erp.last.url, "/orders/7");
    await stop();
    await start();
    assert.deepEqual(await fetchText(url), PASSED);
    await aws.delete(target);
    assert.deepEqual(await fetchText(url), DOWN);
  });

  it("is reached by a REST API through a link and a load balancer", async () => {
    await network.target();
    const url = await restApi({
      uri: "http://erp.internal/v1",
      connectionType: "VPC_LINK",
      connectionId: network.link.id,
      integrationTarget: network.balancer.id,
    });
    assert.deepEqual(await fetchText(`${url}/a`), PASSED);
    assert.deepEqual([erp.last.url, erp.last.headers.host], ["/v1", "erp.internal"]);
    await aws.delete(network.listener);
    assert.deepEqual(await fetchText(`${url}/a`), [500, '{"message": "Internal server error"}']);
  });

  it("is not reached without a link, although the host map contains its address", async () => {
    await network.target();
    const url = await restApi({ uri: "http://10.20.0.5:8080/v1" });
    assert.deepEqual(await fetchText(`${url}/a`), [504, '{"message": "Network error communicating with endpoint"}']);
  });

  it("rejects a change to a target group in use that the sandbox does not support, and serves the previous state", async () => {
    await network.target();
    const url = `${await httpApi(httpDocument(network))}/orders/7`;
    await assert.rejects(
      aws.update(network.group, { ...network.group.inputs, proxyProtocolV2: true }),
      /integration.uri: the target group arn:aws:.* has the proxy protocol, which the sandbox does not serve$/,
    );
    assert.deepEqual(await fetchText(url), PASSED);
  });
});
