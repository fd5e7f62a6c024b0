import assert from "node:assert/strict";
import { createPrivateKey, createPublicKey, generateKeyPairSync, type KeyObject } from "node:crypto";
import { SignJWT, UnsecuredJWT } from "jose";
import type { Surroundings } from "../../../../../sandbox/data-plane/interpreter.ts";
import type { KeySet } from "../../../../../sandbox/data-plane/verifying/keys.ts";
import {
  field,
  openApi,
  policies,
  refused,
  type Service,
  service,
} from "../../../../support/sandbox/data-plane/azure/api-management/service.ts";

const ISSUER = "https://login.example.com";
const DISCOVERY = `${ISSUER}/.well-known/openid-configuration`;
const OTHER = "https://other.example.com";

const rsa = (): KeyObject => generateKeyPairSync("rsa", { modulusLength: 2048 }).privateKey;
const trusted = rsa();
const stranger = rsa();
const other = rsa();
const elliptic = createPrivateKey(
  generateKeyPairSync("ec", { namedCurve: "P-256" }).privateKey.export({ type: "pkcs8", format: "pem" }),
);

const setOf = (issuer: string, ...keys: readonly (readonly [string, KeyObject])[]): KeySet => ({
  keys: keys.map(([kid, key]) => ({ kid, alg: undefined, key: createPublicKey(key) })),
  issuer,
});
/** Published keys by the URL of the discovery document. */
const published = new Map<string, KeySet>([
  [DISCOVERY, setOf(ISSUER, ["k1", trusted], ["e1", elliptic])],
  [`${OTHER}/.well-known/openid-configuration`, setOf(OTHER, ["o1", other])],
]);
const keys: Surroundings["keys"] = {
  of(location) {
    const found = "discovery" in location ? published.get(location.discovery) : undefined;
    const answer = found ?? { failure: "nothing is published there" };
    return { current: () => answer, refetched: () => answer };
  },
};

const NOW = Date.parse("2026-01-01T00:00:00Z") / 1000;
interface Wanted {
  readonly claims?: Readonly<Record<string, unknown>>;
  readonly key?: KeyObject | Uint8Array;
  readonly alg?: string;
  readonly kid?: string | undefined;
}
const sign = ({ claims = {}, key = trusted, alg = "RS256", kid = "k1" }: Wanted = {}): Promise<string> =>
  new SignJWT({ iss: ISSUER, aud: "orders", sub: "me", exp: NOW + 60, ...claims })
    .setProtectedHeader({ alg, typ: "JWT", ...(kid === undefined ? {} : { kid }) })
    .sign(key);

const CONFIG = `<openid-config url="${DISCOVERY}" />`;
const AUDIENCES = "<audiences><audience>billing</audience><audience>orders</audience></audiences>";
const ISSUERS = `<issuers><issuer>${ISSUER}</issuer></issuers>`;
const jwt = (attributes = 'header-name="Authorization"', children = `${CONFIG}${AUDIENCES}${ISSUERS}`): string =>
  `<validate-jwt ${attributes}>${children}</validate-jwt>`;
const guarded = (policy: string, onError = ""): Service =>
  service({ policy: policies({ inbound: policy, onError }) }, { keys });
const bearer = (token: string) => ({ Authorization: `Bearer ${token}` });
const ask = async (subject: Service, headers: Readonly<Record<string, string>>, line = "GET /shop/orders") => {
  const outcome = await subject.decide(line, headers);
  return "reply" in outcome
    ? `${outcome.decision} ${outcome.reply.status} ${JSON.parse(outcome.reply.body).message}`
    : outcome.decision;
};

