import { request } from "node:http";
import { setTimeout as sleep } from "node:timers/promises";
import { EnvoyConfigurationError } from "../../envoy/bootstrap.ts";

/** How long a container may take until its probes answer, in milliseconds. Shorter than at Cloud Run, so that a deployment fails early. */
const PATIENCE_MS = 3_000;
const PAUSE_MS = 100;
const TIMEOUT_MS = 1_000;

/**
 * Waits until a container answers its probes, which pass no IAM.
 *
 * @throws EnvoyConfigurationError with the first probe that fails
 */
export async function probe(port: number, paths: readonly string[]): Promise<void> {
  for (const path of paths) {
    const until = Date.now() + PATIENCE_MS;
    for (;;) {
      const answer = await statusOf(port, path);
      if (typeof answer === "number" && answer >= 200 && answer < 400) break;
      if (Date.now() > until) {
        const what = typeof answer === "number" ? `answers ${answer}` : `fails: ${answer}`;
        throw new EnvoyConfigurationError(`the probe GET ${path} ${what}; it must answer 200 to 399`);
      }
      await sleep(PAUSE_MS);
    }
  }
}

/** The status, or why there is none. */
function statusOf(port: number, path: string): Promise<number | string> {
  return new Promise((resolve) => {
    const call = request({ host: "127.0.0.1", port, path, agent: false, timeout: TIMEOUT_MS }, (response) => {
      response.resume();
      resolve(response.statusCode ?? 0);
    });
    call.on("timeout", () => call.destroy(new Error(`no answer within ${TIMEOUT_MS} ms`)));
    call.on("error", ({ message }) => resolve(message));
    call.end();
  });
}
