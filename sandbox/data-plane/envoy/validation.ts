import { execFile } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type EnvoyBootstrap, EnvoyConfigurationError } from "./bootstrap.ts";

/** How long Envoy may take to validate a configuration, in milliseconds. */
const TIMEOUT_MS = 30_000;

/**
 * Validates a configuration exactly as it is, by `envoy --mode validate`, which opens no port and calls nobody.
 *
 * @param program the path of the executable
 * @throws EnvoyConfigurationError with Envoy's message
 */
export async function validateBootstrap(program: string, bootstrap: EnvoyBootstrap): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), "polygate-envoy-"));
  try {
    const file = join(folder, "envoy.json");
    writeFileSync(file, JSON.stringify(bootstrap), { mode: 0o600 });
    const args = ["--mode", "validate", "-c", file, "--log-level", "critical", "--disable-hot-restart"];
    const problem = await new Promise<string | undefined>((resolve) => {
      execFile(program, args, { timeout: TIMEOUT_MS }, (error, stdout, stderr) => {
        resolve(error === null ? undefined : messageOf(`${stdout}${stderr}`) || error.message);
      });
    });
    if (problem !== undefined) throw new EnvoyConfigurationError(`Envoy rejects the configuration: ${problem}`);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Envoy's message without its prefix and the name of the file, on one line. */
function messageOf(output: string): string {
  const [, message = output] = /error initializing configuration '[^']*': ([\s\S]*)/.exec(output) ?? [];
  return message.trim().replace(/\s+/g, " ");
}
