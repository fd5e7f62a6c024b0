import assert from "node:assert/strict";
import type { ServerResponse } from "node:http";
import { createServer } from "node:https";
import type { AddressInfo } from "node:net";
import { decodeJwt } from "jose";
import { findEnvoy } from "../../../../../engine/index.ts";
import { CertificateAuthority } from "../../../../../sandbox/certificate-authority.ts";
import type { DeployedGateway } from "../../../../../sandbox/data-plane/artefacts.ts";
import type { GcpCloudRunArtefacts } from "../../../../../sandbox/data-plane/gcp/cloud-run/artefacts.ts";
import { envoysOf } from "../../../../support/processes.ts";
import { companion } from "../../../../support/sandbox/data-plane/gcp/cloud-run/companion.ts";
import { BACKEND, TestDataPlane, until } from "../../../../support/sandbox/data-plane/test-data-plane.ts";

const URI = "https://companion-0123456789-eu.a.run.app";
const CALLER = "caller@project.iam.gserviceaccount.com";

function service(more: Partial<GcpCloudRunArtefacts> = {}, name = "companion"): DeployedGateway {
  return {
    key: `gcp/projects/p/locations/europe-west1/services/${name}`,
    name,
    vendor: "gcp",
    region: "europe-west1",
    artefacts: {
      kind: "gcp-cloud-run",
      service: `projects/p/locations/europe-west1/services/${name}`,
      document: companion({ backend: BACKEND }),
      port: 8080,
      probes: [],
      urls: [URI.replace("companion", name), `https://${name}-000000000000.europe-west1.run.app`],
      customAudiences: [],
      invokers: [`serviceAccount:${CALLER}`],
      isOpen: false,
      timeoutMs: 60_000,
      ...more,
    },
  };
}

/** A gateway whose backend is a service. */
function gateway(serviceAccount: string, uri = URI, audience = uri): DeployedGateway {
  const document = {
    swagger: "2.0",
    info: { title: "orders", version: "1" },
    "x-google-backend": { address: uri, path_translation: "APPEND_PATH_TO_ADDRESS", jwt_audience: audience },
    paths: Object.fromEntries(
      ["/orders", "/reply", "/slow", "/eventlog"].map((path) => [
        path,
        {
          get: { operationId: `get${path}`, responses: { 200: { description: "yes" } } },
          post: { operationId: `post${path}`, responses: { 200: { description: "yes" } } },
        },
      ]),
    ),
  };
  return {
    key: "gcp/projects/p/locations/europe-west1/gateways/orders",
    name: "orders",
    vendor: "gcp",
    region: "europe-west1",
    artefacts: {
      kind: "gcp-api-gateway",
      document: JSON.stringify(document),
      managedService: "orders.apigateway.p.cloud.goog",
      serviceAccount,
    },
  };
}

