import assert from "node:assert/strict";
import type { AwsSigner } from "../../../../../../sandbox/data-plane/aws/artefacts/signer.ts";
import { interpretAwsRestApi } from "../../../../../../sandbox/data-plane/aws/rest-api/rest-api.ts";
import type { GatewayRequest } from "../../../../../../sandbox/data-plane/interpreter.ts";
import { type SigningOrder, sign } from "../../../../../contract/world/signatures.ts";
import {
  EXECUTION,
  RestStand,
  restApi,
  lambda as restLambda,
  toFunction,
  to as toRest,
} from "../../../../../support/sandbox/data-plane/aws/rest-api/service.ts";
import { gateway, httpApi, TestDataPlane, to } from "../../../../../support/sandbox/data-plane/test-data-plane.ts";

const signed = { "x-amazon-apigateway-auth": { type: "AWS_IAM" } };
const credentials = { accessKeyId: "AKIABILLING000000001", secretAccessKey: "billing/secret" };
const policy = (Effect: string, Resource: string) =>
  JSON.stringify({ Version: "2012-10-17", Statement: [{ Effect, Action: "execute-api:Invoke", Resource }] });
const billing: AwsSigner = {
  ...credentials,
  active: true,
  principal: { arn: "arn:aws:iam::123456789012:user/billing", userId: "AIDABILLING", name: "billing" },
  policies: [policy("Allow", `${EXECUTION}/*/*/orders*`)],
};
const session: AwsSigner = {
  accessKeyId: "ASIASESSION000000001",
  secretAccessKey: "session/secret",
  sessionToken: "session/token==",
  expires: Date.now() + 3_600_000,
  active: true,
  principal: { arn: "arn:aws:sts::123456789012:assumed-role/reports/monthly", userId: "AROAREPORTS:monthly" },
  policies: [policy("Allow", "*"), policy("Deny", `${EXECUTION}/*/GET/orders/secret`)],
};
const signers = [billing, session];

interface Asked {
  readonly method?: string;
  readonly body?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly order?: Partial<SigningOrder>;
}

async function ask(
  url: string,
  { method = "GET", body = "", headers = {}, order = {} }: Asked = {},
): Promise<Response> {
  const { host, pathname, search } = new URL(url);
  const signing: SigningOrder = { credentials, region: "eu-west-1", service: "execute-api", at: Date.now(), ...order };
  const parts = { method, path: pathname, query: search.slice(1), body: Buffer.from(body) };
  const signed = await sign(signing, { ...parts, headers: [["host", host], ...Object.entries(headers)] });
  const query = signed.query === "" ? "" : `?${signed.query}`;
  return await fetch(`http://${host}${pathname}${query}`, {
    method,
    headers: Object.fromEntries(signed.headers.filter(([name]) => name !== "host")),
    ...(body === "" ? {} : { body }),
  });
}

/** The status, the exception and the body. */
async function seen(response: Response | Promise<Response>): Promise<readonly [number, string | null, string]> {
  const answer = await response;
  return [answer.status, answer.headers.get("x-amzn-errortype"), await answer.text()];
}

