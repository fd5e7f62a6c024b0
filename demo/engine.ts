import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { Stopped } from "./stopped.ts";

/** Runs `pulumi` with the folder of a project and arguments, and returns its standard output. */
export type Pulumi = (project: string, args: readonly string[]) => Promise<string>;

/** How the engine is run. */
export interface EngineOptions {
  /** The program `pulumi`. */
  readonly program: string;
  readonly env: NodeJS.ProcessEnv;
  /** Ends a run. */
  readonly interruption: AbortSignal;
  /** Receives what the engine prints, as it comes. */
  readonly print: (text: string) => void;
}

/**
 * Runs the engine to its end. Ctrl-C is passed on once, so that the engine finishes what it has begun.
 *
 * @throws {Stopped} if it fails or is interrupted
 */
export async function runEngine(
  { program, env, interruption, print }: EngineOptions,
  cwd: string,
  args: readonly string[],
): Promise<string> {
  if (interruption.aborted) throw new Stopped("", 130);
  const child = spawn(program, [...args, "--non-interactive"], {
    cwd,
    env,
    // A process group of its own: otherwise a terminal's Ctrl-C reaches the engine twice, and the second one kills it.
    detached: process.platform !== "win32",
    stdio: ["ignore", "pipe", "pipe"],
  });
  const pass = (): unknown => child.kill("SIGINT");
  interruption.addEventListener("abort", pass, { once: true });
  try {
    const [output, , code] = await Promise.all([
      textOf(child.stdout, print),
      textOf(child.stderr, print),
      once(child, "close").then(([exit]) => exit as number | null),
    ]);
    if (interruption.aborted) throw new Stopped("", 130);
    if (code !== 0) throw new Stopped(`\`pulumi ${args.join(" ")}\` failed; its output is above`, 1);
    return output;
  } finally {
    interruption.removeEventListener("abort", pass);
  }
}

async function textOf(stream: ChildProcess["stdout"], print: (text: string) => void): Promise<string> {
  let all = "";
  for await (const text of stream?.setEncoding("utf8") ?? []) {
    all += text;
    print(text as string);
  }
  return all;
}
