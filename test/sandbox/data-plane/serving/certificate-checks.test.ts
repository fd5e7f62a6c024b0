import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer } from "node:http";
import { createServer as createTlsServer } from "node:https";
import type { AddressInfo } from "node:net";
import type { CertificateChecks, Reply } from "../../../../sandbox/data-plane/interpreter.ts";
import { BackendProxy } from "../../../../sandbox/data-plane/serving/proxy.ts";
import { LoopbackHostMap } from "../../../../sandbox/host-map.ts";
import { TestAuthority } from "../../../support/tls/authority.ts";

const authority = new TestAuthority("an authority of the company");
const BACKEND = "https://erp.example.com";

const reply = (status: number): Reply => ({ status, headers: [], body: "" });

describe("a gateway that calls a backend over TLS", () => {
  const hosts = new LoopbackHostMap(new Map());
  const proxies = { trusting: new BackendProxy(hosts), plain: new BackendProxy(hosts) };
  let checks: CertificateChecks | undefined;
  let proxy = proxies.plain;
  const front = createServer((request, response) => {
    const forward = { method: "GET", origin: BACKEND, path: "/", headers: [], timeoutMs: 5_000, maxBodyBytes: 1 };
    const certificates = checks === undefined ? {} : { certificates: checks };
    const replies = { tooLarge: () => reply(413), down: () => reply(502) };
    proxy.pass({ ...forward, ...certificates, ...replies }, request, response, false, () => {});
  });
  const named = createTlsServer(authority.client("erp.example.com"), (_, response) => response.end());
  const other = createTlsServer(authority.client("crm.example.com"), (_, response) => response.end());

  before(async () => {
    proxies.trusting.trust(authority.cert);
    for (const server of [front, named, other]) await once(server.listen(0, "127.0.0.1"), "listening");
  });
  after(async () => {
    for (const each of Object.values(proxies)) await each.close();
    for (const server of [front, named, other]) server.close();
  });

  const port = (server: typeof front) => (server.address() as AddressInfo).port;
  async function status(server: typeof named, by: BackendProxy, wanted?: CertificateChecks): Promise<number> {
    [proxy, checks] = [by, wanted];
    hosts.map(BACKEND, `https://127.0.0.1:${port(server)}`);
    return (await fetch(`http://127.0.0.1:${port(front)}/`)).status;
  }

  it("checks the issuer and the name of its certificate, unless it is told otherwise", async () => {
    assert.equal(await status(named, proxies.trusting), 200);
    assert.equal(await status(named, proxies.plain), 502);
    assert.equal(await status(other, proxies.trusting), 502);
  });

  it("can check the name only", async () => {
    assert.equal(await status(named, proxies.plain, { chain: false, name: true }), 200);
    assert.equal(await status(other, proxies.plain, { chain: false, name: true }), 502);
  });

  it("can check the issuer only", async () => {
    assert.equal(await status(other, proxies.trusting, { chain: true, name: false }), 200);
    assert.equal(await status(named, proxies.plain, { chain: true, name: false }), 502);
  });

  it("can check nothing", async () => {
    assert.equal(await status(other, proxies.plain, { chain: false, name: false }), 200);
  });
});
