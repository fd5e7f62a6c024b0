import assert from "node:assert/strict";
import { disablesDefaultEndpoint, withoutDefaultEndpoint } from "../../../../components/aws/domain/default-endpoint.ts";

describe("The setting that disables the endpoint which AWS gives an API", () => {
  it("is added to the document's server, and changes nothing else", () => {
    const document = JSON.stringify({ openapi: "3.0.1", info: { title: "x", version: "1" }, paths: {} });
    const changed = JSON.parse(withoutDefaultEndpoint(document));
    const { servers, ...rest } = changed;
    assert.deepEqual(rest, JSON.parse(document));
    assert.deepEqual(servers, [
      { url: "/", "x-amazon-apigateway-endpoint-configuration": { disableExecuteApiEndpoint: true } },
    ]);
    assert.equal(disablesDefaultEndpoint(JSON.stringify(changed)), true);
    for (const other of [document, undefined, "{", 1, '{"servers":[{}]}']) {
      assert.equal(disablesDefaultEndpoint(other), false);
    }
  });
});
