/**
 * Loaded into every program that the set-up starts (`node --import`): ends it when the set-up's process is gone, which
 * a SIGKILL leaves no chance to pass on.
 */

/** How often it looks, in milliseconds, and how long the program then has to end by itself. */
const INTERVAL = 500;
const GRACE = 10_000;

const parent = Number(process.env.POLYGATE_SETUP_PID);
// What the program starts is the program's affair.
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
