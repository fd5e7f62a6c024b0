import assert from "node:assert/strict";
import { Deployment } from "./deployment.ts";
import { type RecordingBackend, startRecordingBackend } from "./recording-backend.ts";

describe("an API that was there before", function () {
  this.timeout(60_000);
  let deployment: Deployment;
  let backend: RecordingBackend;

  before(async () => {
    backend = await startRecordingBackend();
    deployment = await Deployment.start("taken-over", "aws-import", {
      hosts: { "https://erp.example.com": backend.url },
    });
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
