import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, statSync } from "node:fs";
import { basename, join } from "node:path";
import { executable, onPath, tryTool } from "../setup/tool.js";
import { sha256 } from "./checksum.js";
import { pinnedEngine, platformName } from "./version.js";

/** The folder that Pulumi's own installer (https://get.pulumi.com) downloads from. */
const RELEASES = "https://get.pulumi.com/releases/sdk";

/**
 * The options of every curl call: https only, redirects included; at most 5 seconds to connect; and a download that is
 * slower than 20 kB/s for 15 seconds is abandoned.
 */
const CURL_OPTIONS =
  "-fsSL --proto =https --proto-redir =https --connect-timeout 5 --speed-limit 20000 --speed-time 15".split(" ");

/** The approximate size of an unpacked release together with its archive. */
export const RELEASE_BYTES = 700 * 2 ** 20;

/** Pulumi's release cannot be downloaded, verified or run. The message says why in a few words. */
export class ReleaseUnavailable extends Error {}

/**
 * @typedef {object} Work
 * @property {NodeJS.ProcessEnv} env
 * @property {import("../setup/progress.js").Progress} progress
 * @property {AbortSignal | undefined} [signal]
 */

/** The URL of the release's archive. It also identifies the release in the cache. */
export function releaseUrl() {
  const extension = process.platform === "win32" ? "zip" : "tar.gz";
  return `${RELEASES}/pulumi-v${pinnedEngine()}-${platformName()}.${extension}`;
}

/** The URL of the file that lists the SHA-256 checksum of each archive of the release. */
export function checksumsUrl() {
  return `${RELEASES}/pulumi-${pinnedEngine()}-checksums.txt`;
}

/**
 * Downloads the release that Pulumi's installer would install, verifies its published checksum, and unpacks it.
 *
 * The installer itself is not used: it writes to the user's home folder and edits the shell's profile.
 *
 * @param {string} folder An empty folder.
 * @param {Work} work
 * @returns {Promise<{ files: readonly string[] }>} The names of the release's programs in the folder.
 * @throws {ReleaseUnavailable}
 */
export async function downloadRelease(folder, work) {
  const { env, progress, signal } = work;
  const [tar] = onPath("tar", env);
  if (tar === undefined) throw new ReleaseUnavailable("tar is not on PATH");
  progress.step(`downloading ${releaseUrl()} …`);
  const checksum = await publishedChecksum(folder, work);
  const archive = join(folder, "archive");
  await download(releaseUrl(), archive, work);
  if ((await sha256(archive)) !== checksum) {
    throw new ReleaseUnavailable("the archive does not match its published SHA-256 checksum");
  }

  const unpacked = join(folder, "unpacked");
  mkdirSync(unpacked);
  const extracted = await tryTool(tar, ["-xf", archive, "-C", unpacked], { env, signal });
  if (extracted.code !== 0) {
    throw new ReleaseUnavailable(`the archive cannot be unpacked: ${firstLine(extracted.output)}`);
  }
  const files = moveBinaries(unpacked, folder);
  rmSync(archive);
  rmSync(unpacked, { recursive: true });

  const asked = await tryTool(join(folder, executable("pulumi")), ["version"], { env, signal });
  if (!asked.stdout.includes(pinnedEngine())) {
    throw new ReleaseUnavailable(`it does not run here: ${firstLine(asked.output)}`);
  }
  return { files };
}

/**
 * The checksum that Pulumi publishes for the archive.
 *
 * @param {string} folder
 * @param {Work} work
 */
async function publishedChecksum(folder, work) {
  const list = join(folder, "checksums.txt");
  await download(checksumsUrl(), list, work);
  const lines = readFileSync(list, "utf8").split("\n");
  rmSync(list);
  const archive = basename(releaseUrl());
  // Each line is "<SHA-256>  <file name>", as sha256sum writes it; a "*" marks a binary file.
  for (const line of lines) {
    const [, checksum, name] = /^([0-9a-f]{64}) [ *](\S+)$/.exec(line.trim()) ?? [];
    if (checksum !== undefined && name === archive) return checksum;
  }
  throw new ReleaseUnavailable(`${checksumsUrl()} lists no SHA-256 checksum for ${archive}`);
}

/**
 * @param {string} url
 * @param {string} file
 * @param {Work} work
 */
async function download(url, file, { env, progress, signal }) {
  const [curl] = onPath("curl", env);
  if (curl === undefined) throw new ReleaseUnavailable("curl is not on PATH");
  const watching = setInterval(() => {
    const { size } = statSync(file, { throwIfNoEntry: false }) ?? { size: 0 };
    progress.update(`${Math.round(size / 2 ** 20)} MiB`);
  }, 1000);
  try {
    const { code, output } = await tryTool(curl, [...CURL_OPTIONS, "-o", file, url], { env, signal });
    if (code !== 0) throw new ReleaseUnavailable(firstLine(output) || `curl exited with code ${code}`);
  } finally {
    clearInterval(watching);
  }
}

/**
 * Moves the programs of an unpacked release.
 *
 * @param {string} unpacked
 * @param {string} folder
 * @returns {string[]} Their names.
 */
function moveBinaries(unpacked, folder) {
  // The archive for Windows has one more level of folders.
  const [binaries] = [join(unpacked, "pulumi", "bin"), join(unpacked, "pulumi")].filter(existsSync);
  if (binaries === undefined) throw new ReleaseUnavailable("the archive contains no folder pulumi");
  const files = readdirSync(binaries);
  const missing = ["pulumi", "pulumi-language-nodejs"].map(executable).find((file) => !files.includes(file));
  if (missing !== undefined) throw new ReleaseUnavailable(`the archive contains no ${missing}`);
  for (const file of files) renameSync(join(binaries, file), join(folder, file));
  return files;
}

/** @param {string} output */
function firstLine(output) {
  return output.trim().split("\n")[0] ?? "";
}
