import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, symlinkSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { fileURLToPath } from "node:url";
import { findEngine } from "../../engine/index.ts";
import { type SandboxProcess, startSandboxProcess } from "../support/sandbox/sandbox-process.ts";
import { trustAuthority } from "../support/tls/trust.ts";

/** The result of running the engine. */
interface Run {
  readonly code: number;
  readonly output: string;
}

// The tests share one stack: each continues where the previous one ended.
describe("the sandbox under the real engine", function () {
  this.timeout(600_000);
  const root = fileURLToPath(new URL("../..", import.meta.url));
  let folder: string;
  let sandbox: SandboxProcess;
  let backend: ReturnType<typeof createServer>;
  let backendUrl: string;
  let urls: Readonly<Record<string, string>>;

  const startSandbox = async () => {
    sandbox = await startSandboxProcess({
      dir: join(folder, "sandbox"),
      env: {},
      hosts: { "https://backend.example.com": backendUrl },
    });
  };
  const pulumi = async (args: readonly string[], variables: Readonly<Record<string, string>> = {}): Promise<Run> => {
    const engine = findEngine();
    const child = spawn(engine.pulumi, [...args, "--non-interactive", "--color", "never"], {
      cwd: join(folder, "stack"),
      env: {
        PATH: [engine.folder, process.env.PATH].join(delimiter),
        HOME: folder,
        PULUMI_HOME: join(folder, "home"),
        ...sandbox.environment,
        ...variables,
      },
      stdio: ["ignore", "pipe", "pipe"],
    });
    let output = "";
    for (const stream of [child.stdout, child.stderr]) {
      stream.on("data", (chunk: Buffer) => {
        output += chunk.toString();
      });
    }
    const [code] = (await once(child, "close")) as [number];
    return { code, output };
  };
  const succeed = async (args: readonly string[], variables: Readonly<Record<string, string>> = {}) => {
    const run = await pulumi(args, variables);
    assert.equal(run.code, 0, `pulumi ${args.join(" ")}\n${run.output}`);
    return run.output;
  };
  const answers = async (path: string) =>
    Object.fromEntries(
      await Promise.all(
        Object.entries(urls).map(async ([name, url]) => {
          const response = await fetch(new URL(path, url));
          return [name, response.ok ? await response.text() : response.status];
        }),
      ),
    );

  before(async () => {
    folder = mkdtempSync(join(tmpdir(), "polygate-engine-"));
    cpSync(new URL("stack", import.meta.url), join(folder, "stack"), { recursive: true });
    symlinkSync(join(root, "node_modules"), join(folder, "stack", "node_modules"), "dir");
    backend = createServer((request, response) => {
      response.end(`${request.url} ${request.headers["x-key"] ?? ""}`.trim());
    });
    await new Promise<void>((resolve) => backend.listen(0, "127.0.0.1", resolve));
    backendUrl = `http://127.0.0.1:${(backend.address() as AddressInfo).port}`;
    await startSandbox();
    await trustAuthority(join(folder, "sandbox"));
    await succeed(["stack", "init", "test"]);
  });
  after(async () => {
    await sandbox.end("SIGKILL");
    backend.closeAllConnections();
    backend.close();
    rmSync(folder, { recursive: true });
  });

  it("previews a stack of three vendors without creating a resource", async () => {
    assert.match(await succeed(["preview"]), /\+ 16 to create/);
    assert.deepEqual(await (await fetch(`${sandbox.issuer.address}/.polygate/endpoints`)).json(), []);
  });

  it("deploys it, and every URL in its outputs answers when the update returns", async () => {
    await succeed(["up", "--yes", "--skip-preview"]);
    const { account, bucket, ...endpoints } = JSON.parse(await succeed(["stack", "output", "--json"]));
    urls = endpoints;
    assert.equal(account, "000000000000");
    assert.match(bucket, /^bucket-/);
    assert.deepEqual(Object.keys(urls).sort(), ["apim", "cloud", "frankfurt", "oregon"]);
    assert.equal(new Set(Object.values(urls)).size, 4, "each gateway has a port of its own");
    assert.deepEqual(await answers("/hello"), {
      apim: "/hello the-secret-value",
      cloud: "/hello",
      frankfurt: "/hello",
      oregon: "/hello",
    });
  });

  it("keeps two regions of one provider apart", async () => {
    const endpoints = (await (await fetch(`${sandbox.issuer.address}/.polygate/endpoints`)).json()) as {
      readonly region: string;
      readonly url: string;
    }[];
    const at = (region: string) => `${endpoints.find((endpoint) => endpoint.region === region)?.url}/`;
    assert.equal(at("eu-central-1"), urls.frankfurt);
    assert.equal(at("us-west-2"), urls.oregon);
  });

  it("does not write a secret to the engine's state", () => {
    for (const file of filesBelow(join(folder, "sandbox", "state"))) {
      assert.ok(!readFileSync(file, "utf8").includes("the-secret-value"), file);
    }
  });

  it("shows no changes at a second preview, update and refresh", async () => {
    await succeed(["preview", "--expect-no-changes"]);
    await succeed(["up", "--yes", "--skip-preview", "--expect-no-changes"]);
    await succeed(["refresh", "--yes", "--skip-preview", "--expect-no-changes"]);
    await succeed(["preview", "--expect-no-changes"]);
  });

  it("updates a document in place or by replacement, as the vendor does, and keeps every URL", async () => {
    const changed = { TEST_PATH: "/bye" };
    const output = await succeed(["up", "--yes", "--skip-preview"], changed);
    assert.match(output, /~ 4 updated/, "two HTTP APIs, the API Management API, the gateway");
    assert.match(output, /\+-1 replaced/, "the config");
    const after = JSON.parse(await succeed(["stack", "output", "--json"]));
    assert.deepEqual(
      { ...after, account: undefined, bucket: undefined },
      { ...urls, account: undefined, bucket: undefined },
    );
    assert.equal((await answers("/bye")).cloud, "/bye");
    const old = await answers("/hello");
    assert.deepEqual(
      Object.values(old).map((status) => Number(status) >= 403 && Number(status) <= 405),
      [true, true, true, true],
      JSON.stringify(old),
    );
    await succeed(["refresh", "--yes", "--skip-preview", "--expect-no-changes"], changed);
    await succeed(["up", "--yes", "--skip-preview"]);
  });

  it("loses nothing at a SIGKILL: a refresh shows no changes, and every URL is served on its port", async () => {
    const { environment } = sandbox;
    assert.equal((await sandbox.end("SIGKILL")).signal, "SIGKILL");
    await startSandbox();
    assert.deepEqual(sandbox.environment, environment);
    await succeed(["refresh", "--yes", "--skip-preview", "--expect-no-changes"]);
    assert.deepEqual(await answers("/hello"), {
      apim: "/hello the-secret-value",
      cloud: "/hello",
      frankfurt: "/hello",
      oregon: "/hello",
    });
  });

  it("fails an update with the vendor's error, and succeeds at the next update, as with the real provider", async () => {
    const urn = "urn:pulumi:test::sandbox-test::aws:apigatewayv2/api:Api::frankfurt";
    const update = () => pulumi(["up", "--yes", "--skip-preview", "--target", urn], { TEST_PATH: "no-slash" });
    const failed = await update();
    assert.notEqual(failed.code, 0);
    assert.match(failed.output, /reimporting API Gateway v2 API \(\w+\) OpenAPI definition: BadRequestException/);
    const again = await update();
    assert.equal(again.code, 0, again.output);
    assert.equal((await answers("/hello")).frankfurt, "/hello", "the previous definition must still be served");
    await succeed(["up", "--yes", "--skip-preview"]);
    await succeed(["preview", "--expect-no-changes"]);
  });

  it("imports an existing resource by its id", async () => {
    const stack = JSON.parse(await succeed(["stack", "export"])) as {
      readonly deployment: { readonly resources: { readonly type: string; readonly id?: string }[] };
    };
    const id = stack.deployment.resources.find(({ type }) => type === "gcp:apigateway/api:Api")?.id ?? "";
    await succeed([
      "import",
      "gcp:apigateway/api:Api",
      "imported",
      id,
      "--yes",
      "--protect=false",
      "--generate-code=false",
    ]);
    const urn = "urn:pulumi:test::sandbox-test::gcp:apigateway/api:Api::imported";
    await succeed(["state", "delete", urn, "--yes"]);
  });

  it("serves no URL after the stack is destroyed", async () => {
    await succeed(["destroy", "--yes", "--skip-preview"]);
    await assert.rejects(fetch(urls.frankfurt ?? ""));
    assert.deepEqual(await (await fetch(`${sandbox.issuer.address}/.polygate/endpoints`)).json(), []);
  });

  it("reports every resource as deleted when its store is deleted", async () => {
    await succeed(["up", "--yes", "--skip-preview"]);
    await sandbox.end("SIGTERM");
    const sandboxFolder = join(folder, "sandbox");
    for (const file of readdirSync(sandboxFolder)) {
      if (file !== "state") rmSync(join(sandboxFolder, file), { recursive: true });
    }
    await startSandbox();
    const output = await succeed(["refresh", "--yes", "--skip-preview"]);
    assert.match(output, /- 13 deleted/, "all resources except the stack and its providers");
    await succeed(["destroy", "--yes", "--skip-preview"]);
  });
});

function filesBelow(folder: string): string[] {
  return readdirSync(folder).flatMap((name) => {
    const path = join(folder, name);
    return statSync(path).isDirectory() ? filesBelow(path) : [path];
  });
}
