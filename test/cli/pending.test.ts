import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { chmodSync } from "node:fs";
import { delimiter, join } from "node:path";
import fc from "fast-check";
import { CommandError } from "../../cli/command-error.ts";
import { readPendingCreates } from "../../cli/pending-creates.ts";
import { Folder, ROOT, run } from "../support/cli/command.ts";

const stack = "urn:pulumi:dev::shop::pulumi:pulumi:Stack::shop-dev";
const gateway = "urn:pulumi:dev::shop::polygate:index:AwsRestApi::orders";
const child = (type: string, part: string) =>
  `urn:pulumi:dev::shop::polygate:index:AwsRestApi$aws:${type}::orders-${part}`;
const provider = "urn:pulumi:dev::shop::pulumi:providers:aws::default_7_48_0::5a1f";
const ownProvider = "urn:pulumi:dev::shop::pulumi:providers:aws::ireland";

interface Made {
  readonly urn: string;
  readonly type: string;
  readonly inputs: Readonly<Record<string, unknown>>;
  readonly id?: string;
  readonly parent?: string;
  readonly provider?: string;
}

function resource(type: string, part: string, inputs: Made["inputs"], more: Partial<Made> = {}): Made {
  return { urn: child(type, part), type: `aws:${type}`, inputs, parent: gateway, provider, ...more };
}

function state(pending: readonly Made[], resources: readonly Made[] = []): string {
  return JSON.stringify({
    version: 3,
    deployment: {
      resources: [{ urn: gateway, type: "polygate:index:AwsRestApi" }, ...resources],
      pending_operations: [
        ...pending.map((made) => ({ resource: made, type: "creating" })),
        { resource: resource("apigateway/restApi:RestApi", "api", { name: "orders" }), type: "updating" },
      ],
    },
  });
}

const stage = resource("apigateway/stage:Stage", "stage", { restApi: "a1b2c3d4e5", stageName: "live" });
const plan = resource("apigateway/usagePlan:UsagePlan", "plan-it's", { name: "it's", region: "eu-west-1" });

