import { mkdirSync, readFileSync, statSync, unlinkSync, utimesSync, writeFileSync } from "node:fs";
import { hostname } from "node:os";
import { dirname } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { fileSystemError } from "./setup-error.js";

/** The interval of a holder's heartbeat, and the silence after which its lock is abandoned, in milliseconds. */
const HEARTBEAT = 5_000;
const ABANDONED = 30_000;
/** How often a waiting process tries to acquire the lock, in milliseconds. */
const POLL = 200;

/**
 * Runs a function while holding a lock file. Waits for the current holder, and takes over the lock of a dead one.
 *
 * The lock avoids duplicate work; it does not protect data. The result is created under a temporary name and renamed, so
 * that two holders at once (after a jump of the clock, or on an unreliable file system) only waste time.
 *
 * @template T
 * @param {string} path
 * @param {() => Promise<T>} work
 * @param {object} options
 * @param {(holder: string) => void} options.onWait Is called once if the lock is held.
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
 * The holder of the lock, or undefined if it was just released.
 *
 * @param {string} path
 * @returns {{ name: string, abandoned: boolean } | undefined}
 */
function currentHolder(path) {
  const seen = statSync(path, { throwIfNoEntry: false });
  if (seen === undefined) return undefined;
  const silentFor = Date.now() - seen.mtimeMs;
  const holder = readHolder(path);
  // The file is still empty, or belongs to another user: only its age shows whether its holder is alive.
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
    // EPERM: the process is alive and belongs to another user.
    return error instanceof Error && "code" in error && error.code === "EPERM";
  }
}

/** @param {string} path */
function touch(path) {
  try {
    utimesSync(path, new Date(), new Date());
  } catch {
    // Another process took over the lock while this one was suspended. The final rename decides which result is kept.
  }
}

/** @param {string} path */
function release(path) {
  try {
    unlinkSync(path);
  } catch {
    // Another process took over the lock and released it.
  }
}
