import assert from "node:assert/strict";
import {
  AuthorizerBench,
  methodArn,
} from "../../../../support/components/aws/rest-api/jwt-authorizer/authorizer-bench.ts";
import {
  compact,
  LocalIssuer,
  type Signer,
  signer,
} from "../../../../support/components/aws/rest-api/jwt-authorizer/local-issuer.ts";

const encode = (text: string): string => Buffer.from(text).toString("base64url");

describe("the function that verifies tokens", () => {
  let key: Signer;
  let stranger: Signer;
  before(async () => {
    [key, stranger] = await Promise.all([signer("RS256", "one"), signer("RS256", "one")]);
  });

  function bench(options: ConstructorParameters<typeof AuthorizerBench>[0] = {}): AuthorizerBench {
    const made = new AuthorizerBench(options);
    made.issuer.published = [key.jwk];
    return made;
  }

  it("allows a valid token for this method, and returns its subject", async () => {
    const function_ = bench();
    const authorizationToken = `Bearer ${await function_.token(key)}`;
    assert.deepEqual(await function_.handler({ authorizationToken, methodArn }), {
      principalId: "u-1",
      policyDocument: {
        Version: "2012-10-17",
        Statement: [
          {
            Action: "execute-api:Invoke",
            Effect: "Allow",
            Resource: "arn:aws:execute-api:eu-central-1:123456789012:a1b2c3d4e5/live/GET/*",
          },
        ],
      },
      context: { sub: "u-1" },
    });
    assert.deepEqual(function_.log, []);
  });

  it("returns no name for a token without a subject", async () => {
    const function_ = bench();
    for (const sub of [undefined, null, "", 7, ["u-1"], { name: "u-1" }]) {
      const authorizationToken = `Bearer ${await function_.token(key, { sub })}`;
      const { principalId, context } = await function_.handler({ authorizationToken, methodArn });
      assert.deepEqual({ principalId, context }, { principalId: "unknown", context: {} });
    }
  });

  it("returns a resource that contains nothing of the client's path", async () => {
    const function_ = bench();
    const authorizationToken = `Bearer ${await function_.token(key)}`;
    const stage = "arn:aws-cn:execute-api:cn-north-1:123456789012:a1/live/POST";
    for (const path of [
      "",
      "/",
      "/*",
      "/?",
      "/${aws:username}",
      "/a:b",
      "/%2A",
      `/${"x".repeat(2_000)}`,
      "/GET/*",
      "/\n",
    ]) {
      const { policyDocument } = await function_.handler({ authorizationToken, methodArn: `${stage}${path}` });
      assert.deepEqual(policyDocument.Statement, [
        { Action: "execute-api:Invoke", Effect: "Allow", Resource: `${stage}/*` },
      ]);
    }
  });

  it("fails for an event without a method, since its result would apply to all methods", async () => {
    const function_ = bench();
    const authorizationToken = `Bearer ${await function_.token(key)}`;
    for (const arn of [
      undefined,
      "",
      "*",
      "arn:aws:execute-api:*:1:a/live/GET/x",
      "arn:aws:execute-api:r:1:a/*/GET/x",
      "arn:aws:execute-api:r:1:a/live/*/x",
      "arn:aws:lambda:r:1:a/live/GET/x",
      `x${methodArn}`,
    ]) {
      await assert.rejects(
        function_.handler({ authorizationToken, methodArn: arn as string }),
        /^Error: The event names no method of a REST API\.$/,
      );
    }
  });

  it("accepts the scheme in any case and with several spaces, and nothing else around the token", async () => {
    const function_ = bench();
    const token = await function_.token(key);
    for (const scheme of ["Bearer ", "bearer ", "BEARER ", "bEaReR  "]) {
      assert.equal(await function_.decide(`${scheme}${token}`), "allow", scheme);
    }
    const refused = [
      token,
      ` Bearer ${token}`,
      `Bearer ${token} `,
      `Bearer\t${token}`,
      `Bearer${token}`,
      `Basic ${token}`,
      `Bearer "${token}"`,
      `Bearer ${token}, Bearer ${token}`,
      `Bearer ${token}\n`,
      `Bearer ${token}=`,
      `Bearer x ${token}`,
      "Bearer",
      "Bearer ",
      "",
      undefined,
      null,
      7,
      [`Bearer ${token}`],
    ];
    for (const header of refused) assert.equal(await function_.decide(header), "unauthorized", String(header));
    assert.deepEqual(function_.log[0], { decision: "unauthenticated", token: "no bearer token" });
  });

  it("rejects anything that is not a token in the standard's only form", async () => {
    const function_ = bench();
    const [head = "", body = "", tail = ""] = (await function_.token(key)).split(".");
    const last = tail.at(-1) ?? "";
    const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    // 256 bytes leave four bits of the last character unused: another character with the same two is the same signature.
    const twin = alphabet[alphabet.indexOf(last) ^ 1] ?? "";
    const forms = {
      "unused bits": `${head}.${body}.${tail.slice(0, -1)}${twin}`,
      padding: `${head}.${body}.${tail}==`,
      "base64 of the other kind": `${head}.${body}.${tail.replaceAll("-", "+").replaceAll("_", "/")}+`,
      "no signature": `${head}.${body}.`,
      "two parts": `${head}.${body}`,
      "four parts": `${head}.${body}.${tail}.${tail}`,
      "an empty header": `.${body}.${tail}`,
      "an empty payload": `${head}..${tail}`,
      "one character too many": `${head}.${body}.${tail}AAA`,
      "longer than a header can be": `${head}.${body}.${tail}${"A".repeat(12_000)}`,
    };
    for (const [form, token] of Object.entries(forms)) {
      assert.equal(await function_.decide(`Bearer ${token}`), "unauthorized", form);
    }
    assert.equal(await function_.decide(`Bearer ${head}.${body}.${tail}`), "allow");
    const long = await function_.token(key, { note: "x".repeat(7_600) });
    assert.ok(long.length > 10_240, "longer than API Gateway allows, but otherwise valid");
    assert.equal(await function_.decide(`Bearer ${long}`), "unauthorized");
    assert.equal(await function_.decide(`Bearer ${await function_.token(key, { note: "x".repeat(7_000) })}`), "allow");
  });

  it("rejects a signed header or payload that two parsers could read differently", async () => {
    const function_ = bench();
    const good = JSON.stringify(function_.claims());
    const inside = good.slice(1, -1);
    const payloads = {
      "a claim twice": `{${inside},"aud":"orders"}`,
      "a claim twice, once with an escape": `{${inside},"\\u0061ud":"orders"}`,
      "a member twice further down": `{${inside},"act":{"sub":"a","sub":"b"}}`,
      "a member twice in a list": `{${inside},"x":[{"a":1,"a":1}]}`,
      "no JSON": good.slice(0, -1),
      "a byte order mark": `\u{feff}${good}`,
      "a list": `[${good}]`,
      null: "null",
      "a text": JSON.stringify(good),
      "a prototype with the claims": `{"__proto__":${good}}`,
    };
    for (const [what, payload] of Object.entries(payloads)) {
      assert.equal(await function_.decide(`Bearer ${await compact(key, payload)}`), "unauthorized", what);
    }
    // Invalid UTF-8 with a valid signature.
    const { sign } = await import("node:crypto");
    const { KeyObject } = await import("node:crypto");
    const sealed = (header: string, payload: Buffer): string => {
      const signed = `${encode(header)}.${payload.toString("base64url")}`;
      return `${signed}.${sign("sha256", Buffer.from(signed), KeyObject.from(key.privateKey)).toString("base64url")}`;
    };
    const plain = Buffer.from(good);
    const broken = Buffer.concat([plain.subarray(0, -1), Buffer.from(',"x":"'), Buffer.of(0xff), Buffer.from('"}')]);
    assert.equal(await function_.decide(`Bearer ${sealed('{"alg":"RS256","kid":"one"}', plain)}`), "allow");
    assert.equal(await function_.decide(`Bearer ${sealed('{"alg":"RS256","kid":"one"}', broken)}`), "unauthorized");
    const headers = [
      '{"alg":"RS256","kid":"one","kid":"one"}',
      '{"alg":"none","alg":"RS256","kid":"one"}',
      '{"alg":"RS256","kid":7}',
      '{"alg":"RS256","kid":null}',
      '{"alg":["RS256"],"kid":"one"}',
      '{"kid":"one"}',
      '{"alg":"RS256","kid":"one","crit":["exp"],"exp":1}',
      '{"alg":"RS256","kid":"one","crit":[]}',
      '{"alg":"RS256","kid":"one","b64":true}',
      '["RS256"]',
      "null",
      "{",
    ];
    for (const header of headers) {
      assert.equal(await function_.decide(`Bearer ${sealed(header, plain)}`), "unauthorized", header);
    }
    // No duplicates: the same name in different objects, and within texts.
    const similar = `{${inside},"x":{"aud":1,"iss":"{\\"aud\\":1,\\"aud\\":2}"},"y":[{"a":1},{"a":1}]}`;
    assert.equal(await function_.decide(`Bearer ${await compact(key, similar)}`), "allow");
  });

  it("accepts a payload as deeply nested as the size of a header allows", async () => {
    const function_ = bench();
    const inside = JSON.stringify(function_.claims()).slice(1, -1);
    const deep = `{${inside},"x":${"[".repeat(3_000)}${"]".repeat(3_000)}}`;
    assert.equal(await function_.decide(`Bearer ${await compact(key, deep)}`), "allow");
  });

  it("verifies issuer, audience and times, with a tolerance of a minute", async () => {
    const function_ = bench({ audiences: ["orders", "shop"] });
    const at = function_.seconds;
    const url = function_.issuer.url;
    const cases: readonly (readonly [object, boolean])[] = [
      [{ iss: url }, true],
      ...[`${url}/`, url.toUpperCase(), url.slice(0, -1), [url], undefined, null, ""].map(
        (iss) => [{ iss }, false] as const,
      ),
      ...["orders", "shop", ["shop"], ["other", "orders"]].map((aud) => [{ aud }, true] as const),
      ...["other", "Orders", "orders shop", "", [], ["other"], ["orders", 7], { orders: true }, 7, undefined, null].map(
        (aud) => [{ aud }, false] as const,
      ),
      [{ aud: undefined, client_id: "orders" }, false],
      ...[at + 1, at, at - 59, at - 59.5, 1e300].map((exp) => [{ exp }, true] as const),
      ...[at - 60, at - 3_600, 0, -1, String(at + 300), undefined, null, true, [at + 300]].map(
        (exp) => [{ exp }, false] as const,
      ),
      ...[at - 300, at, at + 60, 0].map((nbf) => [{ nbf }, true] as const),
      ...[at + 61, at + 60.5, String(at), null].map((nbf) => [{ nbf }, false] as const),
      ...[at - 300, at + 60, undefined].map((iat) => [{ iat }, true] as const),
      ...[at + 61, String(at), null].map((iat) => [{ iat }, false] as const),
    ];
    for (const [claims, good] of cases) {
      const decision = await function_.decide(`Bearer ${await function_.token(key, claims)}`);
      assert.equal(decision, good ? "allow" : "unauthorized", JSON.stringify(claims));
    }
    const endless = JSON.stringify(function_.claims({ exp: 0 })).replace('"exp":0', '"exp":1e999');
    assert.equal(await function_.decide(`Bearer ${await compact(key, endless)}`), "unauthorized");
  });

  it("compares the client_id of a token without aud with the audiences if audienceFallback is declared, and otherwise rejects it", async () => {
    const cases: readonly (readonly [claims: object, undeclared: boolean, declared: boolean])[] = [
      [{ aud: undefined, client_id: "orders" }, false, true],
      [{ aud: undefined, client_id: "Orders" }, false, false],
      [{ aud: undefined, client_id: ["orders"] }, false, false],
      [{ aud: undefined, client_id: "" }, false, false],
      [{ aud: undefined }, false, false],
      ...["", [], null, "other", ["other"]].map((aud) => [{ aud, client_id: "orders" }, false, false] as const),
      ...["orders", ["orders"]].map((aud) => [{ aud, client_id: "other" }, true, true] as const),
    ];
    const declared = bench({ audienceFallback: "client_id" });
    const undeclared = bench();
    for (const [claims, ...good] of cases) {
      for (const [index, function_] of [undeclared, declared].entries()) {
        const decision = await function_.decide(`Bearer ${await function_.token(key, claims)}`);
        assert.equal(decision, good[index] ? "allow" : "unauthorized", JSON.stringify(claims));
      }
    }
  });

  it("denies a token without a required scope, and distinguishes it from an invalid token", async () => {
    const function_ = bench({ scopes: ["orders:read", "orders:write"] });
    const cases: readonly (readonly [object, "allow" | "deny"])[] = [
      ...[
        { scope: "orders:read" },
        { scope: "a orders:write b" },
        { scp: "a orders:read" },
        { scp: ["orders:read"] },
        { scope: ["x", "orders:read"] },
        { scope: "a", scp: ["orders:write"] },
        { scp: [7, "orders:read"] },
      ].map((claims) => [claims, "allow"] as const),
      ...[
        {},
        { scope: "" },
        { scope: "orders" },
        { scope: "orders:read,orders:write" },
        { scope: "ORDERS:READ" },
        { scope: "orders:read\n" },
        { scope: "orders:readx" },
        { scp: [] },
        { scp: [["orders:read"]] },
        { scope: { "orders:read": true } },
        { scopes: "orders:read" },
        { scope: 7 },
        { scope: null },
      ].map((claims) => [claims, "deny"] as const),
    ];
    for (const [claims, expected] of cases) {
      assert.equal(
        await function_.decide(`Bearer ${await function_.token(key, claims)}`),
        expected,
        JSON.stringify(claims),
      );
    }
    const bad = await function_.token(stranger, { scope: "orders:read" });
    assert.equal(await function_.decide(`Bearer ${bad}`), "unauthorized");
    const authorizationToken = `Bearer ${await function_.token(key)}`;
    const { policyDocument } = await function_.handler({ authorizationToken, methodArn });
    assert.deepEqual(policyDocument.Statement, [
      { Action: "execute-api:Invoke", Effect: "Deny", Resource: methodArn.replace("orders/7", "*") },
    ]);
  });

  it("trusts no key that the token contains or refers to", async () => {
    const function_ = bench();
    const headers = [
      {},
      { jwk: stranger.jwk },
      { jku: "https://stranger.example.com/keys" },
      { x5u: "https://stranger.example.com/keys" },
      { kid: "../../dev/null", jwk: stranger.jwk },
      { kid: undefined, jwk: stranger.jwk },
    ];
    for (const header of headers) {
      assert.equal(await function_.decide(`Bearer ${await function_.token(stranger, {}, header)}`), "unauthorized");
    }
    assert.deepEqual([...new Set(function_.issuer.asked)], [function_.issuer.discovery, function_.issuer.jwksUri]);
  });

  it("rejects a token without a signature, and one signed with the public key as a secret", async () => {
    const function_ = bench();
    const { createHmac, KeyObject, createPublicKey } = await import("node:crypto");
    const claims = encode(JSON.stringify(function_.claims()));
    const signature = (await function_.token(key)).split(".")[2];
    for (const alg of ["none", "None", "NONE", ""]) {
      const head = encode(JSON.stringify({ alg, kid: "one" }));
      for (const tail of ["", signature])
        assert.equal(await function_.decide(`Bearer ${head}.${claims}.${tail}`), "unauthorized");
    }
    const publicKey = createPublicKey(KeyObject.from(key.privateKey));
    const secrets = [
      publicKey.export({ type: "spki", format: "pem" }),
      publicKey.export({ type: "spki", format: "der" }),
      JSON.stringify(key.jwk),
      key.jwk.n ?? "",
    ];
    for (const secret of secrets) {
      const signed = `${encode(JSON.stringify({ alg: "HS256", kid: "one" }))}.${claims}`;
      const mac = createHmac("sha256", secret).update(signed).digest("base64url");
      assert.equal(await function_.decide(`Bearer ${signed}.${mac}`), "unauthorized");
    }
    // An error that the token itself shows causes no request to the issuer.
    assert.deepEqual(function_.issuer.asked, []);
  });

  it("logs why it rejected a token, and nothing of the token but its issuer", async () => {
    const function_ = bench({ scopes: ["orders:read"] });
    const tokens = [
      await function_.token(key, { exp: function_.seconds - 100 }),
      await function_.token(key, { iss: `${function_.issuer.url}/` }),
      await function_.token(key, { iss: "x".repeat(5_000) }),
      await function_.token(key, { iss: undefined }),
      await function_.token(key, { aud: "secret-audience" }),
      await function_.token(stranger),
      await function_.token(stranger, {}, { kid: "two" }),
      await function_.token(stranger, {}, { kid: undefined }),
      await function_.token(key),
    ];
    for (const token of tokens) await function_.decide(`Bearer ${token}`);
    const { url } = function_.issuer;
    assert.deepEqual(function_.log, [
      { decision: "unauthenticated", token: "expired" },
      { decision: "unauthenticated", token: `of the issuer "${url}/", not exactly "${url}"` },
      { decision: "unauthenticated", token: `of the issuer "${"x".repeat(199)}..., not exactly "${url}"` },
      { decision: "unauthenticated", token: `of the issuer none, not exactly "${url}"` },
      { decision: "unauthenticated", token: "for another audience" },
      { decision: "unauthenticated", token: "with a bad signature" },
      { decision: "unauthenticated", token: "signed by a key that is none of the issuer's" },
      { decision: "unauthenticated", token: "signed by none of the issuer's keys" },
      { decision: "forbidden", token: "without any of the scopes", scopes: ["orders:read"] },
    ]);
  });

  it("accepts an issuer whose name ends with a slash, compared exactly", async () => {
    const function_ = bench({ issuer: new LocalIssuer("https://login.example.com/") });
    assert.equal(await function_.decide(`Bearer ${await function_.token(key)}`), "allow");
    assert.deepEqual(function_.issuer.asked[0], "https://login.example.com/.well-known/openid-configuration");
    const other = await function_.token(key, { iss: "https://login.example.com" });
    assert.equal(await function_.decide(`Bearer ${other}`), "unauthorized");
  });
});
