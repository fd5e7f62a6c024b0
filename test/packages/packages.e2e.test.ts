import assert from "node:assert/strict";
import { existsSync, globSync, readdirSync, readFileSync, realpathSync } from "node:fs";
import { dirname, join, posix } from "node:path";
import { pathToFileURL } from "node:url";
import ts from "typescript";
import { findEngine } from "../../engine/index.ts";
import type { Sandbox } from "../../sandbox/index.ts";
import { runTool, withPath } from "../../setup/tool.js";
import { describeGuide } from "../support/packages/guide.ts";
import { describeOldestPeers } from "../support/packages/oldest-peers.ts";
import {
  declaredClasses,
  GENERAL_CLASSES,
  mistakenLines,
  mistakesFor,
  programFor,
  VENDORS,
  type VendorEntry,
} from "../support/packages/programs.ts";
import { NEWEST_COMPILER, Projects, ROOT, readManifest, write } from "../support/packages/projects.ts";
import { trustAuthority } from "../support/tls/trust.ts";

/** The file that `pulumi new aws-typescript` writes: https://github.com/pulumi/templates/blob/master/aws-typescript/tsconfig.json */
const TEMPLATE_TSCONFIG = JSON.stringify({
  compilerOptions: {
    strict: true,
    outDir: "bin",
    target: "es2020",
    module: "commonjs",
    moduleResolution: "node",
    sourceMap: true,
    experimentalDecorators: true,
    pretty: true,
    noFallthroughCasesInSwitch: true,
    noImplicitReturns: true,
    forceConsistentCasingInFileNames: true,
  },
  files: ["index.ts"],
});

/** A strict ES module project, which also checks the declarations of libraries. */
const MODULE_TSCONFIG = JSON.stringify({
  compilerOptions: {
    strict: true,
    exactOptionalPropertyTypes: true,
    noUncheckedIndexedAccess: true,
    verbatimModuleSyntax: true,
    target: "es2022",
    module: "nodenext",
    types: ["node"],
    noEmit: true,
  },
  files: ["index.ts"],
});

const DOCUMENT = `openapi: 3.1.0
info: { title: Orders, version: 1.0.0 }
servers: [{ url: https://erp.example.com }]
security: [{ staff: [] }]
components:
  securitySchemes:
    staff: { type: openIdConnect, openIdConnectUrl: https://login.example.com/.well-known/openid-configuration, x-polygate: { audiences: [orders] } }
paths:
  /orders/{id}:
    get:
      parameters: [{ name: id, in: path, required: true, schema: { type: string } }]
      responses: { "200": { description: An order } }
`;