describe("validate-jwt", () => {
  it("accepts a token of the issuer, and forwards it unchanged", async () => {
    const subject = guarded(jwt());
    const token = await sign();
    assert.equal(field(await subject.forward("GET /shop/orders", bearer(token)), "authorization"), `Bearer ${token}`);
    assert.equal(await ask(subject, { authorization: `bearer  ${token}` }), "proxied");
    assert.equal(await ask(subject, { Authorization: token }), "proxied");
  });

  it("rejects every token that is not valid, with the message of the cause", async () => {
    const subject = guarded(jwt());
    const good = await sign();
    const [head, payload, signature] = good.split(".") as [string, string, string];
    const cases: readonly (readonly [string, Readonly<Record<string, string>>])[] = [
      ["JWT not present.", {}],
      ["JWT not present.", { Authorization: "" }],
      ["The token is not well formed.", bearer("nonsense")],
      ["The token is not well formed.", bearer(`${good} ${good}`)],
      [
        "Lifetime validation failed. The token is expired. Access denied.",
        bearer(await sign({ claims: { exp: NOW } })),
      ],
      [
        "Lifetime validation failed. The token is expired. Access denied.",
        bearer(await sign({ claims: { exp: undefined } })),
      ],
      ["Lifetime validation failed. The token is not yet valid.", bearer(await sign({ claims: { nbf: NOW + 1 } }))],
      ["Issuer validation failed. Access denied.", bearer(await sign({ claims: { iss: OTHER } }))],
      ["Issuer validation failed. Access denied.", bearer(await sign({ claims: { iss: undefined } }))],
      ["Audience validation failed. Access denied.", bearer(await sign({ claims: { aud: "other" } }))],
      ["Audience validation failed. Access denied.", bearer(await sign({ claims: { aud: undefined } }))],
      ["Signature validation failed. Access denied.", bearer(await sign({ key: stranger }))],
      ["Signature validation failed. Access denied.", bearer(`${head}.${payload}.${signature.slice(0, -6)}AAAAAA`)],
      ["Signature validation failed. The key was not found. Access denied.", bearer(await sign({ kid: "k9" }))],
      [
        "Signature validation failed. The algorithm is not supported. Access denied.",
        bearer(await sign({ alg: "RS384" })),
      ],
      [
        "Signature validation failed. The algorithm is not supported. Access denied.",
        bearer(await sign({ alg: "ES256", key: elliptic, kid: "e1" })),
      ],
      [
        "Signature validation failed. The algorithm is not supported. Access denied.",
        bearer(
          await sign({
            alg: "HS256",
            key: new TextEncoder().encode(createPublicKey(trusted).export({ type: "spki", format: "pem" }) as string),
          }),
        ),
      ],
      [
        "Signature validation failed. The token is not signed. Access denied.",
        bearer(new UnsecuredJWT({ iss: ISSUER, aud: "orders", exp: NOW + 60 }).encode()),
      ],
      ["Signature validation failed. The token is not signed. Access denied.", bearer(`${head}.${payload}.`)],
    ];
    for (const [message, headers] of cases) {
      assert.equal(await ask(subject, headers), `unauthenticated 401 ${message}`, JSON.stringify(headers).slice(0, 60));
    }
    const alone = await subject.reply("GET /shop/orders");
    assert.deepEqual(alone.headers, [["Content-Type", "application/json"]]);
    assert.equal(alone.body, '{ "statusCode": 401, "message": "JWT not present." }');
  });

  it("accepts RS256, RS512 and PS256, and a token without a key id", async () => {
    const subject = guarded(jwt());
    for (const wanted of [{}, { alg: "RS512" }, { alg: "PS256" }, { kid: undefined }]) {
      assert.equal(await ask(subject, bearer(await sign(wanted))), "proxied", JSON.stringify(wanted));
    }
  });

  it("rejects an accepted token as soon as it expires", async () => {
    const subject = guarded(jwt());
    const headers = bearer(await sign({ claims: { exp: NOW + 10 } }));
    assert.equal(await ask(subject, headers), "proxied");
    subject.clock.now += 9_999;
    assert.equal(await ask(subject, headers), "proxied");
    subject.clock.now += 1;
    assert.match(await ask(subject, headers), /^unauthenticated 401 .*expired/);
    const skewed = guarded(jwt('header-name="Authorization" clock-skew="5"'));
    skewed.clock.now += 14_000;
    assert.equal(await ask(skewed, headers), "proxied");
    skewed.clock.now += 1_000;
    assert.match(await ask(skewed, headers), /expired/);
    const endless = guarded(jwt('header-name="Authorization" require-expiration-time="false"'));
    assert.equal(await ask(endless, bearer(await sign({ claims: { exp: undefined } }))), "proxied");
  });

  it("finds the token in a header of another name, a query parameter or an expression", async () => {
    const token = await sign();
    const custom = guarded(jwt('header-name="X-Token" require-scheme="Bearer"'));
    assert.equal(await ask(custom, { "x-token": token }), "proxied");
    assert.match(await ask(custom, { "x-token": `Bearer ${token}` }), /not well formed/);
    assert.match(await ask(custom, bearer(token)), /JWT not present/);
    const query = guarded(jwt('query-parameter-name="access_token"'));
    assert.equal(await ask(query, {}, `GET /shop/orders?access_token=${token}`), "proxied");
    assert.match(await ask(query, bearer(token)), /JWT not present/);
    const expression = guarded(
      jwt(`token-value="@(context.Request.Headers.GetValueOrDefault(&quot;T&quot;, &quot;&quot;))"`),
    );
    assert.equal(await ask(expression, { T: token }), "proxied");
    assert.match(await ask(expression, {}), /JWT not present/);
  });

  it("requires the scheme of require-scheme in the Authorization header", async () => {
    const subject = guarded(jwt('header-name="Authorization" require-scheme="Bearer"'));
    const token = await sign();
    assert.equal(await ask(subject, { Authorization: `BEARER ${token}` }), "proxied");
    assert.match(await ask(subject, { Authorization: token }), /^unauthenticated 401/);
    assert.match(await ask(subject, { Authorization: `Basic ${token}` }), /^unauthenticated 401/);
    assert.match(await ask(subject, { Authorization: "Bearer" }), /^unauthenticated 401/);
  });

  it("responds with the status and the message of the policy", async () => {
    const subject = guarded(
      jwt(
        'header-name="Authorization" failed-validation-httpcode="403" failed-validation-error-message="Go &quot;away&quot;"',
      ),
    );
    const reply = await subject.reply("GET /shop/orders");
    assert.equal(reply.status, 403);
    assert.equal(reply.body, '{ "statusCode": 403, "message": "Go \\"away\\"" }');
  });

  it("requires claims: all or any of the values, split by a separator", async () => {
    const claim = (attributes: string, ...values: readonly string[]) =>
      guarded(
        jwt(
          undefined,
          `${CONFIG}<required-claims><claim name="scp" ${attributes}>${values.map((each) => `<value>${each}</value>`).join("")}</claim></required-claims>`,
        ),
      );
    const held = bearer(await sign({ claims: { scp: "a b" } }));
    const list = bearer(await sign({ claims: { scp: ["a", "b"] } }));
    assert.equal(await ask(claim('match="all" separator=" "', "a", "b"), held), "proxied");
    assert.equal(await ask(claim('match="any" separator=" "', "b", "c"), held), "proxied");
    assert.equal(await ask(claim('match="any"', "a b"), held), "proxied");
    assert.equal(await ask(claim("", "a", "b"), list), "proxied");
    assert.equal(await ask(claim(""), list), "proxied");
    assert.equal(
      await ask(claim('separator=" "', "a", "c"), held),
      "forbidden 401 Claim scp value of a b is not allowed. Access denied.",
    );
    assert.equal(
      await ask(claim('match="any"', "a"), held),
      "forbidden 401 Claim scp value of a b is not allowed. Access denied.",
    );
    assert.equal(
      await ask(claim("", "a"), bearer(await sign())),
      "forbidden 401 JWT token is missing the following claims: scp. Access denied.",
    );
  });

  it("accepts the issuer of the configuration when the policy lists no issuers, and otherwise only the listed ones", async () => {
    const discovered = guarded(jwt(undefined, CONFIG));
    assert.equal(await ask(discovered, bearer(await sign())), "proxied");
    assert.match(await ask(discovered, bearer(await sign({ claims: { iss: OTHER } }))), /Issuer/);
    const named = guarded(jwt(undefined, `${CONFIG}<issuers><issuer>${OTHER}</issuer></issuers>`));
    assert.match(await ask(named, bearer(await sign())), /Issuer/);
    assert.equal(await ask(named, bearer(await sign({ claims: { iss: OTHER } }))), "proxied");
  });

  it("accepts a token of any of several issuers, each with its own keys", async () => {
    const subject = guarded(
      jwt(undefined, `${CONFIG}<openid-config url="${OTHER}/.well-known/openid-configuration" />${AUDIENCES}`),
    );
    assert.equal(await ask(subject, bearer(await sign())), "proxied");
    assert.equal(await ask(subject, bearer(await sign({ key: other, kid: "o1", claims: { iss: OTHER } }))), "proxied");
    assert.match(await ask(subject, bearer(await sign({ key: other, kid: "o1" }))), /Issuer/);
    assert.match(
      await ask(subject, bearer(await sign({ key: other, kid: "k1", claims: { iss: OTHER } }))),
      /Signature/,
    );
  });

  it("rejects every token while the keys of the issuer are not available", async () => {
    const subject = guarded(jwt(undefined, `<openid-config url="https://nobody.example/x" />`));
    assert.equal(
      await ask(subject, bearer(await sign())),
      "unauthenticated 401 Unable to obtain the OpenID configuration.",
    );
  });

  it("passes the token to later policies as a Jwt, which can require scopes with another status", async () => {
    const scopes = `<choose><when condition="@(!((Jwt)context.Variables[&quot;jwt&quot;]).Claims.GetValueOrDefault(&quot;scp&quot;, &quot;&quot;).Split(' ').Contains(&quot;orders:read&quot;))">
      <return-response><set-status code="403" reason="Forbidden" /><set-body>{"statusCode":403,"message":"Forbidden"}</set-body></return-response></when></choose>
      <set-header name="X-Subject"><value>@(((Jwt)context.Variables["jwt"]).Subject)</value></set-header>`;
    const subject = guarded(jwt('header-name="Authorization" output-token-variable-name="jwt"') + scopes);
    assert.equal(await ask(subject, bearer(await sign())), "forbidden 403 Forbidden");
    const forward = await subject.forward("GET /shop/orders", bearer(await sign({ claims: { scp: "x orders:read" } })));
    assert.equal(field(forward, "x-subject"), "me");
    assert.match(await ask(subject, {}), /^unauthenticated 401/);
  });

  it("protects only the operations whose branch contains it", async () => {
    const policy = policies({
      inbound: `<choose><when condition="@(context.Operation.Id == &quot;get-a&quot;)">${jwt()}</when></choose>`,
    });
    const subject = service({ policy, document: openApi("GET /a", "GET /b") }, { keys });
    assert.match(await ask(subject, {}, "GET /shop/a"), /^unauthenticated 401/);
    assert.equal(await ask(subject, {}, "GET /shop/b"), "proxied");
  });

  it("evaluates expressions in audiences for each request", async () => {
    const subject = guarded(
      jwt(undefined, `${CONFIG}<audiences><audience>@(context.Request.OriginalUrl.Host)</audience></audiences>`),
    );
    assert.equal(await ask(subject, bearer(await sign({ claims: { aud: ["x", "gateway.example.com"] } }))), "proxied");
    assert.match(await ask(subject, bearer(await sign())), /Audience/);
  });

  it("reports the reason and the place of a failure to the error section", async () => {
    const onError = `<set-header name="X-Error"><value>@(context.LastError.Source + "|" + context.LastError.Reason + "|" + context.LastError.Section + "|" + context.LastError.Path + "|" + context.LastError.PolicyId + "|" + context.LastError.Scope)</value></set-header>`;
    const subject = guarded(jwt('id="guard" header-name="Authorization"'), onError);
    assert.equal(
      field(await subject.reply("GET /shop/orders"), "x-error"),
      "validate-jwt|TokenNotPresent|inbound|validate-jwt[1]|guard|api",
    );
  });

  it("stops the deployment, with the place, for what the service rejects or the sandbox does not support", () => {
    const at = (policy: string, place: RegExp, problem: RegExp) => refused(() => guarded(policy), place, problem);
    const guard = /^apis\.orders\.policy:1:\d+ inbound validate-jwt\[1\]/;
    at(jwt(""), guard, /exactly one of header-name/);
    at(jwt('header-name="A" token-value="b"'), guard, /exactly one of header-name/);
    at(jwt('header-name="A" require-signed-tokens="false"'), /@require-signed-tokens$/, /not supported by the sandbox/);
    at(jwt('header-name="A" clock-skew="@(1)"'), /@clock-skew$/, /not supported by the sandbox/);
    at(jwt('header-name="A" clock-skew="x"'), /@clock-skew$/, /whole number/);
    at(jwt('header-name="A" failed-validation-httpcode="200"'), /@failed-validation-httpcode$/, /from 400 to 599/);
    at(jwt('header-name="A" colour="red"'), /@colour$/, /the sandbox does not model this attribute of <validate-jwt>/);
    at(
      jwt('header-name="A" output-token-variable-name="@(1)"'),
      /@output-token-variable-name$/,
      /the sandbox does not model an expression here/,
    );
    at(jwt('header-name="A"', AUDIENCES), guard, /must contain an <openid-config>/);
    at(
      jwt('header-name="A"', `${AUDIENCES}${CONFIG}`),
      /openid-config\[1\]$/,
      /the documented order is <openid-config>/,
    );
    at(jwt('header-name="A"', `${CONFIG}<audiences />`), /audiences\[1\]$/, /at least one <audience>/);
    at(
      jwt('header-name="A"', `${CONFIG}<audiences><audience> </audience></audiences>`),
      /audience\[1\]$/,
      /<audience> is empty/,
    );
    at(jwt('header-name="A"', `${CONFIG}<issuers />`), /issuers\[1\]$/, /at least one <issuer>/);
    at(jwt('header-name="A"', `${CONFIG}${ISSUERS}${ISSUERS}`), /issuers\[2\]$/, /more than once/);
    at(jwt('header-name="A"', `${CONFIG}<required-claims />`), /required-claims\[1\]$/, /at least one <claim>/);
    at(
      jwt('header-name="A"', `${CONFIG}<required-claims><claim name="x" match="some" /></required-claims>`),
      /claim\[1\]@match$/,
      /all, any/,
    );
    at(
      jwt('header-name="A"', `${CONFIG}<issuer-signing-keys><key>eA==</key></issuer-signing-keys>`),
      /issuer-signing-keys\[1\]$/,
      /not supported by the sandbox/,
    );
    at(jwt('header-name="A"', `<openid-config url="login" />`), /openid-config\[1\]@url$/, /http/);
    at(jwt('header-name="A"', `${CONFIG}<scopes />`), /scopes\[1\]$/, /does not model <scopes> in <validate-jwt>/);
    at(
      `<choose><when condition="true">${jwt("")}</when></choose>`,
      /inbound choose\[1\]\/when\[1\]\/validate-jwt\[1\]$/,
      /exactly one/,
    );
  });
});
