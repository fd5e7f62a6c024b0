import assert from "node:assert/strict";
import type { AwsNetwork } from "../../../../../sandbox/data-plane/aws/artefacts/network.ts";
import { UnsupportedArtefact } from "../../../../../sandbox/data-plane/interpreter.ts";
import {
  BALANCER,
  GROUP,
  LINK,
  LISTENER,
  type NetworkOptions,
  network,
  SERVICE,
} from "../../../../support/sandbox/data-plane/aws/shared/network/private-network.ts";
import {
  type HttpApiOptions,
  httpApi,
  TestBackend,
  TestDataPlane,
  to,
} from "../../../../support/sandbox/data-plane/test-data-plane.ts";

/** An operation with an integration through the VPC link. */
function through(members: object = {}): object {
  return to("", { uri: LISTENER, connectionType: "VPC_LINK", connectionId: LINK, ...members });
}

const SECURED = { tlsConfig: { serverNameToVerify: "erp.example.com" } };
const DOWN = [503, '{"message":"Service Unavailable"}'] as const;

describe("A private integration of an AWS HTTP API", () => {
  let stand: TestDataPlane;

  beforeEach(async () => {
    stand = await new TestDataPlane().start();
    stand.hosts.map("http://10.20.0.5:8080", stand.backend.web.origin);
  });
  afterEach(() => stand.close());

  const serve = (operation: object, options: NetworkOptions = {}, more: HttpApiOptions = {}) =>
    stand.serve({ "/a/{id}": { get: operation } }, { network: network(options), ...more });
  const ask = async (url: string) => {
    const response = await fetch(`${url}/a/1?b=2`);
    return [response.status, await response.text()] as const;
  };
  const isDown = async (url: string, reason: string) => {
    assert.deepEqual(await ask(url), DOWN);
    const line = stand.log.at(-1);
    assert.deepEqual([line?.decision, line?.reason, line?.backend], ["backend down", reason, false]);
    assert.equal(stand.backend.seen.length, 0);
  };
  const isUp = async (url: string) => {
    assert.deepEqual(await ask(url), [200, "from the backend"]);
    assert.equal(stand.log.at(-1)?.decision, "proxied");
  };

  it("reaches an on-premises target through the link, the listener and the target group over plain HTTP", async () => {
    await isUp(await serve(through()));
    assert.equal(stand.backend.last.url, "/a/1?b=2");
    assert.equal(stand.log.at(-1)?.reason, "to http://10.20.0.5:8080");
  });

  it("keeps the client's Host unless a mapping sets another", async () => {
    const url = await serve(through());
    await isUp(url);
    assert.equal(stand.backend.last.headers.host, new URL(url).host);
    await isUp(await serve(through({ requestParameters: { "overwrite:header.host": "erp.example.com" } })));
    assert.equal(stand.backend.last.headers.host, "erp.example.com");
  });

  it("sends the name of the stage in the path unless a mapping overwrites it", async () => {
    const stage = { name: "prod" };
    await isUp(`${await serve(through(), {}, { stage })}/prod`);
    assert.equal(stand.backend.last.url, "/prod/a/1?b=2");
    const requestParameters = { "overwrite:path": "$request.path" };
    await isUp(`${await serve(through({ requestParameters }), {}, { stage })}/prod`);
    assert.equal(stand.backend.last.url, "/a/1?b=2");
  });

  it("does not reach the same address over the internet, even if the host map contains it", async () => {
    const url = await stand.serve({ "/a/{id}": { get: to("", { uri: "http://10.20.0.5:8080/a/{id}" }) } });
    await isDown(url, "http://10.20.0.5:8080 is a private address, which only a VPC link can reach");
  });

  it("does not reach an address that is not a target of the listener, even if the host map contains it", async () => {
    const target = { address: "10.20.0.6", port: 8080 };
    await isDown(
      await serve(through(), { group: { targets: [target] } }),
      "no host map entry for http://10.20.0.6:8080; add one with --host http://10.20.0.6:8080=http://127.0.0.1:PORT",
    );
  });

  it("is down without its link, listener, target group or target", async () => {
    await isDown(await serve(through(), { members: { vpcLinks: {} } }), `there is no VPC link ${LINK}`);
    await isDown(await stand.serve({ "/a/{id}": { get: through() } }), `there is no VPC link ${LINK}`);
    for (const status of ["PENDING", "DELETING", "FAILED", "INACTIVE"] as const) {
      await isDown(await serve(through(), { link: { status } }), `the VPC link ${LINK} is ${status}`);
    }
    const led = `through the VPC link ${LINK}`;
    await isDown(await serve(through(), { balancer: { listeners: [] } }), `${led}: there is no listener ${LISTENER}`);
    await isDown(
      await serve(through(), { members: { targetGroups: {} } }),
      `${led}: the listener ${LISTENER} of a network load balancer has no target group`,
    );
    await isDown(
      await serve(through(), { group: { targets: [] } }),
      `${led}: the target group ${GROUP} has no targets`,
    );
  });

  it("is down when nothing listens at the target", async () => {
    const url = await serve(through());
    await stand.backend.web.close();
    assert.deepEqual(await ask(url), DOWN);
    assert.match(stand.log.at(-1)?.reason ?? "", /ECONNREFUSED/);
    await stand.backend.web.start();
  });

  it("is refused when the target is too slow, like every backend", async () => {
    stand.backend.answer = () => {};
    const url = await serve(through({ timeoutInMillis: 50 }));
    assert.deepEqual(await ask(url), [504, '{"message":"Gateway Timeout"}']);
  });

  describe("with a server name to verify", () => {
    beforeEach(() => stand.hosts.map("https://10.20.0.5:8443", stand.backend.web.origin));
    const secure = { targets: [{ address: "10.20.0.5", port: 8443 }] };

    it("uses TLS with the target through a TCP listener", async () => {
      await isUp(await serve(through(SECURED), { group: secure }));
      assert.equal(stand.log.at(-1)?.reason, "to https://10.20.0.5:8443");
    });

    it("uses TLS with a listener whose certificate covers the name, and the group's protocol with the target", async () => {
      for (const certificateNames of [
        ["erp.example.com"],
        ["other.example.com", "*.example.com"],
        ["ERP.Example.com"],
      ]) {
        const listener = { protocol: "TLS", certificateNames } as const;
        await isUp(await serve(through(SECURED), { listener }));
        assert.equal(stand.log.at(-1)?.reason, "to http://10.20.0.5:8080");
        await isUp(await serve(through(SECURED), { listener, group: { ...secure, protocol: "TLS" } }));
        assert.equal(stand.log.at(-1)?.reason, "to https://10.20.0.5:8443");
      }
    });

    it("is down when the certificate covers another name", async () => {
      for (const [certificateNames, shown] of [
        [["example.com", "*.erp.example.com"], "example.com, *.erp.example.com"],
        [["*.com"], "*.com"],
        [[], "no name"],
      ] as const) {
        const listener = { protocol: "TLS", certificateNames } as const;
        await isDown(
          await serve(through(SECURED), { listener }),
          `through the VPC link ${LINK}: the certificate of the listener ${LISTENER} covers ${shown}, not erp.example.com`,
        );
      }
    });

    it("is down when only one side uses TLS", async () => {
      await isDown(
        await serve(through(), { listener: { protocol: "TLS", certificateNames: ["erp.example.com"] } }),
        `through the VPC link ${LINK}: the listener ${LISTENER} requires TLS, which the integration does not use`,
      );
      await isDown(
        await serve(through(SECURED), { balancer: { kind: "application" }, listener: { protocol: "HTTP" } }),
        `through the VPC link ${LINK}: the listener ${LISTENER} does not support TLS, which the integration uses`,
      );
    });
  });

  it("passes a network load balancer and the application load balancer behind it", async () => {
    const alb = BALANCER.replace("/net/", "/app/");
    const behind = `${GROUP}9`;
    const listeners = [
      { arn: LISTENER.replace("/net/", "/app/"), port: 80, protocol: "HTTP", targetGroup: behind },
    ] as const;
    const inner = network({ members: {} });
    const members = {
      loadBalancers: {
        ...inner.loadBalancers,
        [alb]: { kind: "application", scheme: "internal", dnsName: "internal-erp.elb.amazonaws.com", listeners },
      },
      targetGroups: {
        [GROUP]: { protocol: "TCP", targetType: "alb", targets: [{ address: alb, port: 80 }] },
        [behind]: { protocol: "HTTP", targetType: "ip", targets: [{ address: "10.20.0.5", port: 8080 }] },
      },
    } as const;
    await isUp(await serve(through(), { members }));
    stand.backend.seen.length = 0;
    await isDown(
      await serve(through(SECURED), { members }),
      `through the VPC link ${LINK}: the listener ${listeners[0].arn} does not support TLS, which the integration uses`,
    );
  });

  it("selects the targets in turn, and skips one that did not answer until its next health check", async () => {
    const second = new TestBackend();
    await second.web.start();
    stand.hosts.map("http://10.20.0.6:8080", second.web.origin);
    const targets = [
      { address: "10.20.0.5", port: 8080 },
      { address: "10.20.0.6", port: 8080 },
    ];
    const url = await serve(through(), { group: { targets, healthCheckSeconds: 30 } });
    const counts = () => [stand.backend.seen.length, second.seen.length];
    for (let request = 0; request < 4; request++) await isUp(url);
    assert.deepEqual(counts(), [2, 2]);
    const { port } = second.web;
    await second.web.close();
    await isUp(url);
    assert.deepEqual(await ask(url), DOWN);
    for (let request = 0; request < 4; request++) await isUp(url);
    assert.deepEqual(counts(), [7, 2]);
    await second.web.start(port);
    stand.ahead = 30_000;
    await isUp(url);
    await isUp(url);
    assert.deepEqual(counts(), [8, 3]);
    await second.web.close();
  });

  it("still selects the only target after it did not answer: load balancers fail open", async () => {
    const url = await serve(through(), { group: { healthCheckSeconds: 30 } });
    const { port } = stand.backend.web;
    await stand.backend.web.close();
    assert.deepEqual(await ask(url), DOWN);
    await stand.backend.web.start(port);
    await isUp(url);
  });

  describe("behind security groups", () => {
    const tcp = (fromPort: number, toPort = fromPort) => ({ protocol: "tcp", fromPort, toPort });
    const served = (securityGroups: AwsNetwork["securityGroups"]) =>
      serve(through(), {
        link: { securityGroupIds: ["sg-link"] },
        balancer: { securityGroupIds: ["sg-balancer"] },
        members: { ...(securityGroups === undefined ? {} : { securityGroups }) },
      });
    const link = { ingress: [], egress: [{ ...tcp(80), group: "sg-balancer" }] };
    const balancer = { ingress: [{ ...tcp(80), group: "sg-link" }], egress: [tcp(8000, 8080)] };

    it("connects when every group allows it, and when the groups are unknown", async () => {
      await isUp(await served({ "sg-link": link, "sg-balancer": balancer }));
      const all = [{ protocol: "-1", fromPort: 0, toPort: 0 }];
      await isUp(
        await served({ "sg-link": { ingress: [], egress: all }, "sg-balancer": { ingress: all, egress: all } }),
      );
      await isUp(await served({}));
      await isUp(await served(undefined));
    });

    it("is down when the groups of the link or the load balancer allow no connection", async () => {
      const led = `through the VPC link ${LINK}: the security groups`;
      for (const egress of [[], [tcp(81)], [{ ...tcp(80), protocol: "udp" }], [{ ...tcp(80), group: "sg-other" }]]) {
        await isDown(
          await served({ "sg-link": { ingress: [], egress }, "sg-balancer": balancer }),
          `${led} sg-link allow no connection to the listener ${LISTENER} on port 80`,
        );
      }
      await isDown(
        await served({ "sg-link": link, "sg-balancer": { ...balancer, ingress: [{ ...tcp(80), group: "sg-other" }] } }),
        `${led} sg-balancer accept no connection to the listener ${LISTENER} on port 80`,
      );
      await isDown(
        await served({ "sg-link": link, "sg-balancer": { ...balancer, egress: [tcp(443)] } }),
        `${led} sg-balancer allow no connection to the targets of ${GROUP}`,
      );
    });
  });

  describe("with a service of Cloud Map", () => {
    const instance = (id: string, attributes: Readonly<Record<string, string>>) => ({
      id,
      attributes: { AWS_INSTANCE_IPV4: "10.20.0.5", AWS_INSTANCE_PORT: "8080", ...attributes },
    });
    const served = (uri: string, attributes: Readonly<Record<string, string>> = {}) =>
      serve(through({ uri }), {
        members: { services: { [SERVICE]: { name: "erp", instances: [instance("a", attributes)] } } },
      });

    it("reaches its instances, or only those that match the query of the uri", async () => {
      await isUp(await served(SERVICE));
      await isUp(await served(`${SERVICE}?stage=beta&x=y`, { stage: "beta", x: "y" }));
      assert.equal(stand.backend.last.url, "/a/1?b=2");
    });

    it("is down when the link's security groups allow no connection to it", async () => {
      const instances = [instance("a", {})];
      const egress = [{ protocol: "tcp", fromPort: 80, toPort: 80 }];
      await isDown(
        await serve(through({ uri: SERVICE }), {
          link: { securityGroupIds: ["sg-link"] },
          members: {
            services: { [SERVICE]: { name: "erp", instances } },
            securityGroups: { "sg-link": { ingress: [], egress } },
          },
        }),
        `through the VPC link ${LINK}: the security groups sg-link allow no connection to the instances of erp`,
      );
    });

    it("is down without the service or a matching instance", async () => {
      const led = `through the VPC link ${LINK}`;
      await isDown(await serve(through({ uri: SERVICE })), `${led}: there is no Cloud Map service ${SERVICE}`);
      await isDown(
        await served(`${SERVICE}?stage=prod`, { stage: "beta" }),
        `${led}: the Cloud Map service erp has no instance with stage=prod that has an address and a port`,
      );
    });
  });

  it("is refused, with the place, when the artefacts contain what the sandbox does not serve", () => {
    const here = "paths./a.get.x-amazon-apigateway-integration";
    const refused = (place: string, problem: RegExp, members: object, options: NetworkOptions = {}) =>
      assert.rejects(
        stand.serve({ "/a": { get: through(members) } }, { network: network(options) }),
        (error: AggregateError) => {
          const [first] = error.errors as Error[];
          assert(first?.cause instanceof UnsupportedArtefact);
          assert.equal(first.cause.place, `${here}.${place}`);
          assert.match(first.cause.message, problem);
          assert.equal(first.message, `orders: ${first.cause.message}`);
          return true;
        },
      );
    return Promise.all([
      refused("connectionId", /must be a text, is missing/, { connectionId: undefined }),
      refused("connectionId", /the literal id of a VPC link/, { connectionId: "$" + "{stageVariables.link}" }),
      refused("connectionType", /must be "INTERNET" or "VPC_LINK"/, { connectionType: "VPC" }),
      refused("connectionType", /a VPC link requires an HTTP backend/, { type: "AWS_PROXY", httpMethod: "POST" }),
      refused("uri", /the ARN of a load balancer.s listener/, { uri: "http://10.20.0.5:8080/" }),
      refused("uri", /the ARN of a load balancer.s listener/, { uri: BALANCER }),
      refused("tlsConfig.insecureSkipVerification", /the sandbox does not support this member/, {
        tlsConfig: { insecureSkipVerification: true },
      }),
      refused("tlsConfig.serverNameToVerify", /must be a host name/, { tlsConfig: { serverNameToVerify: "a b" } }),
      refused("integrationTarget", /the sandbox does not support this member/, { integrationTarget: BALANCER }),
      refused("connectionId", /the sandbox does not support this member/, {
        connectionType: "INTERNET",
        uri: "https://a.example.com",
      }),
      refused(
        "uri",
        /has listener rules, which the sandbox does not serve/,
        {},
        { listener: { unserved: "listener rules" } },
      ),
      refused("uri", /has stickiness, which/, {}, { group: { unserved: "stickiness" } }),
      refused("uri", /has targets of the type instance, which/, {}, { group: { targetType: "instance" } }),
      refused(
        "uri",
        /has targets of the type alb, which/,
        {},
        {
          balancer: { kind: "application" },
          listener: { protocol: "HTTP" },
          group: { targetType: "alb", targets: [{ address: BALANCER, port: 80 }] },
        },
      ),
    ]);
  });

  it("changes its targets without a new deployment", async () => {
    const artefacts = httpApi({ "/a/{id}": { get: through() } });
    const apply = (options: NetworkOptions) =>
      stand.dataPlane.apply([
        {
          key: "aws/eu-west-1/orders",
          name: "orders",
          vendor: "aws",
          region: "eu-west-1",
          artefacts: { ...artefacts, network: network(options) },
        },
      ]);
    await apply({ group: { targets: [] } });
    const url = stand.dataPlane.url("aws/eu-west-1/orders");
    assert.deepEqual(await ask(url), DOWN);
    await apply({});
    await isUp(url);
  });
});