describe("the packed library", function () {
  // A machine that is busy with other work needs many minutes.
  this.timeout(900_000);
  const engine = findEngine();
  let projects: Projects;
  /** The project that also has the sandbox. */
  let equipped: string;
  let sandbox: Sandbox;

  before(async () => {
    projects = new Projects();
    await projects.pack();
    const user = ["polygate", "@pulumi/pulumi", "typescript", "@types/node"];
    const { aws, ...others } = VENDORS;
    equipped = await projects.install("aws", [...user, `@pulumi/${aws.sdk}`, "polygate-sandbox"]);
    for (const [vendor, { sdk }] of Object.entries(others)) {
      await projects.installFrom(equipped, vendor, [...user, `@pulumi/${sdk}`]);
    }
    // The packed sandbox. A plain import would load its sources.
    const entry = join(equipped, "node_modules/polygate-sandbox", readManifest(join(ROOT, "sandbox")).main);
    const { startSandbox } = (await import(pathToFileURL(entry).href)) as typeof import("../../sandbox/index.ts");
    sandbox = await startSandbox({ dir: join(projects.folder, "sandbox") });
    await trustAuthority(sandbox.dir);
  });

  after(async () => {
    await sandbox?.close();
    projects?.remove();
  });

  /** Runs Node in a project, and fails with its output. */
  async function node(cwd: string, ...args: string[]): Promise<string> {
    const { code, stdout, output } = await runTool(process.execPath, args, { cwd });
    assert.equal(code, 0, output);
    return stdout;
  }

  /** Runs the command of a project. */
  function polygate(cwd: string, ...args: string[]): ReturnType<typeof runTool> {
    return runTool(process.execPath, [commandOf(cwd), ...args], { cwd });
  }

  function commandOf(cwd: string): string {
    const folder = join(cwd, "node_modules/polygate");
    return join(folder, readManifest(folder).bin?.polygate ?? "");
  }

  async function pulumi(cwd: string, ...args: string[]): Promise<string> {
    const { code, stdout, output } = await runTool(engine.pulumi, [...args, "--non-interactive", "--color=never"], {
      cwd,
      env: {
        ...withPath(process.env, [dirname(process.execPath), engine.folder]),
        ...sandbox.environment,
        PULUMI_HOME: join(projects.folder, "home"),
      },
    });
    assert.equal(code, 0, output);
    return stdout.trim();
  }

  /** The type errors of a project with its own settings: the first line of each. */
  async function typeErrors(cwd: string, compiler: string, files: readonly string[]): Promise<readonly string[]> {
    const { compilerOptions } = JSON.parse(readFileSync(join(cwd, "tsconfig.json"), "utf8"));
    write(cwd, { "all.json": JSON.stringify({ compilerOptions, files }) });
    const args = [compiler, "--noEmit", "-p", "all.json", "--pretty", "false"];
    const { stdout } = await runTool(process.execPath, args, { cwd });
    // The further lines of an error give the details.
    return stdout.split("\n").filter((line) => /^\S/.test(line));
  }

  /** The errors of a CommonJS project with the oldest compiler, and of an ES module project with the newest. */
  function typeErrorsOfBoth(
    commonJs: string,
    module: string,
    files: readonly string[],
  ): Promise<[commonJs: readonly string[], module: readonly string[]]> {
    return Promise.all([
      typeErrors(commonJs, join(commonJs, "node_modules/typescript/bin/tsc"), files),
      typeErrors(module, NEWEST_COMPILER, files),
    ]);
  }

  for (const { name, source, folders } of [
    { name: "polygate", source: ROOT, folders: ["cli", "components"] },
    { name: "polygate-sandbox", source: join(ROOT, "sandbox"), folders: ["control-plane", "data-plane"] },
  ]) {
    describe(`the tarball of ${name}`, () => {
      let folder: string;
      let files: readonly string[];

      before(() => {
        folder = join(equipped, "node_modules", name);
        files = globSync("**/*", { cwd: folder, exclude: ["node_modules"], withFileTypes: true })
          .filter((entry) => entry.isFile())
          .map((entry) => posix.join(entry.parentPath.slice(folder.length + 1).replaceAll("\\", "/"), entry.name));
      });

      it("contains every file that its manifest names: each entry, its types, the command", () => {
        const { main, types, exports, typesVersions = {}, bin = {} } = readManifest(folder);
        const named = [
          main,
          types,
          ...Object.values(bin),
          ...Object.values(typesVersions).flatMap((entries) => Object.values(entries).flat()),
          ...Object.values(exports).flatMap((target) =>
            typeof target === "string" ? [target] : [target.types ?? [], target.default ?? ""].flat(),
          ),
        ];
        assert.deepEqual(
          named.filter((path) => !files.includes(posix.normalize(path))),
          [],
        );
      });

      it("contains JavaScript and declarations, each compiled from an existing source, and no tests or tools", () => {
        const top = new Set(files.map((file) => file.split("/")[0]));
        assert.deepEqual([...top].sort(), ["LICENSE", "README.md", "dist", "package.json"]);
        const built = files.filter((file) => file.startsWith("dist/")).map((file) => file.slice("dist/".length));
        const inside = new Set(built.filter((file) => file.includes("/")).map((file) => file.split("/")[0]));
        assert.deepEqual([...inside].sort(), folders);
        assert.deepEqual(
          built.filter((file) => !existsSync(join(source, file.replace(/\.(?:d\.ts|js)$/, ".ts")))),
          [],
        );
        assert.deepEqual(
          built.filter((file) => /(?<!\.d)\.ts$|\.test\.|generate/.test(file)),
          [],
        );
      });

      it("imports exactly the packages that it declares, and only files that it contains", () => {
        const packages = new Set<string>();
        const missing: string[] = [];
        for (const file of files.filter((path) => /\.(?:js|d\.ts)$/.test(path))) {
          const { importedFiles } = ts.preProcessFile(readFileSync(join(folder, file), "utf8"), true, true);
          for (const { fileName } of importedFiles) {
            if (fileName.startsWith(".")) {
              const target = posix.join(posix.dirname(file), fileName);
              const declared = file.endsWith(".d.ts") ? target.replace(/\.(?:ts|js)$/, ".d.ts") : target;
              if (!files.includes(declared)) missing.push(`${file}: ${fileName}`);
            } else if (!fileName.startsWith("node:")) {
              packages.add(/^(?:@[^/]+\/)?[^/]+/.exec(fileName)?.[0] ?? fileName);
            }
          }
        }
        const { dependencies, peerDependencies } = readManifest(folder);
        assert.deepEqual(missing, []);
        assert.deepEqual([...packages].sort(), [...Object.keys(dependencies), ...Object.keys(peerDependencies)].sort());
      });
    });
  }

  it("loads nothing of Pulumi for a description, whether required or imported", async () => {
    const use = `
      const { defineApi, open, http } = polygate;
      defineApi({ version: 1, backends: { b: http() }, auth: { all: open("a test") }, default: { auth: "all" },
        routes: { "GET /": { to: "b" } } });
      console.log(JSON.stringify(Object.keys(cache).filter((file) => file.includes("@pulumi"))));`;
    assert.equal(
      await node(equipped, "-e", `const polygate = require("polygate"); const { cache } = require; ${use}`),
      "[]\n",
    );
    const imported = `import * as polygate from "polygate"; import { createRequire } from "node:module";
      const { cache } = createRequire(process.cwd() + "/x.js"); ${use}`;
    assert.equal(await node(equipped, "--input-type=module", "-e", imported), "[]\n");
  });

  it("exports the schema of x-polygate", async () => {
    const script = `import schema from "polygate/x-polygate.schema.json" with { type: "json" }; console.log(JSON.stringify(schema));`;
    const schema = JSON.parse(await node(equipped, "--input-type=module", "-e", script));
    assert.deepEqual(
      schema,
      JSON.parse(readFileSync(join(ROOT, "components/api/openapi/x-polygate.schema.json"), "utf8")),
    );
  });

  it("types the sandbox in a CommonJS project and in an ES module one", async () => {
    const program = `import { startSandbox, type Sandbox } from "polygate-sandbox";
export const started: Promise<Sandbox> = startSandbox({ dir: "here", hosts: {} });
export const wrong = startSandbox({ folder: "here" }); // a mistake
`;
    write(equipped, { "sandbox.ts": program, "tsconfig.json": TEMPLATE_TSCONFIG });
    const module = projects.beside(equipped, "sandbox-module", {
      "sandbox.ts": program,
      "tsconfig.json": MODULE_TSCONFIG,
      "package.json": JSON.stringify({ type: "module" }),
    });
    for (const errors of await typeErrorsOfBoth(equipped, module, ["sandbox.ts"])) {
      assert.deepEqual(
        errors.map((error) => error.replace(/,.*/, "")),
        ["sandbox.ts(3"],
        errors.join("\n"),
      );
    }
  });

  it("has the command, which checks a document", async () => {
    assert.equal(realpathSync(join(equipped, "node_modules/.bin/polygate")), realpathSync(commandOf(equipped)));
    write(equipped, { "orders.yaml": DOCUMENT });
    const { code, stdout, output } = await polygate(equipped, "check", "orders.yaml", "--json");
    assert.equal(code, 0, output);
    assert.equal(typeof JSON.parse(stdout), "object");
  });

  it("has the command, which finds an installed sandbox, and otherwise explains how to install it", async () => {
    const print = [process.execPath, "-p", "process.env.PULUMI_DEBUG_PROVIDERS"];
    const inside = await polygate(equipped, "sandbox", "--", ...print);
    assert.equal(inside.code, 0, inside.output);
    assert.match(inside.stdout, /^aws:\d+,azure-native:\d+,gcp:\d+$/m);
    const without = await polygate(join(projects.folder, "azure"), "sandbox", "--", ...print);
    assert.equal(without.code, 1, without.output);
    assert.match(without.output, /npm install .*polygate-sandbox/);
  });

  it("has an entry for each vendor that is tested here", () => {
    const entries = Object.keys(readManifest(ROOT).exports).filter((entry) => /^\.\/\w+$/.test(entry));
    assert.deepEqual(
      entries,
      Object.keys(VENDORS).map((vendor) => `./${vendor}`),
    );
  });

  /** The classes that an entry exports, sorted. */
  async function exportedClasses(cwd: string, entry: string): Promise<readonly string[]> {
    const script = `const exported = Object.entries(require("${entry}"));
      const classes = exported.filter(([, value]) => /^class\\b/.test(String(value)));
      console.log(JSON.stringify(classes.map(([name]) => name).sort()));`;
    return JSON.parse(await node(cwd, "-e", script)) as readonly string[];
  }

  it("has an example here for each class of the entry without a vendor", async () => {
    assert.deepEqual(await exportedClasses(equipped, "polygate"), GENERAL_CLASSES);
  });

  for (const vendor of Object.keys(VENDORS) as VendorEntry[]) {
    const { sdk } = VENDORS[vendor];
    describe(`with the SDK of ${vendor} alone`, () => {
      let commonJs: string;
      let module: string;
      let inCommonJs: readonly string[];
      let inModule: readonly string[];

      before(async () => {
        commonJs = join(projects.folder, vendor);
        const files = { "index.ts": programFor(vendor), "mistakes.ts": mistakesFor(vendor) };
        write(commonJs, {
          ...files,
          "Pulumi.yaml": `name: shop-${vendor}\nruntime: nodejs\n`,
          "tsconfig.json": TEMPLATE_TSCONFIG,
        });
        module = projects.beside(commonJs, `${vendor}-module`, {
          ...files,
          "package.json": JSON.stringify({ name: vendor, type: "module" }),
          "Pulumi.yaml": `name: shop-${vendor}\nmain: index.ts\nruntime:\n  name: nodejs\n  options:\n    typescript: false\n`,
          "tsconfig.json": MODULE_TSCONFIG,
        });
        [inCommonJs, inModule] = await typeErrorsOfBoth(commonJs, module, ["index.ts", "mistakes.ts"]);
      });

      it("has an example here for each class of the entry", async () => {
        assert.deepEqual(await exportedClasses(commonJs, `polygate/${vendor}`), declaredClasses(vendor));
      });

      it("installs no other vendor's SDK", () => {
        assert.deepEqual(readdirSync(join(commonJs, "node_modules/@pulumi")).sort(), [sdk, "pulumi"].sort());
      });

      /** Asserts that the program has no error, and the other file one for each mistake. */
      function assertMistakes(errors: readonly string[]): void {
        assert.deepEqual(
          errors.map((error) => error.replace(/(\(\d+),.*/, "$1)")),
          mistakenLines(vendor).map((line) => `mistakes.ts(${line})`),
          errors.join("\n"),
        );
      }

      it("type-checks in a CommonJS project of a template, with an error for each mistake only", () => {
        assertMistakes(inCommonJs);
      });

      it("type-checks in an ES module project, with an error for each mistake only", () => {
        assertMistakes(inModule);
      });

      it("loads only parts of that SDK, and no other", async () => {
        const list = `console.log(JSON.stringify(Object.keys(require.cache)));`;
        const loaded = JSON.parse(await node(commonJs, "-e", `require("polygate/${vendor}"); ${list}`)) as string[];
        const ofPulumi = loaded.flatMap((file) => /node_modules[\\/]@pulumi[\\/](.+)$/.exec(file)?.[1] ?? []);
        assert.deepEqual([...new Set(ofPulumi.map((file) => file.split(/[\\/]/)[0]))].sort(), [sdk, "pulumi"].sort());
        assert.equal(ofPulumi.includes(join(sdk, "index.js")), false);
      });

      it("deploys from the CommonJS project, which the engine compiles, and the gateway rejects a request without a valid token", async () => {
        await pulumi(commonJs, "stack", "init", "dev");
        await pulumi(commonJs, "up", "--yes", "--skip-preview");
        const urls = JSON.parse(await pulumi(commonJs, "stack", "output", "--json")) as Readonly<
          Record<string, string>
        >;
        // AWS rejects a request without a token by itself. Only an invalid token reaches the function that checks it.
        const headers = { authorization: "Bearer a.b.c" };
        for (const url of Object.values(urls)) {
          assert.equal((await fetch(`${url}/orders/1`)).status, 401, url);
          assert.equal((await fetch(`${url}/orders/1`, { headers })).status, 401, url);
        }
      });

      it("deploys the same resources from the ES module project", async () => {
        await pulumi(module, "preview", "--stack", "dev", "--expect-no-changes");
      });
    });
  }

  describeGuide(() => ({ projects, equipped, engine }));
  describeOldestPeers(() => projects);
});
