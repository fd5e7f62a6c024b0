import assert from "node:assert/strict";
import { interpretAwsRestApi } from "../../../../../sandbox/data-plane/aws/rest-api/rest-api.ts";
import { UnsupportedArtefact } from "../../../../../sandbox/data-plane/interpreter.ts";
import {
  lambda,
  mock,
  RestStand,
  restApi,
  to,
  toFunction,
} from "../../../../support/sandbox/data-plane/aws/rest-api/service.ts";
import { answer } from "../../../../support/sandbox/data-plane/test-data-plane.ts";

const VALIDATOR = "x-amazon-apigateway-request-validator";
const order = {
  type: "object",
  required: ["name"],
  properties: { name: { type: "string", minLength: 2 }, count: { type: "integer", minimum: 1 } },
  additionalProperties: false,
};
const refers = { schema: { $ref: "#/components/schemas/Order" } };
const WRONG = [400, '{"message":"Invalid request body"}'] as const;
const good = '{"name":"ab","count":1}';

describe("a request validator of an AWS REST API", () => {
  const stand = new RestStand();
  before(() => stand.start());
  after(() => stand.close());

  const validators = {
    all: { validateRequestBody: true, validateRequestParameters: true },
    parameters: { validateRequestParameters: true },
  };
  const options = { components: { schemas: { Order: order } }, root: { [`${VALIDATOR}s`]: validators } };
  const operation = (content: object, more: object = {}) => ({
    requestBody: { content },
    [VALIDATOR]: "all",
    ...more,
  });
  const serve = (content: object, more: object = {}, binaryMediaTypes: readonly string[] = []) =>
    stand.serve({ "/a": { post: to("/b", {}, operation(content, more)) } }, { ...options, binaryMediaTypes });
  const post = async (url: string, body: string | undefined, type?: string) => {
    const headers = type === undefined ? {} : { "content-type": type };
    // Bytes, so that fetch adds no content type.
    const bytes = body === undefined ? {} : { body: Buffer.from(body) };
    return answer(fetch(`${url}/a`, { method: "POST", headers, ...bytes }));
  };

  it("passes a body that matches its model on unchanged", async () => {
    const url = serve({ "application/json": refers });
    for (const type of ["application/json", "APPLICATION/JSON; charset=utf-8", undefined]) {
      assert.equal((await post(url, good, type))[0], 200, type);
      assert.equal(stand.backend.last.body, good);
    }
    assert.equal(stand.log.at(-1)?.decision, "proxied");
  });

  it("responds with 400 to every other body, without reaching the backend", async () => {
    const url = serve({ "application/json": refers });
    const before = stand.backend.seen.length;
    for (const body of [
      "{",
      "",
      "[]",
      "null",
      '{"count":1}',
      '{"name":"a"}',
      '{"name":"ab","count":0}',
      '{"name":"ab","x":1}',
    ]) {
      assert.deepEqual(await post(url, body, "application/json"), WRONG, body);
    }
    assert.deepEqual(await post(url, undefined), WRONG);
    assert.equal(stand.backend.seen.length, before);
    assert.deepEqual([stand.log.at(-1)?.decision, stand.log.at(-1)?.backend], ["invalid", false]);
  });

  it("does not validate a body of a type without a model, unless one model covers all types", async () => {
    assert.equal((await post(serve({ "application/json": refers }), "{", "text/plain"))[0], 200);
    const url = serve({ "application/json": refers, $default: { schema: { type: "array" } } });
    assert.deepEqual(await post(url, "{}", "text/plain"), WRONG);
    assert.equal((await post(url, "[]", "text/plain"))[0], 200);
    assert.equal((await post(url, good, "application/json"))[0], 200);
    assert.deepEqual(await post(url, "[]", "application/json"), WRONG);
  });

  it("does not validate a body of a binary media type", async () => {
    const content = { "application/json": refers, $default: refers };
    assert.equal((await post(serve(content, {}, ["*/*"]), "{", "application/json"))[0], 200);
    const images = serve(content, {}, ["image/*"]);
    assert.equal((await post(images, "{", "image/png"))[0], 200);
    assert.deepEqual(await post(images, "{", "application/json"), WRONG);
  });

  it("validates bodies only when it is configured to", async () => {
    assert.equal((await post(serve({ "application/json": refers }, { [VALIDATOR]: "parameters" }), "{"))[0], 200);
    assert.equal((await post(serve({ "application/json": refers }, { [VALIDATOR]: undefined }), "{"))[0], 200);
  });

  it("checks parameters first", async () => {
    const parameters = [{ name: "q", in: "query", required: true }];
    assert.deepEqual(await post(serve({ "application/json": refers }, { parameters }), "{"), [
      400,
      '{"message":"Missing required request parameters: [q]"}',
    ]);
    assert.equal(stand.log.at(-1)?.decision, "invalid");
  });

  it("validates requests to functions and mocks as well", async () => {
    stand.functions.returns("f", ({ body }: { readonly body: string }) => ({ statusCode: 200, body: `got ${body}` }));
    const content = { "application/json": refers };
    const url = stand.serve(
      {
        "/a": { post: toFunction("f", {}, operation(content)) },
        "/m": { post: { ...mock(202), ...operation(content) } },
      },
      { ...options, functions: lambda("f") },
    );
    assert.deepEqual(await post(url, good, "application/json"), [200, `got ${good}`]);
    assert.deepEqual(await post(url, "{}", "application/json"), WRONG);
    const send = (body: string) =>
      answer(fetch(`${url}/m`, { method: "POST", body, headers: { "content-type": "application/json" } }));
    assert.deepEqual(await send(good), [202, ""]);
    assert.deepEqual(await send("{}"), WRONG);
  });

  it("accepts bodies of at most ten megabytes, also in chunks", async () => {
    const url = serve({ $default: { schema: {} } });
    const text = JSON.stringify("x".repeat(1_000_000));
    assert.equal((await post(url, text, "text/plain"))[0], 200);
    const piece = Buffer.alloc(1024 * 1024, "x");
    const stream = new ReadableStream({
      start(controller) {
        for (let count = 0; count < 11; count++) controller.enqueue(piece);
        controller.close();
      },
    });
    const init = { method: "POST", body: stream, duplex: "half" } as RequestInit;
    assert.equal((await fetch(`${url}/a`, init)).status, 413);
    assert.equal(stand.log.at(-1)?.decision, "too large");
  });

  it("treats only sent members as present, not inherited ones", async () => {
    const url = serve({
      $default: { schema: { required: ["constructor"], properties: { toString: { type: "string" } } } },
    });
    assert.deepEqual(await post(url, "{}"), WRONG);
    assert.equal((await post(url, '{"constructor":1}'))[0], 200);
  });

  it("ignores minItems and maxItems, as an import does", async () => {
    const url = serve({ $default: { schema: { type: "array", minItems: 1, maxItems: 2 } } });
    assert.equal((await post(url, "[]"))[0], 200);
    assert.equal((await post(url, "[1,2,3]"))[0], 200);
  });

  it("stops the deployment for schemas that API Gateway does not support, and for unknown keywords", () => {
    const refused = (schema: object, schemas: object = {}) =>
      assert.throws(
        () =>
          interpretAwsRestApi(
            restApi(
              { "/a": { post: to("/", {}, operation({ "application/json": { schema } })) } },
              { ...options, components: { schemas } },
            ),
            stand.surroundings,
          ),
        UnsupportedArtefact,
        JSON.stringify(schema),
      );
    for (const keyword of ["nullable", "exclusiveMinimum", "readOnly", "discriminator", "oneOf", "format", "const"]) {
      refused({ items: { [keyword]: true } });
    }
    refused({ type: ["string", "null"] });
    refused({ required: [] });
    refused({ $ref: "#/components/schemas/None" });
    refused({ $ref: "#/components/schemas/A" }, { A: { items: { $ref: "#/components/schemas/A" } } });
    refused({ $ref: "https://example.com/a.json" });
  });
});
