import assert from "node:assert/strict";
import { Deployment } from "../support/e2e/deployment.ts";
import { type RecordingBackend, startRecordingBackend } from "../support/e2e/recording-backend.ts";

describe("an existing API on AWS", function () {
  this.timeout(600_000);
  let deployment: Deployment;
  let backend: RecordingBackend;

  before(async () => {
    backend = await startRecordingBackend();
    deployment = await Deployment.start("import", "aws-import", {
      hosts: { "https://erp.example.com": backend.url },
      oneProgramProcess: true,
    });
  });

  after(async () => {
    await deployment?.stop();
    backend?.close();
  });

  it("keeps its id when a gateway imports it, and after `import` is removed from the program", async () => {
    await deployment.pulumi("up", "--yes", "--skip-preview");
    const { ids } = (await deployment.outputs()) as { readonly ids: Readonly<Record<"http" | "rest", string>> };
    const up = async (MODE: string): Promise<Readonly<Record<string, unknown>>> => {
      const env = { MODE, HTTP_ID: ids.http, REST_ID: ids.rest };
      await deployment.pulumiIn(env, "up", "--yes", "--skip-preview");
      return deployment.outputs();
    };
    for (const mode of ["importing", "imported", "imported"]) {
      const outputs = await up(mode);
      assert.deepEqual(outputs.ids, ids, mode);
      for (const url of Object.values(outputs.urls as Readonly<Record<string, string>>)) {
        assert.equal((await fetch(`${url}/orders`)).status, 201, mode);
      }
    }
  });
});
