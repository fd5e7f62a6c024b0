import assert from "node:assert/strict";
import { AuthorizerBench } from "../../../../support/components/aws/rest-api/jwt-authorizer/authorizer-bench.ts";
import { type Signer, signer } from "../../../../support/components/aws/rest-api/jwt-authorizer/local-issuer.ts";

const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;

describe("the issuer's keys", () => {
  let one: Signer;
  let two: Signer;
  let unnamed: Signer;
  before(async () => {
    [one, two, unnamed] = await Promise.all([signer("ES256", "one"), signer("ES256", "two"), signer("ES256")]);
  });

  function bench(options: ConstructorParameters<typeof AuthorizerBench>[0] = {}): AuthorizerBench {
    const made = new AuthorizerBench(options);
    made.issuer.published = [one.jwk];
    return made;
  }
  async function decide(function_: AuthorizerBench, key: Signer, header: Readonly<Record<string, unknown>> = {}) {
    return await function_.decide(`Bearer ${await function_.token(key, {}, header)}`);
  }
  const down = (): never => {
    throw new TypeError("fetch failed", { cause: new Error("connect ECONNREFUSED") });
  };

  it("are found by discovery or at the bound address, over HTTPS, without redirects, within a time limit", async () => {
    const function_ = bench();
    const requests: RequestInit[] = [];
    function_.issuer.answer = (address, init) => {
      requests.push(init);
      return function_.issuer.document(address);
    };
    assert.equal(await decide(function_, one), "allow");
    assert.deepEqual(function_.issuer.asked, [function_.issuer.discovery, function_.issuer.jwksUri]);
    for (const { redirect, signal, headers } of requests) {
      assert.deepEqual(
        { redirect, headers, limited: signal instanceof AbortSignal },
        { redirect: "manual", headers: { accept: "application/json", connection: "close" }, limited: true },
      );
    }
    const direct = bench({ jwksUri: "https://login.example.com/tenant/keys" });
    assert.equal(await decide(direct, one), "allow");
    assert.deepEqual(direct.issuer.asked, [direct.issuer.jwksUri]);
  });

  it("are fetched once for simultaneous requests, and cached for ten minutes", async () => {
    const function_ = bench();
    const token = await function_.token(one);
    function_.issuer.answer = async (address) => {
      await new Promise((resolve) => setTimeout(resolve, 5));
      return function_.issuer.document(address);
    };
    const decisions = await Promise.all(Array.from({ length: 20 }, () => function_.decide(`Bearer ${token}`)));
    assert.deepEqual(new Set(decisions), new Set(["allow"]));
    assert.equal(function_.issuer.asked.length, 2);
    function_.now += 10 * MINUTE - 1;
    assert.equal(await decide(function_, one), "allow");
    assert.equal(function_.issuer.asked.length, 2);
    function_.now += 1;
    assert.equal(await decide(function_, one), "allow");
    assert.equal(function_.issuer.asked.length, 4);
  });

  it("are no longer accepted ten minutes after the issuer withdrew them", async () => {
    const function_ = bench();
    assert.equal(await decide(function_, one), "allow");
    function_.issuer.published = [two.jwk];
    function_.now += 10 * MINUTE;
    assert.equal(await decide(function_, one), "unauthorized");
    assert.equal(await decide(function_, two), "allow");
    function_.issuer.published = [];
    function_.now += 10 * MINUTE;
    assert.equal(await decide(function_, two), "unauthorized");
  });

  it("are fetched again for a new key, but at most every half minute, whatever clients send", async () => {
    const function_ = bench();
    assert.equal(await decide(function_, one), "allow");
    function_.issuer.published = [one.jwk, two.jwk];
    assert.equal(await decide(function_, two), "unauthorized", "fetched a moment ago");
    function_.now += 30 * SECOND;
    assert.equal(await decide(function_, two), "allow");
    assert.equal(function_.issuer.asked.length, 4);
    for (let sent = 0; sent < 100; sent++) {
      assert.equal(await decide(function_, two, { kid: `made-up-${sent}` }), "unauthorized");
    }
    assert.equal(function_.issuer.asked.length, 4);
    function_.now += 30 * SECOND;
    await Promise.all(Array.from({ length: 50 }, (_, sent) => decide(function_, two, { kid: `made-up-${sent}` })));
    assert.equal(function_.issuer.asked.length, 6);
  });

  it("are not fetched again for an invalid signature with a known key id", async () => {
    const function_ = bench();
    assert.equal(await decide(function_, one), "allow");
    function_.now += MINUTE;
    assert.equal(await decide(function_, two, { kid: "one" }), "unauthorized");
    assert.equal(function_.issuer.asked.length, 2);
  });

  it("without an id verify tokens without one; a change of such a key is found like a new key", async () => {
    const function_ = bench();
    function_.issuer.published = [unnamed.jwk];
    assert.equal(await decide(function_, unnamed), "allow");
    assert.equal(await decide(function_, unnamed, { kid: "one" }), "unauthorized");
    const later = await signer("ES256");
    function_.issuer.published = [later.jwk];
    function_.now += 30 * SECOND;
    assert.equal(await decide(function_, later), "allow");
    assert.equal(await decide(function_, unnamed), "unauthorized");
  });

  it("may share an id, and any of them may have signed", async () => {
    const function_ = bench();
    function_.issuer.published = [one.jwk, { ...two.jwk, kid: "one" }];
    assert.equal(await decide(function_, one), "allow");
    assert.equal(await decide(function_, two, { kid: "one" }), "allow");
    assert.equal(await decide(function_, two), "unauthorized");
  });

  it("are used for two hours while the issuer is down, with an attempt to fetch them every half minute", async () => {
    const function_ = bench();
    assert.equal(await decide(function_, one), "allow");
    function_.issuer.answer = down;
    function_.now += 10 * MINUTE;
    for (let sent = 0; sent < 10; sent++) assert.equal(await decide(function_, one), "allow");
    assert.equal(function_.issuer.asked.length, 3);
    function_.now += 30 * SECOND;
    assert.equal(await decide(function_, one), "allow");
    assert.equal(function_.issuer.asked.length, 4);
    assert.equal(await decide(function_, two), "unauthorized", "known keys still identify a token of another signer");
    function_.now += 2 * HOUR - 10 * MINUTE - 30 * SECOND;
    assert.equal(await decide(function_, one), "failure");
    function_.issuer.answer = undefined;
    function_.now += 30 * SECOND;
    assert.equal(await decide(function_, one), "allow");
  });

  it("that cannot be fetched make a valid token fail, not be rejected; an invalid token is still rejected", async () => {
    const function_ = bench();
    function_.issuer.answer = down;
    await assert.rejects(
      async () =>
        function_.handler({
          authorizationToken: `Bearer ${await function_.token(one)}`,
          methodArn: "arn:aws:execute-api:r-1:1:a/live/GET/",
        }),
      /^Error: The issuer's keys are not to be had: https:\/\/login\.example\.com\/tenant\/\.well-known\/openid-configuration cannot be fetched: fetch failed, connect ECONNREFUSED$/,
    );
    assert.equal(await function_.decide("Bearer x"), "unauthorized");
    assert.equal(await function_.decide(`Bearer ${await function_.token(one, { exp: 1 })}`), "unauthorized");
    assert.equal(await decide(function_, one), "failure");
    assert.equal(function_.issuer.asked.length, 1, "not requested for every token");
    function_.issuer.answer = undefined;
    function_.now += SECOND;
    assert.equal(await decide(function_, one), "allow");
  });

  it("are fetched again when the clock was set back", async () => {
    const function_ = bench();
    assert.equal(await decide(function_, one), "allow");
    function_.now -= HOUR;
    assert.equal(await decide(function_, one), "allow");
    assert.equal(function_.issuer.asked.length, 4);
  });

  it("are rejected from invalid documents, with a reason that names the document", async () => {
    const documents: readonly (readonly [string, (function_: AuthorizerBench) => Response, RegExp])[] = [
      [
        "discovery",
        () => new Response("no", { status: 500 }),
        /openid-configuration cannot be fetched: it answers 500/,
      ],
      [
        "discovery",
        () => new Response(null, { status: 302, headers: { location: "https://stranger.example.com" } }),
        /it answers 302/,
      ],
      ["discovery", () => new Response("<html>"), /is no JSON$/],
      ["discovery", () => Response.json([]), /is no JSON object/],
      [
        "discovery",
        () =>
          Response.json({ issuer: "https://stranger.example.com", jwks_uri: "https://login.example.com/tenant/keys" }),
        /is of another issuer, "https:\/\/stranger\.example\.com"/,
      ],
      ["discovery", () => Response.json({ jwks_uri: "https://login.example.com/tenant/keys" }), /is of another issuer/],
      ["discovery", ({ issuer }) => Response.json({ issuer: issuer.url }), /has no jwks_uri/],
      [
        "discovery",
        ({ issuer }) => Response.json({ issuer: issuer.url, jwks_uri: "http://login.example.com/keys" }),
        /http:\/\/login\.example\.com\/keys is no https URL/,
      ],
      [
        "discovery",
        ({ issuer }) => Response.json({ issuer: issuer.url, jwks_uri: "file:///etc/passwd" }),
        /is no https URL/,
      ],
      ["discovery", ({ issuer }) => Response.json({ issuer: issuer.url, jwks_uri: "keys" }), /is no https URL/],
      ["jwksUri", () => Response.json({}), /has no list of keys/],
      ["jwksUri", () => Response.json({ keys: {} }), /has no list of keys/],
      [
        "jwksUri",
        () => new Response(JSON.stringify({ keys: [one.jwk] }).padEnd(150_001)),
        /is larger than 150000 bytes/,
      ],
      [
        "jwksUri",
        () => new Response(Buffer.concat([Buffer.from('{"keys":["'), Buffer.of(0xff), Buffer.from('"]}')])),
        /cannot be fetched/,
      ],
    ];
    for (const [which, answer, reason] of documents) {
      const function_ = bench();
      const wrong = which === "discovery" ? function_.issuer.discovery : function_.issuer.jwksUri;
      function_.issuer.answer = (address) =>
        address === wrong ? answer(function_) : function_.issuer.document(address);
      const authorizationToken = `Bearer ${await function_.token(one)}`;
      await assert.rejects(
        function_.handler({ authorizationToken, methodArn: "arn:aws:execute-api:r-1:1:a/live/GET/" }),
        reason,
      );
    }
    const large = bench();
    large.issuer.answer = (address) =>
      address === large.issuer.jwksUri
        ? new Response(JSON.stringify({ keys: [one.jwk] }).padEnd(150_000))
        : large.issuer.document(address);
    assert.equal(await decide(large, one), "allow");
  });

  it("are awaited for at most a second and a half, whether the response does not begin or does not end", async () => {
    for (const begins of [false, true]) {
      const function_ = bench();
      function_.issuer.answer = (_, { signal }) => {
        if (begins) {
          const body = new ReadableStream({
            start: (stream) => signal?.addEventListener("abort", () => stream.error(signal.reason)),
          });
          return new Response(body);
        }
        return new Promise((_, reject) => signal?.addEventListener("abort", () => reject(signal.reason)));
      };
      const started = performance.now();
      assert.equal(await decide(function_, one), "failure");
      const took = performance.now() - started;
      assert.ok(took > 1_400 && took < 3_000, `${took} ms`);
    }
  });
});
