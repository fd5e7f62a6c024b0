import assert from "node:assert/strict";
import { UnsupportedArtefact } from "../../../../../sandbox/data-plane/interpreter.ts";
import { type RestApiOptions, RestStand, to } from "../../../../support/sandbox/data-plane/aws/rest-api/service.ts";
import {
  BALANCER,
  LINK,
  LISTENER,
  type NetworkOptions,
  network,
} from "../../../../support/sandbox/data-plane/aws/shared/network/private-network.ts";
import { answer } from "../../../../support/sandbox/data-plane/test-data-plane.ts";

/** An operation with an integration through the VPC link V2. */
function through(members: object = {}): object {
  return to("/v1/{id}", {
    uri: "http://erp.internal/v1/{id}",
    connectionType: "VPC_LINK",
    connectionId: LINK,
    integrationTarget: BALANCER,
    ...members,
  });
}

const DOWN = [500, '{"message": "Internal server error"}'] as const;

describe("A private integration of an AWS REST API", () => {
  let stand: RestStand;

  beforeEach(async () => {
    stand = await new RestStand().start();
    stand.hosts.map("http://10.20.0.5:8080", stand.backend.web.origin);
  });
  afterEach(() => stand.close());

  const serve = (operation: object, options: NetworkOptions = {}, more: RestApiOptions = {}) =>
    stand.serve({ "/a/{id}": { get: operation } }, { network: network(options), ...more });
  const ask = (url: string) => answer(fetch(`${url}/a/1?b=2`));
  const isUp = async (url: string) => {
    assert.deepEqual(await ask(url), [200, "from the backend"]);
    assert.equal(stand.log.at(-1)?.decision, "proxied");
  };
  const isDown = async (url: string, reason: string) => {
    assert.deepEqual(await ask(url), DOWN);
    const line = stand.log.at(-1);
    assert.deepEqual([line?.decision, line?.reason, line?.backend], ["backend down", reason, false]);
    assert.equal(stand.backend.seen.length, 0);
  };

  it("reaches a target through the listener on the port of its uri, which also sets path and Host", async () => {
    await isUp(serve(through()));
    assert.equal(stand.backend.last.url, "/v1/1?b=2");
    assert.equal(stand.backend.last.headers.host, "erp.internal");
    assert.equal(stand.log.at(-1)?.reason, "to http://10.20.0.5:8080");
    await isUp(serve(through({ uri: "http://erp.internal:8081/v1/{id}" }), { listener: { port: 8081 } }));
    assert.equal(stand.backend.last.headers.host, "erp.internal:8081");
  });

  it("reads its link from a stage variable", async () => {
    const connectionId = "$" + "{stageVariables.link}";
    const stage = (link: string) => ({ stage: { variables: { link } } });
    await isUp(serve(through({ connectionId }), {}, stage(LINK)));
    assert.deepEqual(await ask(serve(through({ connectionId }), {}, stage("other"))), DOWN);
    assert.equal(stand.log.at(-1)?.reason, "there is no VPC link other");
  });

  it("does not reach the same address over the internet, even if the host map contains it", async () => {
    const url = stand.serve({ "/a/{id}": { get: to("/{id}", { uri: "http://10.20.0.5:8080/{id}" }) } });
    assert.deepEqual(await ask(url), [504, '{"message": "Network error communicating with endpoint"}']);
    assert.deepEqual(
      [stand.log.at(-1)?.decision, stand.log.at(-1)?.reason],
      ["backend down", "http://10.20.0.5:8080 is a private address, which only a VPC link can reach"],
    );
    assert.equal(stand.backend.seen.length, 0);
  });

  it("is down with a configuration error without its link, load balancer, listener or target", async () => {
    const led = `through the VPC link ${LINK}`;
    await isDown(serve(through(), { members: { vpcLinks: {} } }), `there is no VPC link ${LINK}`);
    await isDown(stand.serve({ "/a/{id}": { get: through() } }), `there is no VPC link ${LINK}`);
    await isDown(serve(through(), { link: { status: "INACTIVE" } }), `the VPC link ${LINK} is INACTIVE`);
    await isDown(serve(through(), { members: { loadBalancers: {} } }), `${led}: there is no load balancer ${BALANCER}`);
    await isDown(
      serve(through(), { listener: { port: 8080 } }),
      `${led}: the load balancer ${BALANCER} does not listen on port 80`,
    );
    const [group] = Object.keys(network().targetGroups);
    await isDown(serve(through(), { group: { targets: [] } }), `${led}: the target group ${group} has no targets`);
  });

  it("is down when nothing listens at the target, and responds with 504 when it is too slow", async () => {
    const { port } = stand.backend.web;
    await stand.backend.web.close();
    assert.deepEqual(await ask(serve(through())), DOWN);
    stand.backend.answer = () => {};
    await stand.backend.web.start(port);
    assert.deepEqual(await ask(serve(through({ timeoutInMillis: 50 }))), [
      504,
      '{"message": "Endpoint request timed out"}',
    ]);
  });

  it("uses TLS for an https uri, with a certificate that must cover its host", async () => {
    stand.hosts.map("https://10.20.0.5:8080", stand.backend.web.origin);
    const uri = "https://erp.example.com/v1/{id}";
    await isUp(serve(through({ uri }), { listener: { port: 443 } }));
    assert.equal(stand.log.at(-1)?.reason, "to https://10.20.0.5:8080");
    assert.equal(stand.backend.last.headers.host, "erp.example.com");
    const listener = { port: 443, protocol: "TLS", certificateNames: ["*.example.com"] } as const;
    await isUp(serve(through({ uri }), { listener }));
    assert.equal(stand.log.at(-1)?.reason, "to http://10.20.0.5:8080");
    stand.backend.seen.length = 0;
    await isDown(
      serve(through({ uri: "https://erp.internal/v1/{id}", tlsConfig: { insecureSkipVerification: true } }), {
        listener,
      }),
      `through the VPC link ${LINK}: the certificate of the listener ${LISTENER} covers *.example.com, not erp.internal`,
    );
    await isDown(
      serve(through({ uri: "http://erp.example.com:443/v1/{id}" }), { listener }),
      `through the VPC link ${LINK}: the listener ${LISTENER} requires TLS, which the integration does not use`,
    );
  });

  it("is refused, with the place, when the artefacts contain what the sandbox does not serve", () => {
    const here = "paths./a/{id}.get.x-amazon-apigateway-integration";
    const refused = (place: string, problem: RegExp, members: object, options: NetworkOptions = {}) =>
      assert.throws(
        () => serve(through(members), options),
        (error) => {
          assert(error instanceof UnsupportedArtefact);
          assert.equal(error.place, `${here}.${place}`);
          assert.match(error.message, problem);
          return true;
        },
      );
    refused("integrationTarget", /does not serve VPC links V1, which need none/, { integrationTarget: undefined });
    refused("integrationTarget", /the ARN of a load balancer/, { integrationTarget: LISTENER });
    refused("connectionId", /must be a text, is missing/, { connectionId: undefined });
    refused("connectionId", /the stage has no variable link/, { connectionId: "$" + "{stageVariables.link}" });
    refused("tlsConfig.serverNameToVerify", /the sandbox does not support this member/, {
      tlsConfig: { serverNameToVerify: "a" },
    });
    refused("connectionId", /the sandbox does not support this member/, { connectionType: "INTERNET" });
    refused("integrationTarget", /has listener rules, which/, {}, { listener: { unserved: "listener rules" } });
  });
});
