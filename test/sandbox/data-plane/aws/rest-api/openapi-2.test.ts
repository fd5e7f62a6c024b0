import assert from "node:assert/strict";
import { interpretAwsRestApi } from "../../../../../sandbox/data-plane/aws/rest-api/rest-api.ts";
import { UnsupportedArtefact } from "../../../../../sandbox/data-plane/interpreter.ts";
import {
  KEY_SCHEME,
  type RestApiOptions,
  RestStand,
  restApi,
  to,
} from "../../../../support/sandbox/data-plane/aws/rest-api/service.ts";
import { answer } from "../../../../support/sandbox/data-plane/test-data-plane.ts";

const VALIDATOR = "x-amazon-apigateway-request-validator";

describe("an OpenAPI 2.0 document of an AWS REST API", () => {
  const stand = new RestStand();
  before(() => stand.start());
  after(() => stand.close());

  // The member `openapi` is left out of JSON.
  const swagger = (root: object = {}): RestApiOptions => ({ root: { openapi: undefined, swagger: "2.0", ...root } });

  it("is served without its host and base path", async () => {
    const url = stand.serve(
      { "/a": { get: to("/b", {}, { produces: ["application/json"], schemes: ["https"] }) } },
      {
        ...swagger({ host: "orders.example.com", basePath: "/v1", schemes: ["https"] }),
      },
    );
    assert.equal((await answer(fetch(`${url}/a`)))[0], 200);
    assert.equal((await answer(fetch(`${url}/v1/a`)))[0], 403);
  });

  it("requires API keys by its security definitions", async () => {
    const url = stand.serve(
      { "/a": { get: to("/b", {}, { security: [{ key: [] }] }) } },
      swagger({ securityDefinitions: { key: KEY_SCHEME } }),
    );
    assert.deepEqual(await answer(fetch(`${url}/a`)), [403, '{"message":"Forbidden"}']);
  });

  it("validates bodies and parameters by its definitions", async () => {
    const order = { type: "object", required: ["name"], properties: { name: { type: "string" } } };
    const body = { in: "body", name: "order", required: true, schema: { $ref: "#/definitions/Order" } };
    const parameters = [{ $ref: "#/parameters/Order" }, { in: "query", name: "q", required: true, type: "string" }];
    const url = stand.serve(
      { "/a": { post: to("/b", {}, { parameters, [VALIDATOR]: "all" }) } },
      {
        ...swagger({
          definitions: { Order: order },
          parameters: { Order: body },
          consumes: ["application/json"],
          [`${VALIDATOR}s`]: { all: { validateRequestBody: true, validateRequestParameters: true } },
        }),
      },
    );
    const headers = { "content-type": "application/json" };
    const post = (path: string, text: string) => fetch(`${url}${path}`, { method: "POST", headers, body: text });
    assert.equal((await answer(post("/a?q=1", '{"name":"a"}')))[0], 200);
    assert.deepEqual(await answer(post("/a?q=1", "{}")), [400, '{"message":"Invalid request body"}']);
    assert.equal((await answer(post("/a", '{"name":"a"}')))[0], 400);
  });

  it("is refused with form parameters, with two bodies, and in another version", () => {
    const interpret = (options: RestApiOptions, ...parameters: readonly object[]) =>
      interpretAwsRestApi(restApi({ "/a": { post: to("/b", {}, { parameters }) } }, options), stand.surroundings);
    const refused = (message: RegExp, options: RestApiOptions, ...parameters: readonly object[]) =>
      assert.throws(
        () => interpret(options, ...parameters),
        (error) => error instanceof UnsupportedArtefact && message.test(error.message),
      );
    const body = { in: "body", name: "a", schema: {} };
    refused(/does not import form parameters/, swagger(), { in: "formData", name: "a", type: "string" });
    refused(/at most one body/, swagger(), body, { ...body, name: "b" });
    refused(/^swagger must be "2\.0"|swagger: must be "2\.0"/, { root: { swagger: "1.2" } });
  });
});
