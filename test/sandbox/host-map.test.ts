import assert from "node:assert/strict";
import { HostMapError, LoopbackHostMap } from "../../sandbox/host-map.ts";

/** Resolves the URL, and its origin, which must lead to the same place. */
const resolve = (map: LoopbackHostMap, url: string) => {
  const resolved = map.resolve(new URL(url));
  assert.equal(map.resolveOrigin(new URL(url).origin), resolved?.origin);
  return resolved?.href;
};

describe("the host map", () => {
  it("maps an origin to this machine and keeps the path and the query", () => {
    const map = new LoopbackHostMap(new Map([["https://login.example.com", "http://127.0.0.1:4000"]]));
    assert.equal(
      resolve(map, "https://login.example.com/.well-known/openid-configuration?a=%2F&b"),
      "http://127.0.0.1:4000/.well-known/openid-configuration?a=%2F&b",
    );
    assert.equal(resolve(map, "https://LOGIN.example.com:443/x"), "http://127.0.0.1:4000/x", "the same origin");
  });

  it("distinguishes schemes and ports", () => {
    const map = new LoopbackHostMap(new Map([["https://login.example.com", "http://127.0.0.1:4000"]]));
    assert.equal(resolve(map, "http://login.example.com/"), undefined);
    assert.equal(resolve(map, "https://login.example.com:8443/"), undefined);
  });

  it("returns a loopback URL unchanged, and no other URL", () => {
    const map = new LoopbackHostMap(new Map());
    for (const url of ["http://127.0.0.1:4000/a?b", "http://127.9.9.9/", "https://localhost:1/", "http://[::1]:2/"]) {
      assert.equal(resolve(map, url), url);
    }
    for (const url of [
      "https://example.com/",
      "http://169.254.169.254/latest/meta-data",
      "http://10.0.0.1/",
      "http://0.0.0.0/",
      "http://127.0.0.1.example.com/",
      "http://localhost.example.com/",
      "http://[::ffff:10.0.0.1]/",
      "http://[::2]:1/",
      "file:///keys",
      "urn:keys",
    ]) {
      assert.equal(resolve(map, url), undefined, url);
    }
    assert.equal(resolve(map, "http://2130706433/a"), "http://127.0.0.1/a", "another spelling of 127.0.0.1");
  });

  it("can map a loopback origin to another one", () => {
    const map = new LoopbackHostMap(new Map());
    map.map("http://127.0.0.1:80", "http://127.0.0.1:8080");
    assert.equal(resolve(map, "http://127.0.0.1/a"), "http://127.0.0.1:8080/a");
  });

  it("maps an address of a private network, with its port, like any other origin", () => {
    const map = new LoopbackHostMap(new Map());
    map.map("http://10.20.0.5:8080", "http://127.0.0.1:4000");
    map.map("https://10.20.0.5:8443", "http://127.0.0.1:4001");
    assert.equal(resolve(map, "http://10.20.0.5:8080/a?b"), "http://127.0.0.1:4000/a?b");
    assert.equal(resolve(map, "https://10.20.0.5:8443/"), "http://127.0.0.1:4001/");
    assert.equal(resolve(map, "http://10.20.0.5/"), undefined);
  });

  it("reports each change once, before it takes effect", () => {
    const reports: string[] = [];
    const map: LoopbackHostMap = new LoopbackHostMap(new Map(), (origin, target) => {
      reports.push(`${origin} ${target} ${resolve(map, origin)}`);
    });
    map.map("https://erp.example.com/", "http://localhost:1");
    map.map("https://erp.example.com", "http://localhost:1/");
    assert.deepEqual(reports, ["https://erp.example.com http://localhost:1 undefined"]);
  });

  it("rejects a target on another machine, and a value that is not an origin", () => {
    const map = new LoopbackHostMap(new Map());
    const assertRejects = (origin: string, target: string, message: RegExp) =>
      assert.throws(
        () => map.map(origin, target),
        (error) => error instanceof HostMapError && message.test(error.message),
      );
    assertRejects("https://erp.example.com", "https://erp.internal", /calls only this machine/);
    assertRejects("https://erp.example.com/v1", "http://127.0.0.1:1", /remove everything after the host/);
    assertRejects("erp.example.com", "http://127.0.0.1:1", /not an http or https origin/);
    assertRejects("https://erp.example.com", "http://user:pw@127.0.0.1:1", /remove everything/);
    assertRejects("https://erp.example.com", "127.0.0.1:1", /not an http or https origin/);
  });
});