describe("A Cloud Run service whose container is Envoy, behind an API Gateway", function () {
  this.timeout(60_000);
  let plane: TestDataPlane;
  const warnings: string[] = [];

  beforeEach(async () => {
    warnings.length = 0;
    plane = await new TestDataPlane().start({
      envoy: findEnvoy(),
      warn: (message) => warnings.push(message),
    });
  });
  afterEach(() => plane.close());

  const deploy = (...gateways: DeployedGateway[]) => plane.dataPlane.apply(gateways);
  const urlOf = ({ key }: DeployedGateway) => plane.dataPlane.url(key);
  const through = (path: string, init: RequestInit = {}) => fetch(`${urlOf(gateway(CALLER))}${path}`, init);
  const lines = () => plane.log.map(({ gateway: name, decision, status, reason }) => [name, decision, status, reason]);

  it("receives the gateway's calls, with the token's signature removed and the client's own in another header", async () => {
    await deploy(service(), gateway(CALLER));
    const response = await through("/orders?a=%26", { headers: { authorization: "Bearer mine" } });
    assert.deepEqual([response.status, response.headers.get("x-companion")], [200, "1"]);
    const { url, headers } = plane.backend.last;
    assert.equal(url, "/orders?a=%26");
    assert.equal(headers.host, "backend.example.com");
    assert.equal(headers["x-forwarded-authorization"], "Bearer mine");
    const [, , signature] = headers.authorization?.split(".") ?? [];
    assert.equal(signature, "SIGNATURE_REMOVED_BY_GOOGLE");
    const { aud, email, iss } = decodeJwt(headers.authorization?.slice("Bearer ".length) ?? "");
    assert.deepEqual([iss, aud, email], ["https://accounts.google.com", URI, CALLER]);
    await until("both lines", () => plane.log.length === 2);
    assert.deepEqual(lines(), [
      ["companion", "proxied", 200, `invoked by ${CALLER}`],
      ["orders", "proxied", 200, "no security"],
    ]);
  });

  it("is listed with an address of its own, where a call without the gateway is refused before Envoy", async () => {
    await deploy(service(), gateway(CALLER));
    const [, endpoint] = plane.dataPlane.list();
    assert.deepEqual([endpoint?.name, endpoint?.kind], ["companion", "gcp-cloud-run"]);
    const direct = async (headers: Record<string, string>) => {
      const { status } = await fetch(`${endpoint?.url}/orders`, { headers });
      return [status, plane.log.at(-1)?.decision, plane.log.at(-1)?.reason];
    };
    const forged = await plane.issuer.token({ iss: "https://accounts.google.com", aud: URI, email: CALLER });
    assert.deepEqual(await direct({}), [403, "unauthenticated", "no ID token"]);
    assert.deepEqual(await direct({ authorization: "Basic YTpi" }), [
      401,
      "unauthenticated",
      "authorization is not one bearer token",
    ]);
    assert.deepEqual(await direct({ authorization: `Bearer ${forged}` }), [
      401,
      "unauthenticated",
      "the ID token is not valid: signature verification failed",
    ]);
    assert.equal(plane.backend.seen.length, 0);
  });

  it("refuses a gateway that is no invoker or calls for another audience, and admits one after a grant, by the same Envoy", async () => {
    const other = "other@project.iam.gserviceaccount.com";
    await deploy(service(), gateway(other));
    const envoys = envoysOf(process.pid);
    assert.equal((await through("/orders")).status, 403);
    assert.equal(plane.log[0]?.reason, `${other} is no invoker of the service`);
    await deploy(service({ invokers: [`serviceAccount:${other}`] }), gateway(other));
    assert.equal((await through("/orders")).status, 200);
    await deploy(service({ invokers: ["allUsers"] }), gateway(other, URI, "https://elsewhere.example.com"));
    assert.equal((await through("/orders")).status, 200);
    await deploy(service(), gateway(CALLER, URI, "https://elsewhere.example.com"));
    assert.equal((await through("/orders")).status, 401);
    await deploy(
      service({ customAudiences: ["https://elsewhere.example.com"] }),
      gateway(CALLER, URI, "https://elsewhere.example.com"),
    );
    assert.equal((await through("/orders")).status, 200);
    assert.deepEqual(envoysOf(process.pid), envoys);
  });

  it("streams in both directions, on connections that are kept", async () => {
    await deploy(service(), gateway(CALLER));
    const sockets = new Set<unknown>();
    plane.backend.answer = (request, response) => {
      sockets.add(request.socket);
      request.on("data", (chunk: Buffer) => response.write(`heard ${chunk.toString()}`));
      request.on("end", () => response.end("bye"));
    };
    for (const round of ["first", "second"]) {
      const { readable, writable } = new TransformStream();
      const writer = writable.getWriter();
      const response = through("/slow", { method: "POST", body: readable, duplex: "half" } as RequestInit);
      await writer.write(new TextEncoder().encode(round));
      const reader = (await response).body?.pipeThrough(new TextDecoderStream()).getReader();
      assert.equal((await reader?.read())?.value, `heard ${round}`);
      await writer.close();
      assert.equal((await reader?.read())?.value, "bye");
      assert.equal((await reader?.read())?.done, true);
    }
    assert.equal(sockets.size, 1);
  });

  it("runs internal listeners as they are", async () => {
    await deploy(service(), gateway(CALLER));
    const response = await through("/reply");
    assert.deepEqual(
      [response.status, await response.text(), response.headers.get("x-companion")],
      [418, "a reply", "1"],
    );
  });

  it("keeps some paths for itself, and limits a body to 32 MiB", async () => {
    await deploy(service(), gateway(CALLER));
    assert.equal((await through("/eventlog")).status, 404);
    const direct = (path: string, init?: RequestInit) => fetch(`${urlOf(service())}${path}`, init);
    await deploy(service({ invokers: ["allUsers"] }));
    assert.equal((await direct("/_ah/start")).status, 404);
    assert.equal(plane.backend.seen.length, 0);
    assert.equal((await direct("/%41%2Fb%2e%3Bz")).status, 200);
    assert.equal(plane.backend.last.url, "/A%2Fb.%3Bz");
    const body = new Uint8Array(32 * 1024 * 1024 + 1);
    assert.equal((await direct("/orders", { method: "POST", body })).status, 413);
    assert.equal(plane.backend.seen.length, 1);
  });

  it("reaches a backend where the host map leads it, also after a change, and none that the map does not know", async () => {
    const document = companion({ backend: "https://erp.example.com" });
    await deploy(service({ document }), gateway(CALLER));
    assert.equal((await through("/orders")).status, 503);
    plane.hosts.map("https://erp.example.com", plane.backend.web.origin);
    plane.dataPlane.followHosts();
    for (let status = 503; status !== 200; ) ({ status } = await through("/orders"));
    assert.equal(plane.backend.last.headers.host, "erp.example.com");
    assert.deepEqual(warnings, []);
  });

  it("may call another service, also one that is deployed later", async () => {
    const next = service({ invokers: ["allUsers"] }, "next");
    const first = service({
      document: companion({ backend: URI.replace("companion", "next") }),
      invokers: ["allUsers"],
    });
    await deploy(first);
    const call = async () => (await fetch(`${urlOf(first)}/orders`)).status;
    assert.equal(await call(), 503);
    await deploy(first, next);
    for (let status = 503; status !== 200; ) status = await call();
    await deploy(first);
    for (let status = 200; status !== 503; ) status = await call();
  });

  it("verifies the certificate of a backend that the host map leads to a server over TLS", async () => {
    const authority = await CertificateAuthority.create();
    const identity = await authority.issue("erp.example.com");
    const server = createServer({ cert: identity.certificate, key: identity.key }, (_, response) =>
      response.end("secured"),
    );
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    plane.hosts.map("https://erp.example.com", `https://127.0.0.1:${(server.address() as AddressInfo).port}`);
    const document = companion({ backend: "https://erp.example.com" });
    const trusting = plane.newDataPlane({ envoy: findEnvoy(), authority: async () => authority });
    try {
      for (const [dataPlane, expected] of [
        [trusting, 200],
        [plane.dataPlane, 503],
      ] as const) {
        await dataPlane.apply([service({ document, invokers: ["allUsers"] })]);
        assert.equal((await fetch(`${dataPlane.url(service().key)}/orders`)).status, expected);
      }
    } finally {
      await trusting.close();
      server.closeAllConnections();
      server.close();
    }
  });

  it("changes to a service of another name without a failed request, and lets the old one finish", async () => {
    await deploy(service(), gateway(CALLER));
    let held: ServerResponse | undefined;
    const answer = plane.backend.answer;
    plane.backend.answer = (request, response) => {
      if (request.url === "/slow") held = response;
      else answer(request, response);
    };
    const slow = through("/slow");
    await until("the slow request arrives", () => held !== undefined);
    const statuses: string[] = [];
    let loading = true;
    const load = Promise.all(
      [1, 2, 3].map(async () => {
        while (loading) {
          const response = await through("/orders");
          statuses.push(`${response.status} ${response.headers.get("x-companion")}`);
        }
      }),
    );
    const next = service({ document: companion({ backend: BACKEND, version: "2" }) }, "companion-2");
    await deploy(service(), next, gateway(CALLER));
    await deploy(service(), next, gateway(CALLER, URI.replace("companion", "companion-2")));
    await deploy(next, gateway(CALLER, URI.replace("companion", "companion-2")));
    await until("the new service answers", () => statuses.at(-1) === "200 2");
    loading = false;
    await load;
    assert.deepEqual([...new Set(statuses)].sort(), ["200 1", "200 2"]);
    held?.end("late");
    assert.equal(await (await slow).text(), "late");
  });

  it("rejects what Envoy rejects with Envoy's message, and serves on", async () => {
    await deploy(service({ invokers: ["allUsers"] }));
    const broken = companion({ backend: BACKEND }).replace('"cluster":"backend"', '"cluster":"nobody"');
    await assert.rejects(deploy(service({ invokers: ["allUsers"], document: broken })), /unknown cluster 'nobody'/);
    assert.equal((await fetch(`${urlOf(service())}/orders`)).status, 200);
  });

  it("takes over only when its probes answer", async () => {
    await deploy(service({ invokers: ["allUsers"] }));
    const document = companion({ backend: BACKEND, version: "2" });
    const next = (probes: readonly string[]) => deploy(service({ invokers: ["allUsers"], document, probes }));
    await assert.rejects(next(["/orders", "/reply"]), /the probe GET \/reply answers 418; it must answer 200 to 399/);
    const version = async () => (await fetch(`${urlOf(service())}/orders`)).headers.get("x-companion");
    assert.equal(await version(), "1");
    await next(["/orders"]);
    assert.equal(await version(), "2");
  });

  it("is refused where the machine has no Envoy, with the reason", async () => {
    const without = plane.newDataPlane({ envoy: { missing: "pip failed" } });
    assert.throws(() => without.validate(service().artefacts), /the container cannot run here: pip failed/);
    await without.close();
  });
});
