import { createHash } from "node:crypto";
import { readdirSync, readFileSync, statSync } from "node:fs";
import { join, sep } from "node:path";
import { fileURLToPath } from "node:url";
import { duration } from "../setup/progress.js";
import { SetupError, toolFailure } from "../setup/setup-error.js";
import { executable, onPath, runTool } from "../setup/tool.js";
import { oldestGo, pinnedEngine } from "./version.js";

/** The Go module that pins the engine and contains the language host. */
const MODULE = fileURLToPath(new URL("./go/", import.meta.url));
const COMMANDS = ["github.com/pulumi/pulumi/pkg/v3/cmd/pulumi", "./pulumi-language-nodejs"];
const BINARIES = ["pulumi", "pulumi-language-nodejs"].map(executable);

/** The approximate size of the two binaries. */
export const BUILD_BYTES = 200 * 2 ** 20;

/** The flags of the build. An engine without a version reports v3.0.0, which the Automation API rejects. */
function buildFlags() {
  const version = `github.com/pulumi/pulumi/sdk/v3/go/common/version.Version=v${pinnedEngine()}`;
  // Without git's build information, the binaries do not depend on the commit of Polygate that builds them.
  return ["-mod=readonly", "-buildvcs=false", "-ldflags", `-s -w -X ${version}`];
}

/** A hash of every committed input of the build. */
export function buildHash() {
  const hash = createHash("sha256").update(buildFlags().join("\0"));
  const files = readdirSync(MODULE, { recursive: true, encoding: "utf8" }).filter((path) => isFile(join(MODULE, path)));
  for (const file of files.map((path) => path.split(sep).join("/")).sort()) {
    hash.update(`\0${file}\0`).update(readFileSync(join(MODULE, file)));
  }
  return hash.digest("hex").slice(0, 12);
}

/** @param {string} path */
function isFile(path) {
  return statSync(path).isFile();
}

/**
 * @typedef {object} Work
 * @property {NodeJS.ProcessEnv} env
 * @property {import("../setup/progress.js").Progress} progress
 * @property {AbortSignal | undefined} [signal]
 */

/**
 * Builds the engine and its language host with Go.
 *
 * @param {string} folder An empty folder.
 * @param {Work} work
 * @returns {Promise<{ files: readonly string[] }>}
 * @throws {SetupError} With the code "tool-missing" if Go is not on PATH.
 */
export async function buildEngine(folder, { env, progress, signal }) {
  const [go] = onPath("go", env);
  if (go === undefined) {
    throw new SetupError({
      code: "tool-missing",
      place: "PATH",
      rule: "Go, which builds the Pulumi engine, is not on PATH.",
      remedy: `Install Go ${oldestGo()} or newer from https://go.dev/dl/.`,
    });
  }
  const started = Date.now();
  progress.step(`building the Pulumi engine v${pinnedEngine()} with Go: some minutes, once for this machine …`);
  // A go.work file in a parent folder would override the versions that go.mod pins.
  const work = { env: { ...env, GOWORK: "off" }, progress, signal };
  const total = await countPackages(go, work);

  let compiled = 0;
  const built = await runTool(go, ["build", "-v", ...buildFlags(), "-o", folder + sep, ...COMMANDS], {
    cwd: MODULE,
    env: work.env,
    signal,
    onLine(line) {
      compiled += 1;
      const elapsed = duration(Date.now() - started);
      progress.update(`compiled ${compiled} packages of ${total} at most, in ${elapsed}: ${line}`);
    },
  });
  if (built.code !== 0) {
    const what = "building the Pulumi engine with Go";
    throw toolFailure({ what, place: MODULE, output: built.output, remedy: "Follow Go's message above." });
  }
  progress.step(`built the Pulumi engine in ${duration(Date.now() - started)}`);
  return { files: BINARIES };
}

/**
 * Counts the packages of the build, and downloads their modules.
 *
 * @param {string} go
 * @param {Work} work
 */
async function countPackages(go, { env, progress, signal }) {
  let fetched = 0;
  const listed = await runTool(go, ["list", "-mod=readonly", "-deps", "-f", "{{.ImportPath}}", ...COMMANDS], {
    cwd: MODULE,
    env,
    signal,
    onLine(line) {
      if (!line.startsWith("go: downloading ")) return;
      fetched += 1;
      progress.update(`downloading: ${fetched} modules, ${line.slice("go: downloading ".length)}`);
    },
  });
  if (listed.code !== 0) {
    throw toolFailure({
      what: "downloading the Go modules of the Pulumi engine",
      place: MODULE,
      output: listed.output,
      remedy: `Follow Go's message above. The build needs Go ${oldestGo()} or newer.`,
    });
  }
  return listed.stdout.trim().split("\n").length;
}
