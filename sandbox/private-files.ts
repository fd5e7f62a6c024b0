import { chmodSync, closeSync, existsSync, mkdirSync, openSync, readdirSync } from "node:fs";
import { basename, join, resolve } from "node:path";

/** Files with keys, or with what a deployment contains. */
const PRIVATE = ["sandbox.db", "sandbox.db-wal", "sandbox.db-shm", "ca-key.pem", "ca.pem", "sandbox.json"];

/** Everything that the sandbox writes into its folder. */
const OWN = /^(?:sandbox\.db.*|ca(?:-key)?\.pem.*|\.?sandbox\.json.*|access-logs|state)$/;

/**
 * Creates a sandbox's folder, which only its owner can read, and an empty store in it. An older version left both readable to every user.
 * A folder that also has other contents, such as a project, keeps its mode; then only the sandbox's files are private.
 */
export function createPrivateFolder(directory: string): void {
  mkdirSync(directory, { recursive: true, mode: 0o700 });
  const isOwn = basename(resolve(directory)) === ".polygate" || readdirSync(directory).every((name) => OWN.test(name));
  if (isOwn) chmodSync(directory, 0o700);
  closeSync(openSync(join(directory, "sandbox.db"), "a", 0o600));
  for (const name of PRIVATE) {
    const file = join(directory, name);
    if (existsSync(file)) chmodSync(file, 0o600);
  }
}
