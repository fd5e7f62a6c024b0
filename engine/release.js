import { existsSync, mkdirSync, readdirSync, renameSync, rmSync, statSync } from "node:fs";
import { join } from "node:path";
import { executable, onPath, runTool } from "../setup/tool.js";
import { pinnedEngine, platformName } from "./version.js";

/** Where Pulumi's own installer (https://get.pulumi.com) downloads from. */
const RELEASES = "https://get.pulumi.com/releases/sdk";

/** How long the server may take to accept a connection, in seconds. */
const CONNECT_TIMEOUT = 5;
/** A download slower than this many bytes a second, for so many seconds, is given up. */
const SLOWEST = { rate: 20_000, seconds: 15 };

/** What a release unpacks to, about, with its archive. */
export const RELEASE_BYTES = 700 * 2 ** 20;

/** The address of the release, which is also what it is known by in the cache. */
export function releaseUrl() {
  const archive = process.platform === "win32" ? "zip" : "tar.gz";
  return `${RELEASES}/pulumi-v${pinnedEngine()}-${platformName()}.${archive}`;
}

/**
 * Downloads the release that Pulumi's own installer would install, and unpacks it.
 *
 * The installer itself is not run: it puts Pulumi into the user's home folder and edits the shell's profile, which
 * nobody asked for here.
 *
 * @param {string} folder An empty folder.
 * @param {object} options
 * @param {NodeJS.ProcessEnv} options.env
 * @param {import("../setup/progress.js").Progress} options.progress
 * @param {AbortSignal | undefined} [options.signal]
 * @returns {Promise<{ files: readonly string[] } | { failure: string }>} The failure in a few words: there is another
 *   way to an engine.
 */
export async function downloadRelease(folder, { env, progress, signal }) {
  const [curl] = onPath("curl", env);
  const [tar] = onPath("tar", env);
  if (curl === undefined || tar === undefined) return { failure: `there is no ${curl === undefined ? "curl" : "tar"}` };

  const url = releaseUrl();
  const archive = join(folder, "archive");
  progress.step(`downloading ${url} …`);
  const watching = setInterval(() => {
    const { size } = statSync(archive, { throwIfNoEntry: false }) ?? { size: 0 };
    progress.update(`${Math.round(size / 2 ** 20)} MiB`);
  }, 1000);
  const limits = ["--connect-timeout", CONNECT_TIMEOUT, "--speed-limit", SLOWEST.rate, "--speed-time", SLOWEST.seconds];
  const downloaded = await runTool(curl, ["-fsSL", ...limits.map(String), "-o", archive, url], { env, signal }).finally(
    () => clearInterval(watching),
  );
  if (downloaded.code !== 0)
    return failed(folder, firstLine(downloaded.output) || `curl ended with ${downloaded.code}`);

  const unpacked = join(folder, "unpacked");
  mkdirSync(unpacked);
  const extracted = await runTool(tar, ["-xf", archive, "-C", unpacked], { env, signal });
  if (extracted.code !== 0) return failed(folder, `the archive cannot be unpacked: ${firstLine(extracted.output)}`);

  // Windows has a folder more.
  const [binaries] = [join(unpacked, "pulumi", "bin"), join(unpacked, "pulumi")].filter(existsSync);
  if (binaries === undefined) return failed(folder, "the archive holds no folder pulumi");
  const files = readdirSync(binaries);
  const missing = ["pulumi", "pulumi-language-nodejs"].map(executable).find((file) => !files.includes(file));
  if (missing !== undefined) return failed(folder, `the archive holds no ${missing}`);
  for (const file of files) renameSync(join(binaries, file), join(folder, file));
  rmSync(archive);
  rmSync(unpacked, { recursive: true });

  const asked = await runTool(join(folder, executable("pulumi")), ["version"], { env, signal });
  if (!asked.stdout.includes(pinnedEngine())) return failed(folder, `it does not run here: ${firstLine(asked.output)}`);
  return { files };
}

/**
 * @param {string} folder
 * @param {string} failure
 */
function failed(folder, failure) {
  for (const name of readdirSync(folder)) rmSync(join(folder, name), { recursive: true, force: true });
  return { failure };
}

/** @param {string} output */
function firstLine(output) {
  return output.trim().split("\n")[0] ?? "";
}
