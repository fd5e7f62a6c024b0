import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";

/** A sandbox in its own process, which a test may kill. */
export interface SandboxProcess {
  readonly child: ChildProcess;
  readonly environment: Readonly<Record<string, string>>;
  readonly issuer: { readonly url: string; readonly address: string };
  /** Returns a provider's port, from `PULUMI_DEBUG_PROVIDERS`. */
  providerPort(name: string): number;
  /** Sends the signal and waits until the process has ended. */
  end(signal: NodeJS.Signals): Promise<{ readonly code: number | null; readonly signal: NodeJS.Signals | null }>;
}

/**
 * Starts a sandbox in its own process.
 *
 * @throws {Error} with the standard error of the process when the sandbox does not start
 */
export async function startSandboxProcess(options: object): Promise<SandboxProcess> {
  const index = new URL("../../../sandbox/index.ts", import.meta.url).href;
  const script = `
    import { closeOnSignal, startSandbox } from ${JSON.stringify(index)};
    try {
      const sandbox = await startSandbox(${JSON.stringify(options)});
      console.log(JSON.stringify({ environment: sandbox.environment, issuer: sandbox.issuer }));
      await closeOnSignal(sandbox);
    } catch (error) {
      console.error(error.message);
      process.exitCode = 1;
    }
  `;
  const child = spawn(process.execPath, ["--input-type=module", "--eval", script], {
    stdio: ["ignore", "pipe", "pipe"],
  });
  let errors = "";
  child.stderr.on("data", (chunk: Buffer) => {
    errors += chunk.toString();
  });
  const ended = once(child, "exit") as Promise<[number | null, NodeJS.Signals | null]>;
  const [first] = (await Promise.race([
    once(createInterface(child.stdout), "line"),
    ended.then(() => [undefined]),
  ])) as [string | undefined];
  if (first === undefined) throw new Error(errors.trim());
  const { environment, issuer } = JSON.parse(first) as Pick<SandboxProcess, "environment" | "issuer">;
  return {
    child,
    environment,
    issuer,
    providerPort: (name) => {
      const providers = (environment.PULUMI_DEBUG_PROVIDERS ?? "").split(",").map((entry) => entry.split(":"));
      return Number(providers.find(([provider]) => provider === name)?.[1]);
    },
    end: async (signal) => {
      child.kill(signal);
      const [code, endSignal] = await ended;
      return { code, signal: endSignal };
    },
  };
}
