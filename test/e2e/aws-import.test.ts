import assert from "node:assert/strict";
import { Deployment } from "./deployment.ts";
import { type RecordingBackend, startRecordingBackend } from "./recording-backend.ts";

/** MODE says whether the APIs are somebody else's still, are taken over, or have been. */
const program = `
import { apigateway, apigatewayv2 } from "@pulumi/aws";
import { defineApi, http, open } from "polygate";
import { AwsHttpApi, AwsRestApi } from "polygate/aws";

const place = {
  api: defineApi({
    version: 1,
    backends: { erp: http() },
    auth: { anyone: open("a test") },
    routes: { "GET /orders": { to: "erp", auth: "anyone" } },
  }),
  backends: { erp: { url: "https://erp.example.com" } },
};
const taken = (id) => process.env.MODE === "taken" ? {} : {
  transform: {
    api: (args, options) => {
      options.import = id;
    },
  },
};
const made = process.env.MODE === undefined
  ? {
      http: new apigatewayv2.Api("http", { protocolType: "HTTP", name: "legacy" }, { retainOnDelete: true }),
      rest: new apigateway.RestApi("rest", { name: "legacy" }, { retainOnDelete: true }),
    }
  : {
      http: new AwsHttpApi("orders-http", { ...place, ...taken(process.env.HTTP_ID) }),
      rest: new AwsRestApi("orders-rest", { ...place, ...taken(process.env.REST_ID) }),
    };
export const ids = { http: made.http.id, rest: made.rest.id };
export const urls = process.env.MODE === undefined ? {} : { http: made.http.url, rest: made.rest.url };
`;

describe("an API that was there before", function () {
  this.timeout(60_000);
  let deployment: Deployment;
  let backend: RecordingBackend;

  before(async () => {
    backend = await startRecordingBackend();
    deployment = await Deployment.start("taken-over", program, { hosts: { "https://erp.example.com": backend.url } });
  });

  after(async () => {
    await deployment?.stop();
    backend?.close();
  });

  it("keeps its id when a gateway takes it over, and after the import is taken out of the program again", async () => {
    await deployment.pulumi("up", "--yes", "--skip-preview");
    const { ids } = (await deployment.outputs()) as { readonly ids: Readonly<Record<"http" | "rest", string>> };
    const up = async (MODE: string): Promise<Readonly<Record<string, unknown>>> => {
      const env = { MODE, HTTP_ID: ids.http, REST_ID: ids.rest };
      await deployment.pulumiIn(env, "up", "--yes", "--skip-preview");
      return deployment.outputs();
    };
    for (const mode of ["taking", "taken", "taken"]) {
      const outputs = await up(mode);
      assert.deepEqual(outputs.ids, ids, mode);
      for (const url of Object.values(outputs.urls as Readonly<Record<string, string>>)) {
        assert.equal((await fetch(`${url}/orders`)).status, 201, mode);
      }
    }
  });
});
