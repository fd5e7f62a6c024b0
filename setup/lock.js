import { mkdirSync, readFileSync, statSync, unlinkSync, utimesSync, writeFileSync } from "node:fs";
import { hostname } from "node:os";
import { dirname } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { fileSystemError } from "./setup-error.js";

/** How often a holder shows that it lives, and how long it may be silent before the lock is anyone's. Milliseconds. */
const HEARTBEAT = 5_000;
const ABANDONED = 30_000;
const POLL = 200;

/**
 * Does the work while holding the lock, a file. Waits for whoever holds it, and takes it over from one that died.
 *
 * The lock saves work, it does not protect data: what it guards is made elsewhere and renamed into place, so that two
 * that held it at once (a clock that jumped, a file system that lies) would waste time and break nothing.
 *
 * @template T
 * @param {string} path
 * @param {() => Promise<T>} work
 * @param {object} options
 * @param {(holder: string) => void} options.onWait Called once when it has to wait.
 * @param {AbortSignal | undefined} [options.signal] Ends the waiting.
 * @returns {Promise<T>}
 */
export async function withLock(path, work, { onWait, signal }) {
  try {
    mkdirSync(dirname(path), { recursive: true });
  } catch (error) {
    throw fileSystemError(error, dirname(path));
  }
  let waited = false;
  while (!acquire(path)) {
    const holder = currentHolder(path);
    if (holder === undefined) continue;
    if (holder.abandoned) {
      release(path);
      continue;
    }
    if (!waited) onWait(holder.name);
    waited = true;
    await sleep(POLL, undefined, signal === undefined ? {} : { signal });
  }
  const heartbeat = setInterval(() => touch(path), HEARTBEAT);
  heartbeat.unref();
  try {
    return await work();
  } finally {
    clearInterval(heartbeat);
    release(path);
  }
}

/** @param {string} path */
function acquire(path) {
  try {
    writeFileSync(path, JSON.stringify({ pid: process.pid, host: hostname() }), { flag: "wx" });
    return true;
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "EEXIST") return false;
    throw fileSystemError(error, dirname(path));
  }
}

/**
 * Who holds the lock; nobody, when it was released in the meantime.
 *
 * @param {string} path
 * @returns {{ name: string, abandoned: boolean } | undefined}
 */
function currentHolder(path) {
  const seen = statSync(path, { throwIfNoEntry: false });
  if (seen === undefined) return undefined;
  const silentFor = Date.now() - seen.mtimeMs;
  const holder = readHolder(path);
  // A holder between creating the file and writing to it, and one of another user, are known by nothing but their age.
  if (holder === undefined) return { name: "another process", abandoned: silentFor > ABANDONED };
  const dead = holder.host === hostname() && !isAlive(holder.pid);
  return { name: `process ${holder.pid} on ${holder.host}`, abandoned: dead || silentFor > ABANDONED };
}

/**
 * @param {string} path
 * @returns {{ pid: number, host: string } | undefined}
 */
function readHolder(path) {
  try {
    return JSON.parse(readFileSync(path, "utf8"));
  } catch {
    return undefined;
  }
}

/** @param {number} pid */
function isAlive(pid) {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // EPERM: it lives, and belongs to somebody else.
    return error instanceof Error && "code" in error && error.code === "EPERM";
  }
}

/** @param {string} path */
function touch(path) {
  try {
    utimesSync(path, new Date(), new Date());
  } catch {
    // Taken over, after this process was stopped for a while. The rename at the end settles who was first.
  }
}

/** @param {string} path */
function release(path) {
  try {
    unlinkSync(path);
  } catch {
    // Taken over, and released by its new holder.
  }
}
