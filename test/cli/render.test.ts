import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { placeholders } from "../../components/api/binding/placeholders.ts";
import { normalise } from "../../components/api/check/normalise.ts";
import { fromOpenApi } from "../../components/api/openapi/from-openapi.ts";
import { httpApiTarget } from "../../components/aws/http-api/target.ts";
import { restApiTarget } from "../../components/aws/rest-api/target.ts";
import { apiManagementTarget } from "../../components/azure/api-management/target.ts";
import type { Target } from "../../components/gateway/target.ts";
import { companionTarget } from "../../components/gcp/api-gateway/companion-target.ts";
import { apiGatewayTarget } from "../../components/gcp/api-gateway/target.ts";
import { Folder, moduleText, orders, plainApi, type Ran, ROOT, run } from "../support/cli/command.ts";

describe("polygate render", () => {
  let folder: Folder;

  before(() => {
    folder = new Folder();
    folder.write("orders.yaml", orders);
    folder.write("shop.ts", moduleText(`export const shop = ${plainApi};`));
  });

  after(() => folder.remove());

  function render(...args: string[]): Promise<Ran> {
    return run(["render", ...args], { cwd: folder.path });
  }

  function written(name: string): Readonly<Record<string, string>> {
    const files = readdirSync(folder.at(name));
    return Object.fromEntries(files.map((file) => [file, readFileSync(join(folder.at(name), file), "utf8")]));
  }

  /** The artefacts that a target compiles from the document. */
  function artefactsOf<Document>(target: Target<Document>): Readonly<Record<string, string>> {
    const api = normalise(fromOpenApi(folder.at("orders.yaml")));
    return target.artefacts(target.compile(api, placeholders(api)));
  }

  it("writes exactly what the vendor's target compiles, and prints the names of the files", async () => {
    assert.deepEqual(await render("orders.yaml", "--vendor", "azure", "--out", "new/azure"), {
      code: 0,
      stdout: "new/azure/openapi.json\nnew/azure/policy.xml\n",
      stderr: "",
    });
    assert.deepEqual(
      written("new/azure"),
      artefactsOf(apiManagementTarget({ sku: "Developer", path: "api", title: "orders" })),
    );
    assert.deepEqual(await render("orders.yaml", "--vendor", "aws", "--out", "aws"), {
      code: 0,
      stdout: "aws/openapi.json\naws/route-settings.json\n",
      stderr: "",
    });
    assert.deepEqual(written("aws"), artefactsOf(httpApiTarget({ name: "orders" })));
    folder.write(
      "read.yaml",
      orders.replace('security: [{ staff: ["orders:write"] }], ', "").replace(/, x-polygate.* }\] }/, ""),
    );
    assert.equal((await render("read.yaml", "--vendor", "gcp", "--out", "gcp")).code, 0);
    const api = normalise(fromOpenApi(folder.at("read.yaml")));
    const target = apiGatewayTarget({ title: "read" });
    assert.deepEqual(written("gcp"), target.artefacts(target.compile(api, placeholders(api))));
  });

  it("accepts a tier and a path for Azure only", async () => {
    const options = ["--sku", "StandardV2", "--path", ""];
    assert.equal((await render("orders.yaml", "--vendor", "azure", ...options, "--out", "root")).code, 0);
    assert.deepEqual(
      written("root"),
      artefactsOf(apiManagementTarget({ sku: "StandardV2", path: "", title: "orders" })),
    );
    assert.notDeepEqual(
      written("root"),
      artefactsOf(apiManagementTarget({ sku: "StandardV2", path: "a", title: "orders" })),
    );
    assert.deepEqual(await render("shop.ts", "--vendor", "gcp", "--sku", "Basic", "--out", "none"), {
      code: 1,
      stdout: "",
      stderr: "polygate: --sku is only valid with --vendor azure; remove it\n",
    });
    const wrong = await render("shop.ts", "--vendor", "azure", "--sku", "Gold", "--out", "none");
    assert.equal(wrong.code, 1);
    assert.match(wrong.stderr, /^polygate: option '--sku <tier>' argument 'Gold' is invalid\. Allowed choices are Dev/);
  });

  it("accepts a class of the vendor only", async () => {
    assert.deepEqual(await render("orders.yaml", "--vendor", "aws", "--class", "AwsRestApi", "--out", "rest"), {
      code: 0,
      stdout: "rest/openapi.json\nrest/method-settings.json\n",
      stderr: "",
    });
    assert.deepEqual(written("rest"), artefactsOf(restApiTarget({ name: "orders" })));
    assert.deepEqual(await render("shop.ts", "--vendor", "gcp", "--class", "AwsRestApi", "--out", "none"), {
      code: 1,
      stdout: "",
      stderr: "polygate: gcp has no class AwsRestApi; remove --class, or name a class of gcp\n",
    });
  });

  it("writes Envoy's configuration for Google's gateway with a companion", async () => {
    const wanted = ["--class", "GcpApiGateway with a companion", "--out", "companion"];
    const { code, stdout } = await render("orders.yaml", "--vendor", "gcp", ...wanted);
    assert.deepEqual([code, stdout], [0, "companion/openapi.json\ncompanion/envoy.json\n"]);
    const target = companionTarget({ title: "orders" }, { instances: { minimum: 1, maximum: 1 } });
    assert.deepEqual(written("companion"), artefactsOf(target));
  });

  it("writes nothing if the vendor does not support the API, reports all problems, and exits with 2", async () => {
    const { code, stdout, stderr } = await render(
      "orders.yaml",
      ...["--vendor", "gcp", "--class", "GcpApiGateway", "--out", "refused"],
    );
    assert.deepEqual([code, stdout], [2, ""]);
    assert.match(stderr, /^polygate: orders\.yaml on GcpApiGateway: 2 problems\n {2}- /);
    assert.equal(readdirSync(folder.path).includes("refused"), false);
    const tier = await render("orders.yaml", "--vendor", "azure", "--sku", "Consumption", "--out", "refused");
    assert.equal(tier.code, 2);
    assert.match(tier.stderr, /^polygate: orders\.yaml on AzureApiManagementApi, tier Consumption: 1 problem\n/);
  });

  it("overwrites its own files, keeps others, and names them", async () => {
    mkdirSync(folder.at("over"));
    folder.write("over/openapi.json", "old");
    folder.write("over/notes.txt", "mine");
    const { code, stderr } = await render("orders.yaml", "--vendor", "azure", "--out", "over");
    assert.deepEqual([code, stderr], [0, "polygate: over also contains files of others: notes.txt\n"]);
    assert.deepEqual(written("over"), {
      ...artefactsOf(apiManagementTarget({ sku: "Developer", path: "api", title: "orders" })),
      "notes.txt": "mine",
    });
  });

  it("reports what it cannot write, and leaves no partial output", async () => {
    mkdirSync(folder.at("blocked/policy.xml"), { recursive: true });
    assert.deepEqual(await render("orders.yaml", "--vendor", "azure", "--out", "orders.yaml"), {
      code: 1,
      stdout: "",
      stderr: "polygate: cannot write orders.yaml: a file has this name (EEXIST); pass another folder with --out\n",
    });
    assert.deepEqual(await render("orders.yaml", "--vendor", "azure", "--out", "blocked"), {
      code: 1,
      stdout: "",
      stderr:
        "polygate: cannot write blocked/policy.xml: a folder has this name (EISDIR); remove it, or pass another folder with --out\n",
    });
    assert.deepEqual(readdirSync(folder.at("blocked")), ["policy.xml"]);
  });

  it("reports that no space is left, and keeps the old files", async () => {
    mkdirSync(folder.at("full"));
    folder.write("full/policy.xml", "old");
    // The OpenAPI document fits into the largest file that the shell allows; the policy does not.
    const script = `ulimit -f 4; "$0" --conditions=polygate-source "$1" render orders.yaml --vendor azure --out full`;
    const child = spawn("sh", ["-c", script, process.execPath, join(ROOT, "cli/polygate.ts")], {
      cwd: folder.path,
      stdio: ["ignore", "ignore", "pipe"],
    });
    let errors = "";
    child.stderr.on("data", (text) => {
      errors += text;
    });
    const [code] = await once(child, "close");
    assert.equal(
      errors,
      "polygate: cannot write full/policy.xml: no space is left (EFBIG); free some, or pass another folder with --out\n",
    );
    assert.equal(code, 1);
    assert.deepEqual(written("full"), { "policy.xml": "old" });
  });
});
