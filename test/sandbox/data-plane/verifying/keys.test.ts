import assert from "node:assert/strict";
import {
  HttpKeySource,
  type IssuerKeys,
  type KeySet,
  type NoKeys,
} from "../../../../sandbox/data-plane/verifying/keys.ts";
import { LoopbackHostMap } from "../../../../sandbox/host-map.ts";
import { ISSUER, TestIssuer } from "../../../support/sandbox/data-plane/test-data-plane.ts";

const policy = { ttlMs: 60_000, refetchAfterMs: 10_000 };

function kids(result: KeySet | NoKeys): readonly (string | undefined)[] {
  assert.ok("keys" in result, "failure" in result ? result.failure : "");
  return result.keys.map(({ kid }) => kid);
}

function failure(result: KeySet | NoKeys): string {
  assert.ok("failure" in result, "there are keys");
  return result.failure;
}

describe("Issuers' keys", () => {
  let issuer: TestIssuer;
  let source: HttpKeySource;
  let now: number;

  beforeEach(async () => {
    now = 1_000_000;
    issuer = new TestIssuer(ISSUER);
    await issuer.web.start();
    source = new HttpKeySource(new LoopbackHostMap(new Map([[ISSUER, issuer.web.origin]])), () => now);
  });
  afterEach(() => issuer.web.close());

  const ofIssuer = (): IssuerKeys => source.of({ issuer: ISSUER }, policy);

  it("are found by discovery, and returned synchronously until they are stale", async () => {
    const keys = ofIssuer();
    assert.deepEqual(kids(await keys.current()), ["key-1"]);
    assert.deepEqual(issuer.asked, ["/.well-known/openid-configuration", "/jwks"]);
    now += policy.ttlMs - 1;
    assert.equal(keys.current() instanceof Promise, false);
    now += 1;
    assert.equal(keys.current() instanceof Promise, true);
    await keys.current();
    assert.equal(issuer.asked.length, 4);
  });

  it("are found at the URL of a key set or of a discovery document", async () => {
    assert.deepEqual(kids(await source.of({ jwksUri: `${ISSUER}/jwks` }, policy).current()), ["key-1"]);
    const discovery = `${ISSUER}/elsewhere/openid-configuration`;
    const found = await source.of({ discovery }, policy).current();
    assert.deepEqual([kids(found), (found as KeySet).issuer], [["key-1"], ISSUER]);
  });

  it("are fetched once for concurrent callers, and shared by equal locations", async () => {
    const results = await Promise.all(Array.from({ length: 50 }, () => ofIssuer().current()));
    assert.equal(new Set(results).size, 1);
    assert.equal(issuer.asked.length, 2);
  });

  it("are fetched again for an unknown key, but not more often than allowed", async () => {
    const keys = ofIssuer();
    const first = (await keys.current()) as KeySet;
    issuer.rotate();
    now += policy.refetchAfterMs - 1;
    assert.equal(await keys.refetched(first), first);
    now += 1;
    const second = (await keys.refetched(first)) as KeySet;
    assert.deepEqual(kids(second), ["key-2"]);
    // Who still holds the old ones gets the new ones without a fetch.
    assert.equal(keys.refetched(first), second);
    assert.equal(issuer.asked.length, 4);
  });

  it("are the same object when they are fetched again unchanged, so that cached tokens stay valid", async () => {
    const keys = ofIssuer();
    const first = await keys.current();
    now += policy.ttlMs;
    assert.equal(await keys.current(), first);
    assert.equal(issuer.asked.length, 4);
  });

  it("are missing while the issuer is down, and fetched again a second later", async () => {
    const keys = ofIssuer();
    issuer.answer = (_path, response) => response.writeHead(500).end();
    assert.match(failure(await keys.current()), /answers 500/);
    issuer.answer = (path, response) => response.end(JSON.stringify(issuer.document(path)));
    assert.match(failure(await keys.current()), /answers 500/);
    now += 1_000;
    assert.deepEqual(kids(await keys.current()), ["key-1"]);
  });

  it("are missing, rather than stale, when they cannot be fetched again", async () => {
    const keys = ofIssuer();
    await keys.current();
    issuer.answer = (_path, response) => response.destroy();
    now += policy.ttlMs;
    assert.match(failure(await keys.current()), /cannot be fetched/);
  });

  const broken: readonly (readonly [string, (path: string) => unknown, RegExp])[] = [
    ["no JSON", () => "<html>", /is not a JSON object/],
    [
      "another issuer's",
      () => ({ issuer: "https://evil.example.com", jwks_uri: `${ISSUER}/jwks` }),
      /of another issuer/,
    ],
    ["without an issuer", () => ({ jwks_uri: `${ISSUER}/jwks` }), /has no issuer/],
    ["without an address for keys", () => ({ issuer: ISSUER }), /has no jwks_uri/],
    ["with keys elsewhere", () => ({ issuer: ISSUER, jwks_uri: "https://evil.example.com/" }), /no host map entry/],
    ["without keys", (path) => (path === "/jwks" ? {} : { issuer: ISSUER, jwks_uri: `${ISSUER}/jwks` }), /has no keys/],
    [
      "too large",
      (path) =>
        path === "/jwks" ? { keys: [], pad: "x".repeat(150_000) } : { issuer: ISSUER, jwks_uri: `${ISSUER}/jwks` },
      /larger than 150000 bytes/,
    ],
  ];
  for (const [what, document, problem] of broken) {
    it(`are none when the issuer's documents are ${what}`, async () => {
      issuer.answer = (path, response) => response.end(JSON.stringify(document(path)));
      assert.match(failure(await ofIssuer().current()), problem);
    });
  }

  it("are missing at a URL without a host, because the host map contains no entry for it", async () => {
    for (const jwksUri of ["file:///keys", "urn:keys"]) {
      assert.match(failure(await source.of({ jwksUri }, policy).current()), /^no host map entry for null/);
    }
  });

  it("are missing when the issuer takes too long", async () => {
    issuer.answer = () => {};
    const began = performance.now();
    const keys = source.of({ issuer: ISSUER }, { ...policy, timeoutMs: 100 });
    assert.match(failure(await keys.current()), /took longer than 100 ms/);
    assert.ok(performance.now() - began < 1_000);
  });

  it("are not fetched through a redirect", async () => {
    issuer.answer = (_path, response) => response.writeHead(302, { location: issuer.web.origin }).end();
    assert.match(failure(await ofIssuer().current()), /answers 302/);
  });

  it("are only public keys for signatures: a published secret is ignored", async () => {
    issuer.answer = (path, response) => {
      const { keys } = issuer.document("/jwks") as { keys: readonly object[] };
      const [good] = keys;
      response.end(
        JSON.stringify(
          path === "/jwks"
            ? {
                keys: [
                  { kty: "oct", kid: "secret", k: "c2VjcmV0" },
                  { ...good, kid: "encryption", use: "enc" },
                  { ...good, kid: "signing only", key_ops: ["sign"] },
                  { kty: "RSA", kid: "no key", n: 5 },
                  null,
                  { ...good, kid: "good" },
                ],
              }
            : issuer.document(path),
        ),
      );
    };
    assert.deepEqual(kids(await ofIssuer().current()), ["good"]);
  });
});
