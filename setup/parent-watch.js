/**
 * Preloaded into every program that the set-up starts (`node --import`). Ends the program when the set-up process ends,
 * because a process that is killed cannot forward the signal.
 */

/** The interval of the check, and the time that the program has to end before it is killed, in milliseconds. */
const INTERVAL = 500;
const GRACE = 10_000;

const parent = Number(process.env.POLYGATE_SETUP_PID);
// The watch does not apply to processes that the program starts.
delete process.env.POLYGATE_SETUP_PID;

/** @type {number | undefined} */
let orphanedAt;

const watch = setInterval(() => {
  if (process.ppid === parent) return;
  orphanedAt ??= Date.now();
  const patient = Date.now() - orphanedAt < GRACE;
  if (!patient) process.kill(process.pid, "SIGKILL");
  else if (Date.now() - orphanedAt < INTERVAL) process.kill(process.pid, "SIGTERM");
}, INTERVAL);
watch.unref();
