import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Properties } from "../../../../sandbox/control-plane/property-value.ts";
import type { AwsFunction } from "../../../../sandbox/data-plane/aws/artefacts/function.ts";
import {
  assetArchive,
  code,
  fileArchive,
  fileAsset,
  hashOf,
  remoteArchive,
  stringAsset,
  zip,
} from "../../../support/sandbox/control-plane/asset.ts";
import { functionArn, handler, settings, trust } from "../../../support/sandbox/control-plane/aws/function-settings.ts";
import {
  integration,
  restCloud,
  restDocument,
  served,
  types,
} from "../../../support/sandbox/control-plane/aws/rest-cloud.ts";
import type { Deployed, EngineStandIn, TestCloud } from "../../../support/sandbox/control-plane/engine-stand-in.ts";

describe("the code of functions in the sandbox's aws provider", () => {
  let cloud: TestCloud;
  let aws: EngineStandIn;
  let folder: string;

  beforeEach(async () => {
    folder = mkdtempSync(join(tmpdir(), "polygate-code-"));
    cloud = await restCloud();
    aws = await cloud.provider("aws", { region: "eu-central-1" });
    await aws.create(types.role, "run", { name: "run", assumeRolePolicy: trust });
  });
  afterEach(async () => {
    rmSync(folder, { recursive: true });
    await cloud.close();
  });

  const lambda = (inputs: Properties = {}) => aws.create(types.function, "hello", settings(inputs));
  const api = async (arnToInvoke = functionArn("hello"), variables: Properties = {}): Promise<Deployed> => {
    const uri = `arn:aws:apigateway:eu-central-1:lambda:path/2015-03-31/functions/${arnToInvoke}/invocations`;
    const body = restDocument(["GET /a"], {}, { [integration]: { type: "aws_proxy", httpMethod: "POST", uri } });
    const created = await aws.create(types.api, "orders", { name: "orders", body });
    const from = await aws.create(types.deployment, "deployed", { restApi: created.id });
    await aws.create(types.stage, "live", { restApi: created.id, deployment: from.id, stageName: "live", variables });
    return created;
  };
  const invoked = (): Readonly<Record<string, AwsFunction>> => served(cloud)[0]?.functions ?? {};
  const texts = (named: string) =>
    Object.fromEntries(
      Object.entries(invoked()[named]?.files ?? {}).map(([path, content]) => [
        path,
        Buffer.from(content, "base64").toString(),
      ]),
    );

  describe("its code", () => {
    it("is unpacked from texts, files and nested archives", async () => {
      writeFileSync(join(folder, "lib.mjs"), "export const lib = 1;");
      await lambda({
        code: assetArchive({
          "index.mjs": stringAsset(handler),
          "empty.txt": stringAsset(""),
          "lib/lib.mjs": fileAsset(join(folder, "lib.mjs")),
          nested: code({ "deep/a.json": "{}" }),
        }),
      });
      await api();
      assert.deepEqual(texts(functionArn("hello")), {
        "empty.txt": "",
        "index.mjs": handler,
        "lib/lib.mjs": "export const lib = 1;",
        "nested/deep/a.json": "{}",
      });
    });

    it("is read from a folder, including links to files", async () => {
      mkdirSync(join(folder, "app/lib"), { recursive: true });
      writeFileSync(join(folder, "app/index.mjs"), handler);
      writeFileSync(join(folder, "app/lib/a.mjs"), "// a");
      symlinkSync(join(folder, "app/lib/a.mjs"), join(folder, "app/b.mjs"));
      await lambda({ code: fileArchive(join(folder, "app")) });
      await api();
      assert.deepEqual(texts(functionArn("hello")), { "b.mjs": "// a", "index.mjs": handler, "lib/a.mjs": "// a" });
    });

    it("is read from a ZIP file and has the same hash as its files", async () => {
      const archive = zip({ "index.mjs": handler, "lib/": "", "lib/a.mjs": "// a".repeat(100) });
      writeFileSync(join(folder, "app.zip"), archive);
      const zipped = await lambda({ code: fileArchive(join(folder, "app.zip"), hashOf(archive)) });
      await api();
      assert.deepEqual(texts(functionArn("hello")), { "index.mjs": handler, "lib/a.mjs": "// a".repeat(100) });
      const plain = await aws.create(types.function, "plain", {
        ...settings({ name: "plain" }),
        code: code({ "lib/a.mjs": "// a".repeat(100), "index.mjs": handler }),
      });
      assert.equal(zipped.outputs.codeSha256, plain.outputs.codeSha256);
    });

    it("is refused when it is damaged, understates its size or leaves the package", async () => {
      const file = (name: string, content: Buffer) => {
        writeFileSync(join(folder, name), content);
        return fileArchive(join(folder, name), hashOf(content));
      };
      const whole = zip({ "a.mjs": "// a", "index.mjs": handler });
      for (const damaged of [
        whole.subarray(0, 60),
        Buffer.from("no archive"),
        zip({ "a.mjs": "// a", "b.mjs": handler }, 3),
      ]) {
        await assert.rejects(lambda({ code: file("bad.zip", damaged) }), /Could not unzip uploaded file/);
      }
      const bomb = zip({ "a.mjs": "a", "b.mjs": "b" }, 3_000_000_000);
      await assert.rejects(lambda({ code: file("bomb.zip", bomb) }), /over 20 MiB unpacked/);
      await assert.rejects(lambda({ code: file("slip.zip", zip({ "../a.mjs": "" })) }), /leads out of the package/);
      await assert.rejects(lambda({ code: file("app.tar", whole) }), /reads folders and ZIP files/);
    });

    it("is refused when it is over 20 MiB, empty, remote, missing or another file for the engine", async () => {
      writeFileSync(join(folder, "a.bin"), Buffer.alloc(20 * 1024 * 1024 + 1));
      const large = assetArchive({ "a.bin": fileAsset(join(folder, "a.bin")) });
      await assert.rejects(lambda({ code: large }), /over 20 MiB unpacked/);
      await assert.rejects(lambda({ code: assetArchive({}) }), /Uploaded file must be a non-empty zip/);
      await assert.rejects(
        lambda({ code: remoteArchive("https://example.com/a.zip") }),
        /does not fetch archives \(https/,
      );
      await assert.rejects(lambda({ code: stringAsset(handler) }), /code must be an archive/);
      await assert.rejects(
        lambda({ code: fileArchive("no/such/folder") }),
        /the sandbox finds no such file .* absolute path/,
      );
      writeFileSync(join(folder, "lib.mjs"), "// here");
      const elsewhere = fileAsset(join(folder, "lib.mjs"), hashOf("// there"));
      await assert.rejects(lambda({ code: assetArchive({ "lib.mjs": elsewhere }) }), /another file for the sandbox/);
    });
  });
});