describe("polygate pending", () => {
  let folder: Folder;

  before(() => {
    folder = new Folder();
  });

  after(() => folder.remove());

  async function pending(text: string, ...args: string[]) {
    folder.write("state.json", text);
    return await run(["pending", "state.json", ...args], { cwd: folder.path });
  }

  it("lists the resources that were being created, each with a command that looks for it and the option to import it", async () => {
    const settings = resource("apigateway/methodSettings:MethodSettings", "throttle-*/*", {});
    assert.deepEqual(await pending(state([stage, plan, settings])), {
      code: 0,
      stderr: "",
      stdout: `orders-stage (aws:apigateway/stage:Stage)
  Look:      aws apigateway get-stages --rest-api-id a1b2c3d4e5 --query 'item[?stageName=='\\''live'\\''].stageName' --output text
  If found:  --found orders-stage

orders-plan-it's (aws:apigateway/usagePlan:UsagePlan)
  Look:      aws apigateway get-usage-plans --query 'items[?name=='\\''it\\'\\''s'\\''].id' --output text --region eu-west-1
  If found:  --found 'orders-plan-it'\\''s'=ID

orders-throttle-*/* (aws:apigateway/methodSettings:MethodSettings)
  The next update creates it or takes it over. Nothing to do.

Before the next update, import the resources that exist:
  pulumi stack export | polygate pending --look > found.json   # or --found NAME, --found NAME=ID
  pulumi import --file found.json --protect=false --generate-code=false
Then continue with \`pulumi up\`. It warns about these resources until \`pulumi refresh --clear-pending-creates\`.
`,
    });
  });

  it("prints a file for pulumi import, in which each resource has its parent and a provider that the program declares", async () => {
    const abroad = { ...plan, provider: `${ownProvider}::77` };
    const { code, stdout } = await pending(
      state([stage, abroad]),
      ...["--found", "orders-stage", "--found", "orders-plan-it's=p1q2r3"],
    );
    assert.equal(code, 0);
    assert.deepEqual(JSON.parse(stdout), {
      nameTable: { "other-1": gateway, "other-2": ownProvider },
      resources: [
        { type: stage.type, name: "orders-stage", id: "a1b2c3d4e5/live", parent: "other-1" },
        { type: plan.type, name: "orders-plan-it's", id: "p1q2r3", parent: "other-1", provider: "other-2" },
      ],
    });
  });

  describe("with --look", () => {
    const permission = resource("lambda/permission:Permission", "permission", {
      function: "arn:aws:lambda:eu-west-1:123456789012:function:orders-1a2b3c4",
    });

    /** Runs the command with a script in place of the AWS command line. */
    function looking(script: string, text: string, ...args: string[]) {
      folder.write("aws", `#!/bin/sh\ncase "$*" in\n${script}\nesac\n`);
      chmodSync(join(folder.path, "aws"), 0o755);
      folder.write("state.json", text);
      const PATH = [folder.path, process.env.PATH].join(delimiter);
      return run(["pending", "state.json", "--look", ...args], { cwd: folder.path, env: { PATH } });
    }

    it("imports the resources that the AWS command line prints, and no others", async () => {
      const { code, stdout, stderr } = await looking(
        `"apigateway get-stages --rest-api-id a1b2c3d4e5 --query "*) echo live ;;
         "apigateway get-usage-plans --query "*" --output text --region eu-west-1") echo ;;
         "lambda get-policy --function-name orders-1a2b3c4 "*) echo '{"Statement":[{"Sid":"old"},{"Sid":"new"}]}' ;;`,
        state([stage, plan, permission], [{ ...permission, urn: `${permission.urn}-2`, id: "old" }]),
      );
      assert.deepEqual([code, stderr], [0, ""]);
      assert.deepEqual(
        JSON.parse(stdout).resources.map(({ id }: { readonly id: string }) => id),
        ["a1b2c3d4e5/live", "orders-1a2b3c4/new"],
      );
    });

    it("finds a permission by the statement's id if the arguments contain it", async () => {
      const { stdout } = await looking(
        `*) echo '{"Statement":[{"Sid":"by-hand"},{"Sid":"gateway"}]}' ;;`,
        state([{ ...permission, inputs: { ...permission.inputs, statementId: "gateway" } }]),
      );
      assert.equal(JSON.parse(stdout).resources[0].id, "orders-1a2b3c4/gateway");
    });

    it("does not look for resources that --found lists", async () => {
      const { stdout } = await looking('*) echo "$*"; exit 1 ;;', state([plan]), "--found", "orders-plan-it's=p7");
      assert.equal(JSON.parse(stdout).resources[0].id, "p7");
    });

    it("finds no permission in a function without a policy", async () => {
      const { code, stdout, stderr } = await looking(
        '*) echo "An error occurred (ResourceNotFoundException) when calling the GetPolicy operation" >&2; exit 254 ;;',
        state([permission]),
      );
      assert.deepEqual([code, JSON.parse(stdout)], [0, { nameTable: {}, resources: [] }]);
      assert.equal(stderr, "polygate: no resource to import exists; continue with `pulumi up`\n");
    });

    it("reports a replacement that exists, so that it can be deleted", async () => {
      const deployment = resource("apigateway/deployment:Deployment", "deployment", { restApi: "a1" });
      const { stdout, stderr } = await looking("*) echo d7 ;;", state([deployment], [{ ...deployment, id: "d1" }]));
      assert.deepEqual(JSON.parse(stdout).resources, []);
      assert.match(stderr, /^polygate: orders-deployment: d7 exists and nothing uses it; delete it\n/);
    });

    it("imports nothing if there are several candidates, the command fails, or it is not installed", async () => {
      assert.deepEqual(await looking("*) echo p1 p2 ;;", state([plan])), {
        code: 1,
        stdout: "",
        stderr:
          "polygate: orders-plan-it's: there are several candidates, p1, p2; choose one with --found 'orders-plan-it'\\''s'=ID\n",
      });
      const expired = await looking("*) echo ExpiredToken >&2; exit 255 ;;", state([stage]));
      assert.deepEqual([expired.code, expired.stdout], [1, ""]);
      assert.match(
        expired.stderr,
        /^polygate: aws apigateway get-stages .*: ExpiredToken; sign in with the credentials and the region of the update\n$/,
      );
      folder.write("state.json", state([stage]));
      const none = await run(["pending", "state.json", "--look"], {
        cwd: folder.path,
        env: { PATH: join(folder.path, "none") },
      });
      assert.deepEqual(none, {
        code: 1,
        stdout: "",
        stderr:
          "polygate: the command line aws is not installed; install it, or look for the resources without --look\n",
      });
    });
  });

  it("writes no parent for a resource whose parent is the stack", async () => {
    const own = { ...plan, urn: "urn:pulumi:dev::shop::aws:apigateway/usagePlan:UsagePlan::own", parent: stack };
    const { stdout } = await pending(state([own]), "--found", "own=p1");
    assert.deepEqual(JSON.parse(stdout), { nameTable: {}, resources: [{ type: plan.type, name: "own", id: "p1" }] });
  });

  it("combines the id that the vendor chose with the arguments in the state", async () => {
    const deployment = resource("apigateway/deployment:Deployment", "deployment", { restApi: "a1" });
    const found = await pending(state([deployment]), "--found", "orders-deployment=d7");
    assert.equal(JSON.parse(found.stdout).resources[0].id, "a1/d7");
  });

  it("suggests to delete a replacement only if the state does not contain it", async () => {
    const deployment = resource("apigateway/deployment:Deployment", "deployment", { restApi: "a1" });
    const text = state([deployment], [{ ...deployment, id: "d1" }]);
    const { stdout } = await pending(text);
    assert.deepEqual(stdout.split("\n").slice(0, 4), [
      "orders-deployment (aws:apigateway/deployment:Deployment)",
      "  Look:      aws apigateway get-deployments --rest-api-id a1 --query 'items[?id!='\\''d1'\\''].id' --output text",
      "  If it exists and is not d1: delete it. Nothing uses it.",
      "",
    ]);
    assert.deepEqual(await pending(text, "--found", "orders-deployment=d7"), {
      code: 1,
      stdout: "",
      stderr: "polygate: --found orders-deployment=d7: remove it; the state already contains d1 by this name\n",
    });
  });

  it("does not suggest to delete a resource that the state contains", async () => {
    const { stdout } = await pending(state([stage], [{ ...stage, id: "ags-a1b2c3d4e5-live" }]));
    assert.match(
      stdout,
      /^orders-stage \(aws:apigateway\/stage:Stage\)\n {2}The state contains it\. Nothing to do\.\n/,
    );
    assert.doesNotMatch(stdout, /delete/);
  });

  it("refers to the provider's documentation for a type that it does not know", async () => {
    const type = "gcp:pubsub/topic:Topic";
    const unknown = { urn: `urn:pulumi:dev::shop::${type}::here`, type, inputs: {} };
    const { stdout } = await pending(state([unknown]));
    assert.deepEqual(stdout.split("\n").slice(0, 3), [
      `here (${type})`,
      "  Look for it with the vendor's tools. The id to import: https://www.pulumi.com/registry/packages/gcp/ (Import)",
      "  If found:  --found here=ID",
    ]);
  });

  it("reports that no resource was being created", async () => {
    const { code, stdout } = await pending(state([]));
    assert.deepEqual([code, stdout], [0, "No resource was being created. Continue with `pulumi up`.\n"]);
  });

  it("reads standard input", async () => {
    const command = [join(ROOT, "cli/polygate.ts"), "pending", "--found", "orders-stage"];
    const piped = spawn(process.execPath, ["--conditions=polygate-source", ...command], {
      stdio: ["pipe", "pipe", "inherit"],
    });
    let stdout = "";
    piped.stdout.setEncoding("utf8").on("data", (text: string) => {
      stdout += text;
    });
    piped.stdin.end(state([stage]));
    await once(piped, "close");
    assert.equal(JSON.parse(stdout).resources[0].id, "a1b2c3d4e5/live");
  });

  it("waits for standard input that npm has opened and that has no data yet", async () => {
    const command = ["--conditions=polygate-source", join(ROOT, "cli/polygate.ts"), "pending"];
    // Like npm, the parent opens its standard input while the child starts. This makes the pipe non-blocking for both.
    const parent = `require("node:child_process")
      .spawn(process.execPath, ${JSON.stringify(command)}, { stdio: "inherit" })
      .on("close", (code) => process.exit(code));
      setTimeout(() => process.stdin.pause(), 20);`;
    const piped = spawn(process.execPath, ["--eval", parent], { stdio: ["pipe", "pipe", "inherit"] });
    let stdout = "";
    piped.stdout.setEncoding("utf8").on("data", (text: string) => {
      stdout += text;
    });
    const closed = once(piped, "close");
    await new Promise((resolve) => setTimeout(resolve, 1500));
    piped.stdin.on("error", () => undefined).end(state([]));
    await closed;
    assert.equal(stdout, "No resource was being created. Continue with `pulumi up`.\n");
  });

  for (const [what, text, args, stderr] of [
    [
      "the name of a resource that was not being created",
      state([stage, plan]),
      ["--found", "orders-api=x"],
      "--found orders-api=x: no resource of this name was being created; write one of: orders-stage, orders-plan-it's",
    ],
    [
      "a missing id",
      state([plan]),
      ["--found", "orders-plan-it's"],
      "--found orders-plan-it's: the vendor chose the id; write orders-plan-it's=ID",
    ],
    [
      "a resource that needs no import",
      state([resource("apigateway/account:Account", "account", {})]),
      ["--found", "orders-account"],
      "--found orders-account: remove it; the next update creates the resource or takes it over",
    ],
    [
      "an ambiguous name",
      state([stage, { ...plan, urn: child("apigateway/usagePlan:UsagePlan", "stage") }]),
      ["--found", "orders-stage"],
      `--found orders-stage: several resources have this name; write the URN, e.g. ${stage.urn}`,
    ],
    [
      "a state without an argument that the lookup needs",
      state([{ ...stage, inputs: { stageName: "live" } }]),
      [],
      "orders-stage: its pending operation has no restApi, which is needed to find it; look for the resource by hand",
    ],
    [
      "a file that is not a state",
      '{"urn":"orders"}',
      [],
      "state.json: not the output of `pulumi stack export` (it has no deployment); pass that output unchanged",
    ],
  ] as const) {
    it(`rejects ${what}, with a remedy`, async () => {
      assert.deepEqual(await pending(text, ...args), { code: 1, stdout: "", stderr: `polygate: ${stderr}\n` });
    });
  }

  it("accepts a URN instead of a name", async () => {
    const { stdout } = await pending(state([stage]), "--found", stage.urn);
    assert.equal(JSON.parse(stdout).resources[0].name, "orders-stage");
  });

  it("reports a file that cannot be read", async () => {
    const { code, stderr } = await run(["pending", "none.json"], { cwd: folder.path });
    assert.deepEqual([code, stderr], [1, "polygate: none.json: cannot read it (ENOENT)\n"]);
  });

  it("reads any JSON as a state, or reports that it is not one", async () => {
    const file = join(folder.path, "any.json");
    const operations = fc.record({ type: fc.constant("creating"), resource: fc.anything() });
    const deployment = fc.record(
      { resources: fc.anything(), pending_operations: fc.oneof(fc.anything(), fc.array(operations)) },
      { requiredKeys: [] },
    );
    await fc.assert(
      fc.asyncProperty(
        fc.oneof(
          fc.json(),
          fc.record({ deployment }).map((value) => JSON.stringify(value, plain)),
        ),
        async (text) => {
          folder.write("any.json", text);
          try {
            for (const { urn, name } of await readPendingCreates(file)) assert.ok(urn.endsWith(name));
          } catch (error) {
            assert.ok(error instanceof CommandError, String(error));
          }
        },
      ),
      { numRuns: 200 },
    );
  });
});

/** Writes big integers as strings, because JSON has none. */
function plain(_: string, value: unknown): unknown {
  return typeof value === "bigint" ? String(value) : value;
}
