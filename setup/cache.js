import { randomBytes } from "node:crypto";
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from "node:fs";
import { statfs } from "node:fs/promises";
import { homedir } from "node:os";
import { basename, dirname, isAbsolute, join } from "node:path";
import { withLock } from "./lock.js";
import { fileSystemError, noSpace } from "./setup-error.js";

/** Written last into a finished folder: its files with their sizes, and what its maker had to say. */
const MANIFEST = "complete.json";

/**
 * Where Polygate keeps what clones can share: `polygate` in the user's cache folder.
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
  // The XDG base directory specification has a relative path ignored.
  if (isAbsolute(xdg)) return xdg;
  if (platform === "darwin") return join(home, "Library", "Caches");
  if (platform === "win32") return env.LOCALAPPDATA || join(home, "AppData", "Local");
  return join(home, ".cache");
}

/**
 * What a finished folder says of itself, or nothing when there is none or it is not as its maker left it.
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
 * Has the folder, filling it first when it is not there. It is filled under another name and renamed when it is
 * finished, so that it exists whole or not at all, whatever happens to this process; of several that want it at once,
 * one fills it and the others wait.
 *
 * @param {string} folder
 * @param {object} options
 * @param {(partial: string) => Promise<{ files: readonly string[], about: Readonly<Record<string, string>> }>} options.fill
 *   Fills an empty folder, and says which files make it whole, relative to it.
 * @param {string} options.what For messages: "the Pulumi engine".
 * @param {number} options.bytes What it needs, at least; checked before anything is written.
 * @param {import("./progress.js").Progress} options.progress
 * @param {AbortSignal | undefined} [options.signal]
 * @returns {Promise<Readonly<Record<string, string>>>} What the folder says of itself.
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
    const made = cachedFolder(folder);
    if (made !== undefined) return made;
    // Whoever holds the lock may sweep: what lies here under these names was left by one that was interrupted.
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
    // Another finished it first, against the lock; or it is damaged.
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
  if (free < bytes) throw noSpace(folder, `${mebibytes(bytes)} are needed, ${mebibytes(free)} are free`);
}

/** @param {number} bytes */
function mebibytes(bytes) {
  return `${Math.round(bytes / 2 ** 20)} MiB`;
}
