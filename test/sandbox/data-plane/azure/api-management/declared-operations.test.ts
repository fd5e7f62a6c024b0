import assert from "node:assert/strict";
import {
  openApi,
  policies,
  refused,
  service,
} from "../../../../support/sandbox/data-plane/azure/api-management/service.ts";

const get = (id: string, urlTemplate: string) => ({ id, name: id, method: "GET", urlTemplate });

describe("an API of API Management whose operations are resources of their own", () => {
  it("serves them below its path and its version, also to policies", async () => {
    const policy = policies({ inbound: '<rewrite-uri template="/find?id={id}" />' });
    const operations = [get("one", "/{id}"), get("all", "/")];
    const subject = service({ version: "v1", document: openApi(), operations, policy });
    assert.deepEqual(subject.routes, ["GET /shop/v1/", "GET /shop/v1/{id}"]);
    assert.equal((await subject.forward("GET /shop/v1/7")).url, "https://backend.example.com/base/find?id=7");
    assert.equal((await subject.reply("GET /shop/7")).status, 404);
    // The policy refers to a parameter that this operation lacks.
    assert.equal((await subject.reply("GET /shop/v1/")).status, 500);
  });

  it("is refused with two operations of one method and template", () => {
    const operations = [get("one", "/{id}"), get("two", "/{name}")];
    refused(
      () => service({ document: openApi(), operations }),
      /^apis\.orders\.operations\.two$/,
      /same method and URL template as the operation one/,
    );
  });
});
