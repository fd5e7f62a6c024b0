import type { Sandbox } from "./sandbox.ts";

/**
 * Waits for SIGINT (Ctrl-C), SIGTERM or SIGHUP, then closes the sandbox. A second signal ends the process at once, without the loss of a
 * confirmed change.
 *
 * @returns the signal, after the sandbox is closed
 */
export async function closeOnSignal(sandbox: Pick<Sandbox, "close">): Promise<NodeJS.Signals> {
  const signals: readonly NodeJS.Signals[] = ["SIGINT", "SIGTERM", "SIGHUP"];
  const received = await new Promise<NodeJS.Signals>((resolve) => {
    for (const signal of signals) process.once(signal, () => resolve(signal));
  });
  await sandbox.close();
  return received;
}
