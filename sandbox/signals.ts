import type { Sandbox } from "./sandbox.ts";

/**
 * Waits for Ctrl-C or a request to end (SIGINT, SIGTERM, SIGHUP), then closes the sandbox. A second signal ends the
 * process at once; nothing confirmed is lost by that.
 * @returns the signal, once all is closed
 */
export async function closeOnSignal(sandbox: Pick<Sandbox, "close">): Promise<NodeJS.Signals> {
  const signals: readonly NodeJS.Signals[] = ["SIGINT", "SIGTERM", "SIGHUP"];
  const received = await new Promise<NodeJS.Signals>((resolve) => {
    for (const signal of signals) process.once(signal, () => resolve(signal));
  });
  await sandbox.close();
  return received;
}
