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
 * Whether node_modules contains every package of package-lock.json. As its last step, npm writes a lock file of the
 * installed packages into node_modules. Both files must agree, and each package must exist on disk.
 *
 * @param {string} root The repository.
 */
export function dependenciesInstalled(root) {
  const wanted = lockedPackages(join(root, "package-lock.json"));
  const installed = lockedPackages(join(root, "node_modules", ".package-lock.json"));
  if (wanted === undefined || installed === undefined) return false;
  return Object.entries(wanted).every(([path, locked]) => {
    // Other paths are workspaces.
    if (!path.includes("node_modules/")) return true;
    if (locked.link === true) return existsSync(join(root, path));
    const found = installed[path];
    // A package for another platform is locked, but not installed.
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
 * Installs the repository's dependencies unless they are installed.
 *
 * @param {object} options
 * @param {string} options.root
 * @param {string} options.node The path of a recent Node.
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
    const ticking = setInterval(
      () => progress.update(`npm has been running for ${duration(Date.now() - started)}`),
      1000,
    );
    try {
      // Not `npm ci`, which starts by deleting node_modules, even while another terminal runs programs from it. With
      // `--no-save`, `npm install` installs the locked versions and does not change the lock file.
      await runNpm(["install", "--no-save"], { cwd: root, node, env, what: "installing the dependencies", signal });
    } finally {
      clearInterval(ticking);
    }
    progress.step(`dependencies installed in ${duration(Date.now() - started)}`);
  }
}
