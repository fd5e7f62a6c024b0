import assert from "node:assert/strict";
import { httpApiVariables } from "../../../../../sandbox/data-plane/aws/http-api/access-log-variables.ts";
import { restApiVariables } from "../../../../../sandbox/data-plane/aws/rest-api/access-log-variables.ts";
import { readFormat, UnusableFormat } from "../../../../../sandbox/data-plane/aws/shared/access-log.ts";
import { KEY_SCHEME, RestStand, to as toBackend } from "../../../../support/sandbox/data-plane/aws/rest-api/service.ts";
import { staff, TestDataPlane, to } from "../../../../support/sandbox/data-plane/test-data-plane.ts";

/** A JSON format with the given variables. */
const format = (...variables: readonly string[]): string =>
  JSON.stringify(Object.fromEntries(variables.map((variable) => [variable, `$context.${variable}`])));

const key = { id: "key-id", value: "acme-acme-acme-acme-acme", enabled: true };

describe("the access log of an AWS HTTP API", () => {
  let stand: TestDataPlane;

  beforeEach(async () => {
    stand = await new TestDataPlane().start();
  });
  afterEach(() => stand.close());

  it("has one line for each request, whatever its outcome", async () => {
    const variables = [
      ...["requestId", "httpMethod", "path", "routeKey", "status", "responseLength", "identity.sourceIp"],
      ...["authorizer.claims.sub", "authorizer.error", "integration.status", "error.message", "stage"],
    ];
    const accessLog = { logGroup: "/aws/orders", format: format(...variables) };
    const url = await stand.serve({ "/a": { get: { ...to("/a"), ...staff() } } }, { stage: { accessLog } });
    const token = await stand.issuer.token();
    const authorization = `Bearer ${token}`;
    await (await fetch(`${url}/a?secret=1`, { headers: { authorization } })).text();
    await (await fetch(`${url}/a`)).text();
    await (await fetch(`${url}/b`)).text();
    await stand.settled(3);
    assert.deepEqual(
      stand.accessLog.map(({ logGroup, message }) => {
        const { requestId, ...rest } = JSON.parse(message);
        assert.match(requestId, /^[A-Za-z0-9+/]{15}=$/);
        assert.equal(logGroup, "/aws/orders");
        return Object.values(rest);
      }),
      [
        ["GET", "/a", "GET /a", "200", "16", "127.0.0.1", "someone", "-", "200", "-", "$default"],
        ["GET", "/a", "GET /a", "401", "26", "127.0.0.1", "-", "-", "-", "Unauthorized", "$default"],
        ["GET", "/b", "-", "404", "23", "127.0.0.1", "-", "-", "-", "Not Found", "$default"],
      ],
    );
    assert.ok(!stand.accessLog.some(({ message }) => message.includes(token) || message.includes("secret")));
  });

  it("stays valid JSON whatever a client sends", async () => {
    const accessLog = { logGroup: "g", format: format("identity.userAgent", "path", "status", "requestId") };
    const url = await stand.serve({ "/{x}": { get: to("/a") } }, { stage: { accessLog } });
    const agent = '","status":"200","x":"\\';
    await (await fetch(`${url}/%22b`, { headers: { "user-agent": agent } })).text();
    await stand.settled(1);
    const line = JSON.parse(stand.accessLog[0]?.message ?? "");
    assert.deepEqual([line["identity.userAgent"], line.path, line.status], [agent, "/%22b", "200"]);
  });
});

describe("the access log of an AWS REST API", () => {
  let stand: RestStand;

  beforeEach(async () => {
    stand = await new RestStand().start();
  });
  afterEach(() => stand.close());

  it("has one line for each request, with the API key's id and the trace id", async () => {
    const variables = [
      ...["requestId", "extendedRequestId", "httpMethod", "path", "resourcePath", "status", "identity.apiKeyId"],
      ...["error.responseType", "integration.status", "xrayTraceId", "wafResponseCode"],
    ];
    const accessLog = { logGroup: "/aws/orders", format: `${format(...variables)}\n` };
    const url = stand.serve(
      { "/a/{id}": { get: toBackend("/a", {}, { security: [{ api_key: [] }] }) } },
      {
        stage: { accessLog, traced: true },
        components: { securitySchemes: { api_key: KEY_SCHEME } },
        usagePlans: [{ id: "p", methodThrottles: {}, keys: [key] }],
      },
    );
    await (await fetch(`${url}/a/7`, { headers: { "x-api-key": key.value } })).text();
    await (await fetch(`${url}/a/7`)).text();
    await (await fetch(`${url}/b`)).text();
    await stand.settled(3);
    const lines = stand.accessLog.map(({ message }) => {
      const { requestId, extendedRequestId, xrayTraceId, ...rest } = JSON.parse(message);
      assert.match(requestId, /^[0-9a-f]{8}-[0-9a-f-]{27}$/);
      assert.match(extendedRequestId, /^[A-Za-z0-9+/]{15}=$/);
      assert.match(xrayTraceId, /^1-[0-9a-f]{8}-[0-9a-f]{24}$/);
      return Object.values(rest);
    });
    assert.deepEqual(lines, [
      ["GET", "/prod/a/7", "/a/{id}", "200", "key-id", "-", "200", "-"],
      ["GET", "/prod/a/7", "/a/{id}", "403", "-", "INVALID_API_KEY", "-", "-"],
      ["GET", "/prod/b", "-", "403", "-", "MISSING_AUTHENTICATION_TOKEN", "-", "-"],
    ]);
    assert.ok(!stand.accessLog.some(({ message }) => message.includes(key.value)));
  });
});

describe("the format of an access log", () => {
  const refused = (text: string, kind: "HTTP" | "REST" = "HTTP") => {
    const read = () =>
      kind === "HTTP" ? readFormat(text, httpApiVariables, kind) : readFormat(text, restApiVariables, kind);
    let message = "";
    assert.throws(read, (error) => {
      message = (error as Error).message;
      return error instanceof UnusableFormat;
    });
    return message;
  };

  it("is one line, which may end with a line break for a REST API", () => {
    assert.match(refused("$context.requestId\n"), /^Access Log format must be single line/);
    assert.match(refused("$context.requestId\nx", "REST"), /^Access Log format must be single line/);
    assert.equal(readFormat("$context.requestId\n", restApiVariables, "REST").length, 3);
  });

  it("must contain an id of the request", () => {
    for (const kind of ["HTTP", "REST"] as const) {
      assert.match(refused("$context.status", kind), /must include either \$context\.requestId/);
    }
    assert.equal(readFormat("$context.extendedRequestId", httpApiVariables, "HTTP").length, 3);
  });

  it("may contain only known variables of $context", () => {
    assert.equal(
      refused("$context.requestId $context.nothing"),
      "The following context variables are not supported: [$context.nothing]",
    );
    assert.match(refused("$context.requestId $context.nothing", "REST"), /a message of the sandbox/);
    assert.match(refused("$context.requestId $stageVariables.a"), /only \$context variables are replaced/);
    assert.match(refused("$context.requestId ${context.status}"), /only \$context variables are replaced/);
  });
});
