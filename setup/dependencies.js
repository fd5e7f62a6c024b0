import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { withLock } from "./lock.js";
import { runNpm } from "./npm.js";
import { duration } from "./progress.js";

/**
 * @typedef {object} LockedPackage
 * @property {string} [version]
 * @property {string} [integrity]
 * @property {boolean} [link]
 * @property {boolean} [optional]
 * @property {boolean} [devOptional]
 */

/**
 * Whether node_modules holds what package-lock.json asks for. npm writes what it installed into a lock file of its
 * own inside node_modules, as its last act: the two are compared package by package, and each must be on the disk.
 *
 * @param {string} root The repository.
 */
export function dependenciesInstalled(root) {
  const wanted = lockedPackages(join(root, "package-lock.json"));
  const installed = lockedPackages(join(root, "node_modules", ".package-lock.json"));
  if (wanted === undefined || installed === undefined) return false;
  return Object.entries(wanted).every(([path, locked]) => {
    // The rest are the repository's own packages.
    if (!path.includes("node_modules/")) return true;
    if (locked.link === true) return existsSync(join(root, path));
    const found = installed[path];
    // One for another platform is locked and never installed.
    if (found === undefined) return locked.optional === true || locked.devOptional === true;
    const same = found.version === locked.version && found.integrity === locked.integrity;
    return same && existsSync(join(root, path, "package.json"));
  });
}

/**
 * @param {string} path
 * @returns {Record<string, LockedPackage> | undefined}
 */
function lockedPackages(path) {
  try {
    return JSON.parse(readFileSync(path, "utf8")).packages;
  } catch {
    return undefined;
  }
}

/**
 * Has the repository's dependencies installed.
 *
 * @param {object} options
 * @param {string} options.root
 * @param {string} options.node The recent node.
 * @param {NodeJS.ProcessEnv} options.env
 * @param {import("./progress.js").Progress} options.progress
 * @param {AbortSignal | undefined} [options.signal]
 */
export async function provideDependencies({ root, node, env, progress, signal }) {
  if (dependenciesInstalled(root)) return;
  /** @param {string} holder */
  const onWait = (holder) => progress.step(`waiting for ${holder}, which is installing the dependencies …`);
  await withLock(join(root, ".polygate", "dependencies.lock"), install, { onWait, signal });

  async function install() {
    if (dependenciesInstalled(root)) return;
    const started = Date.now();
    progress.step("installing the dependencies (npm) …");
    const ticking = setInterval(() => progress.update(`npm is at it for ${duration(Date.now() - started)}`), 1000);
    try {
      // Not `npm ci`: it begins by deleting node_modules, also while another terminal runs from it, and it fails on a
      // registry that lacks an optional package of some other platform. This installs what is locked just the same, and
      // leaves the lock as it is.
      await runNpm(["install", "--no-save"], { cwd: root, node, env, what: "installing the dependencies", signal });
    } finally {
      clearInterval(ticking);
    }
    progress.step(`dependencies installed in ${duration(Date.now() - started)}`);
  }
}
