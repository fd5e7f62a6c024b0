import { createHash } from "node:crypto";
import { readdirSync, readFileSync, statSync } from "node:fs";
import { join, sep } from "node:path";
import { fileURLToPath } from "node:url";
import { duration } from "../setup/progress.js";
import { SetupError, toolFailure } from "../setup/setup-error.js";
import { executable, onPath, runTool } from "../setup/tool.js";
import { pinnedEngine } from "./version.js";

/** The Go module that pins the engine, and holds the language host. */
const MODULE = fileURLToPath(new URL("./go/", import.meta.url));
const COMMANDS = ["github.com/pulumi/pulumi/pkg/v3/cmd/pulumi", "./pulumi-language-nodejs"];
const BINARIES = ["pulumi", "pulumi-language-nodejs"].map(executable);

/** What the two binaries take, about. */
export const BUILD_BYTES = 200 * 2 ** 20;

/** The flags of the build. Without its version the engine says v3.0.0, and the Automation API refuses it. */
function buildFlags() {
  const version = `github.com/pulumi/pulumi/sdk/v3/go/common/version.Version=v${pinnedEngine()}`;
  // No build information from git: the engine does not depend on which commit of Polygate built it.
  return ["-mod=readonly", "-buildvcs=false", "-ldflags", `-s -w -X ${version}`];
}

/** Changes with everything that is committed and goes into the build. */
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
 * Builds the engine and its language host with Go.
 *
 * @param {string} folder An empty folder.
 * @param {object} options
 * @param {NodeJS.ProcessEnv} options.env
 * @param {import("../setup/progress.js").Progress} options.progress
 * @param {AbortSignal | undefined} [options.signal]
 * @returns {Promise<{ files: readonly string[] }>}
 * @throws {SetupError} With the code "tool-missing" when there is no Go.
 */
export async function buildEngine(folder, { env, progress, signal }) {
  const [go] = onPath("go", env);
  if (go === undefined) {
    throw new SetupError({
      code: "tool-missing",
      place: "PATH",
      rule: "There is no Go to build the Pulumi engine with.",
      remedy: "install Go 1.25.11 or newer from https://go.dev/dl/.",
    });
  }
  const started = Date.now();
  progress.step(`building the Pulumi engine v${pinnedEngine()} with Go: some minutes, once for this machine …`);
  // A go.work file above the repository would replace the versions that are pinned here.
  const goEnv = { ...env, GOWORK: "off" };

  let fetched = 0;
  const total = await countPackages(go, goEnv, signal, (line) => {
    if (!line.startsWith("go: downloading ")) return;
    fetched += 1;
    progress.update(`downloading: ${fetched} modules, ${line.slice("go: downloading ".length)}`);
  });

  let compiled = 0;
  const built = await runTool(go, ["build", "-v", ...buildFlags(), "-o", folder + sep, ...COMMANDS], {
    cwd: MODULE,
    env: goEnv,
    signal,
    onLine(line) {
      compiled += 1;
      const elapsed = duration(Date.now() - started);
      progress.update(`compiled ${compiled} packages of ${total} at most, in ${elapsed}: ${line}`);
    },
  });
  if (built.code !== 0) {
    const what = "building the Pulumi engine with Go";
    throw toolFailure({ what, place: MODULE, output: built.output, remedy: "see what Go says above." });
  }
  progress.step(`built the Pulumi engine in ${duration(Date.now() - started)}`);
  return { files: BINARIES };
}

/**
 * How many packages the build consists of; downloads the modules that they are in.
 *
 * @param {string} go
 * @param {NodeJS.ProcessEnv} env
 * @param {AbortSignal | undefined} signal
 * @param {(line: string) => void} onLine
 */
async function countPackages(go, env, signal, onLine) {
  const listed = await runTool(go, ["list", "-mod=readonly", "-deps", "-f", "{{.ImportPath}}", ...COMMANDS], {
    cwd: MODULE,
    env,
    signal,
    onLine,
  });
  if (listed.code !== 0) {
    throw toolFailure({
      what: "downloading the Go modules of the Pulumi engine",
      place: MODULE,
      output: listed.output,
      remedy: "see what Go says above; Go 1.25.11 or newer is needed.",
    });
  }
  return listed.stdout.trim().split("\n").length;
}
