import { randomBytes } from "node:crypto";
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from "node:fs";
import { statfs } from "node:fs/promises";
import { homedir } from "node:os";
import { basename, dirname, isAbsolute, join } from "node:path";
import { withLock } from "./lock.js";
import { fileSystemError, noSpace } from "./setup-error.js";

/** The manifest of a complete folder, written last: its files with their sizes, and properties of the content. */
const MANIFEST = "complete.json";

/**
 * The folder for everything that clones of the repository share: `polygate` in the user's cache folder.
 *
 * @param {NodeJS.ProcessEnv} [env]
 * @param {NodeJS.Platform} [platform]
 * @param {string} [home]
 */
export function cacheFolder(env = process.env, platform = process.platform, home = homedir()) {
  return join(userCacheFolder(env, platform, home), "polygate");
}

/**
 * @param {NodeJS.ProcessEnv} env
 * @param {NodeJS.Platform} platform
 * @param {string} home
 */
function userCacheFolder(env, platform, home) {
  const xdg = env.XDG_CACHE_HOME ?? "";
  // The XDG base directory specification requires that a relative path is ignored.
  if (isAbsolute(xdg)) return xdg;
  if (platform === "darwin") return join(home, "Library", "Caches");
  if (platform === "win32") return env.LOCALAPPDATA || join(home, "AppData", "Local");
  return join(home, ".cache");
}

/**
 * The properties of a complete folder, or undefined if it does not exist or a file is missing or has another size.
 *
 * @param {string} folder
 * @returns {Readonly<Record<string, string>> | undefined}
 */
export function cachedFolder(folder) {
  try {
    const manifest = JSON.parse(readFileSync(join(folder, MANIFEST), "utf8"));
    for (const [file, size] of Object.entries(manifest.files)) {
      if (statSync(join(folder, file)).size !== size) return undefined;
    }
    return manifest.about;
  } catch {
    return undefined;
  }
}

/**
 * Fills a folder of the cache unless it is complete. The folder is filled under a temporary name and then renamed, so that
 * it is either complete or absent, even if this process is killed. If several processes need the folder at once, one
 * fills it and the others wait.
 *
 * @param {string} folder
 * @param {object} options
 * @param {(partial: string) => Promise<{ files: readonly string[], about: Readonly<Record<string, string>> }>} options.fill
 *   Fills an empty folder, and returns the relative paths of the files that make it complete.
 * @param {string} options.what The content, for messages: "the Pulumi engine".
 * @param {number} options.bytes The required space, which is checked before anything is written.
 * @param {import("./progress.js").Progress} options.progress
 * @param {AbortSignal | undefined} [options.signal]
 * @returns {Promise<Readonly<Record<string, string>>>} The properties of the content.
 * @throws {import("./setup-error.js").SetupError}
 */
export async function provideFolder(folder, { fill, what, bytes, progress, signal }) {
  const present = cachedFolder(folder);
  if (present !== undefined) return present;

  const lock = join(dirname(folder), `.lock-${basename(folder)}`);
  /** @param {string} holder */
  const onWait = (holder) => progress.step(`waiting for ${holder}, which is setting up ${what} …`);
  return withLock(lock, () => fillAndRename(), { onWait, signal });

  async function fillAndRename() {
    const filled = cachedFolder(folder);
    if (filled !== undefined) return filled;
    // These folders were left by interrupted processes: only the holder of the lock creates them.
    for (const stale of partialsOf(folder)) remove(stale);
    await checkSpace(dirname(folder), bytes);

    const partial = join(dirname(folder), `${partialPrefix(folder)}${randomBytes(6).toString("hex")}`);
    try {
      mkdirSync(partial);
      const { files, about } = await fill(partial);
      const sizes = Object.fromEntries(files.map((file) => [file, statSync(join(partial, file)).size]));
      writeFileSync(join(partial, MANIFEST), `${JSON.stringify({ about, files: sizes }, undefined, 2)}\n`);
      signal?.throwIfAborted();
      moveIntoPlace(partial, folder);
      return about;
    } catch (error) {
      throw fileSystemError(error, dirname(folder));
    } finally {
      remove(partial);
    }
  }
}

/**
 * @param {string} partial
 * @param {string} folder
 */
function moveIntoPlace(partial, folder) {
  if (existsSync(folder)) {
    // It is either complete, filled by a process that took over the lock, or damaged.
    if (cachedFolder(folder) !== undefined) return;
    remove(folder);
  }
  renameSync(partial, folder);
}

/** @param {string} folder */
function partialPrefix(folder) {
  return `.partial-${basename(folder)}-`;
}

/** @param {string} folder */
function partialsOf(folder) {
  return readdirSync(dirname(folder))
    .filter((name) => name.startsWith(partialPrefix(folder)))
    .map((name) => join(dirname(folder), name));
}

/** @param {string} folder */
function remove(folder) {
  rmSync(folder, { recursive: true, force: true, maxRetries: 3 });
}

/**
 * @param {string} folder
 * @param {number} bytes
 */
async function checkSpace(folder, bytes) {
  const { bavail, bsize } = await statfs(folder);
  const free = bavail * bsize;
  if (free < bytes) throw noSpace(folder, `${mebibytes(bytes)} are required, ${mebibytes(free)} are free`);
}

/** @param {number} bytes */
function mebibytes(bytes) {
  return `${Math.round(bytes / 2 ** 20)} MiB`;
}