describe("A REST API's method that requires a signature", () => {
  let stand: RestStand;
  let url: string;

  before(async () => {
    stand = await new RestStand().start();
    stand.functions.returns("echo", (event) => ({ statusCode: 200, body: JSON.stringify(event) }));
    url = stand.serve(
      {
        "/orders": { post: toRest("/orders", {}, signed), get: toFunction("echo", {}, signed) },
        "/orders/{id}": { get: toRest("/orders/{id}", {}, signed) },
        "/prices": { get: toRest("/prices", {}, signed) },
      },
      { functions: restLambda("echo"), signers },
    );
  });
  after(() => stand.close());

  it("passes on a permitted signer's request, with its body and without the signature", async () => {
    const body = "x".repeat(40_000);
    const [status] = await seen(
      ask(`${url}/orders?b=2&a=1`, { method: "POST", body, headers: { "x-a": " one  two " } }),
    );
    assert.equal(status, 200);
    const { last } = stand.backend;
    assert.deepEqual([last.method, last.url, last.body], ["POST", "/orders?b=2&a=1", body]);
    assert.equal(last.headers.authorization, undefined);
    assert.match(last.headers["x-amz-date"] ?? "", /^\d{8}T\d{6}Z$/);
    assert.equal(stand.log.at(-1)?.decision, "proxied");
  });

  it("passes the signer to a function", async () => {
    const event = JSON.parse((await seen(ask(`${url}/orders`)))[2]);
    assert.equal(event.headers.Authorization, undefined);
    const { accessKey, accountId, caller, user, userArn, sourceIp, apiKey } = event.requestContext.identity;
    assert.deepEqual(
      { accessKey, accountId, caller, user, userArn, sourceIp, apiKey },
      {
        accessKey: credentials.accessKeyId,
        accountId: "123456789012",
        caller: "AIDABILLING",
        user: "AIDABILLING",
        userArn: "arn:aws:iam::123456789012:user/billing",
        sourceIp: "127.0.0.1",
        apiKey: undefined,
      },
    );
  });

  it("refuses every other request with the service's own message", async () => {
    const unsigned = fetch(`${url}/orders/1`);
    assert.deepEqual(await seen(unsigned), [
      403,
      "MissingAuthenticationTokenException",
      '{"message":"Missing Authentication Token"}',
    ]);
    const bearer = fetch(`${url}/orders/1`, { headers: { authorization: "Bearer abc.def.ghi" } });
    assert.deepEqual((await seen(bearer)).slice(0, 2), [403, "IncompleteSignatureException"]);
    const wrong = { credentials: { ...credentials, secretAccessKey: "another" } };
    assert.deepEqual(await seen(ask(`${url}/orders/1`, { order: wrong })), [
      403,
      "InvalidSignatureException",
      '{"message":"The request signature we calculated does not match the signature you provided. Check your AWS Secret Access Key and signing method. Consult the service documentation for details."}',
    ]);
    const [status, exception, late] = await seen(ask(`${url}/orders/1`, { order: { at: Date.now() - 301_000 } }));
    assert.deepEqual([status, exception], [403, "InvalidSignatureException"]);
    assert.match(late, /^\{"message":"Signature expired: \d{8}T\d{6}Z is now earlier than /);
    const nobody = { credentials: { ...credentials, accessKeyId: "AKIANOBODY0000000001" } };
    assert.deepEqual(await seen(ask(`${url}/orders/1`, { order: nobody })), [
      403,
      "AccessDeniedException",
      '{"message":"The security token included in the request is invalid."}',
    ]);
    assert.deepEqual(await seen(ask(`${url}/prices`)), [
      403,
      "AccessDeniedException",
      '{"Message":"User: arn:aws:iam::123456789012:user/billing is not authorized to perform: execute-api:Invoke on resource: arn:aws:execute-api:eu-west-1:********9012:a1b2c3d4e5/prod/GET/prices"}',
    ]);
    assert.deepEqual(
      stand.log.slice(-6).map(({ decision }) => decision),
      ["unauthenticated", "unauthenticated", "unauthenticated", "unauthenticated", "unauthenticated", "forbidden"],
    );
  });

  it("accepts a role's session only with its token and until it expires, and denies what the role may not do", async () => {
    const { accessKeyId, secretAccessKey, sessionToken = "" } = session;
    const order = { credentials: { accessKeyId, secretAccessKey, sessionToken } };
    assert.equal((await seen(ask(`${url}/prices`, { order })))[0], 200);
    const bare = { credentials: { accessKeyId, secretAccessKey } };
    assert.match(
      (await seen(ask(`${url}/prices`, { order: bare })))[2],
      /security token included in the request is invalid/,
    );
    const withForeignToken = { credentials: { ...credentials, sessionToken } };
    assert.match(
      (await seen(ask(`${url}/orders/1`, { order: withForeignToken })))[2],
      /security token included in the request is invalid/,
    );
    const [, , denied] = await seen(ask(`${url}/orders/secret`, { order }));
    assert.match(
      denied,
      /assumed-role\/reports\/monthly is not authorized .*GET\/orders\/secret with an explicit deny"/,
    );
    stand.ahead = 3_700_000;
    try {
      assert.deepEqual(await seen(ask(`${url}/prices`, { order: { ...order, at: stand.now() } })), [
        403,
        "ExpiredTokenException",
        '{"message":"The security token included in the request is expired"}',
      ]);
    } finally {
      stand.ahead = 0;
    }
  });

  it("accepts a signature in the query", async () => {
    assert.equal((await seen(ask(`${url}/orders/1?x=1`, { order: { expiresSeconds: 60 } })))[0], 200);
    assert.match(stand.backend.last.url, /^\/orders\/1\?x=1&X-Amz-Algorithm=AWS4-HMAC-SHA256&/);
    const past = { at: Date.now() - 61_000, expiresSeconds: 60 };
    assert.match((await seen(ask(`${url}/orders/1`, { order: past })))[2], /Signature expired: .* - 60 s\)/);
  });

  it("responds with 413 to a body that is too large, before it has arrived", async () => {
    const { host, pathname } = new URL(`${url}/orders`);
    const order: SigningOrder = { credentials, region: "eu-west-1", service: "execute-api", at: Date.now() };
    const parts = { method: "POST", path: pathname, query: "", body: Buffer.alloc(0) };
    const { headers } = await sign(order, { ...parts, headers: [["host", host]] });
    const response = await fetch(`${url}/orders`, {
      method: "POST",
      headers: Object.fromEntries(headers.filter(([name]) => name !== "host")),
      body: Buffer.alloc(10 * 1024 * 1024 + 1),
    });
    assert.equal((await seen(response))[0], 413);
  });

  it("shows the signer and the error in its access log", async () => {
    const format =
      "$context.requestId $context.identity.userArn $context.identity.caller $context.authenticate.status $context.authorize.status $context.authenticate.error";
    const artefacts = restApi(
      { "/orders": { get: toRest("/orders", {}, signed) }, "/prices": { get: toRest("/prices", {}, signed) } },
      { signers, stage: { accessLog: { logGroup: "access", format } } },
    );
    const interpreter = interpretAwsRestApi(artefacts, stand.surroundings);
    const logged = async (path: string, order: Partial<SigningOrder> | undefined): Promise<string> => {
      const signing: SigningOrder = {
        credentials,
        region: "eu-west-1",
        service: "execute-api",
        at: Date.now(),
        ...order,
      };
      const parts = { method: "GET", path: `/prod${path}`, query: "", body: Buffer.alloc(0) };
      const signed = await sign(signing, { ...parts, headers: [["host", "orders"]] });
      const headers: GatewayRequest["headers"] = order === undefined ? [["host", "orders"]] : signed.headers;
      let outcome = await interpreter.decide({
        ...parts,
        headers,
        header: (name) => headers.find(([each]) => each.toLowerCase() === name)?.[1],
        remoteAddress: "192.0.2.1",
      });
      if (outcome.decision === "undecided") outcome = outcome.inspection.decide(new Uint8Array());
      return outcome.logged?.({ status: 200, ms: 1, bytes: 0 }).message.replace(/^\S+ /, "") ?? "";
    };
    const arn = "arn:aws:iam::123456789012:user/billing";
    assert.equal(await logged("/orders", {}), `${arn} AIDABILLING 200 200 -`);
    assert.equal(await logged("/prices", {}), `${arn} AIDABILLING 200 403 -`);
    assert.equal(await logged("/orders", undefined), "- - 403 - Missing Authentication Token");
  });
});

describe("An HTTP API's route that requires a signature", () => {
  let stand: TestDataPlane;
  let url: string;
  const echo = "arn:aws:lambda:eu-west-1:123456789012:function:echo";
  const invoke = (payloadFormatVersion: string) => ({
    ...signed,
    "x-amazon-apigateway-integration": {
      type: "AWS_PROXY",
      httpMethod: "POST",
      uri: `arn:aws:apigateway:eu-west-1:lambda:path/2015-03-31/functions/${echo}/invocations`,
      payloadFormatVersion,
    },
  });
  const code = "exports.handler = async (event) => ({ statusCode: 200, body: JSON.stringify(event) });";

  before(async () => {
    stand = await new TestDataPlane().start();
    const artefacts = httpApi({
      "/orders/{id}": { get: to("/orders", {}, signed), post: to("/orders", {}, signed) },
      "/orders2": { get: invoke("2.0") },
      "/orders1": { get: invoke("1.0") },
      "/prices": { get: to("/prices", {}, signed) },
    });
    const target = {
      arn: echo,
      runtime: "nodejs22.x",
      handler: "index.handler",
      timeoutSeconds: 3,
      memoryMegabytes: 128,
      environment: {},
      files: { "index.js": Buffer.from(code).toString("base64") },
      permissions: [{ principal: "apigateway.amazonaws.com", sourceArn: `${EXECUTION}/*` }],
    };
    await stand.dataPlane.apply([
      gateway({ ...artefacts, executionArn: EXECUTION, functions: { [echo]: target }, signers }),
    ]);
    url = stand.dataPlane.url("aws/eu-west-1/orders");
  });
  after(() => stand.close());

  it("passes on a permitted signer's request, and refuses all others alike", async () => {
    assert.equal((await seen(ask(`${url}/orders/a%20b`, { method: "POST", body: "{}" })))[0], 200);
    assert.equal(stand.backend.last.body, "{}");
    const forbidden = [403, null, '{"message":"Forbidden"}'];
    assert.deepEqual(await seen(fetch(`${url}/orders/1`)), forbidden);
    const wrong = { credentials: { ...credentials, secretAccessKey: "another" } };
    assert.deepEqual(await seen(ask(`${url}/orders/1`, { order: wrong })), forbidden);
    assert.deepEqual(await seen(ask(`${url}/orders/1`, { order: { region: "us-east-1" } })), forbidden);
    assert.deepEqual(await seen(ask(`${url}/prices`)), forbidden);
    assert.deepEqual(
      stand.log.slice(-4).map(({ decision }) => decision),
      ["unauthenticated", "unauthenticated", "unauthenticated", "forbidden"],
    );
    assert.match(stand.log.at(-1)?.reason ?? "", /user\/billing may not invoke .*\/\$default\/GET\/prices$/);
  });

  it("passes the signer to a function, in both formats of the event", async () => {
    const userArn = "arn:aws:iam::123456789012:user/billing";
    const two = JSON.parse((await seen(ask(`${url}/orders2`)))[2]);
    assert.deepEqual(two.requestContext.authorizer, {
      iam: {
        accessKey: credentials.accessKeyId,
        accountId: "123456789012",
        callerId: "AIDABILLING",
        cognitoIdentity: null,
        principalOrgId: null,
        userArn,
        userId: "AIDABILLING",
      },
    });
    const one = JSON.parse((await seen(ask(`${url}/orders1`)))[2]);
    const { accessKey, accountId, caller, user, userArn: arn } = one.requestContext.identity;
    assert.deepEqual(
      { accessKey, accountId, caller, user, arn },
      {
        accessKey: credentials.accessKeyId,
        accountId: "123456789012",
        caller: "AIDABILLING",
        user: "AIDABILLING",
        arn: userArn,
      },
    );
  });
});
