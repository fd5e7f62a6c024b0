/**
 * `npm start`: the main stack on this machine. Starts a sandbox and a backend, deploys with the real engine, prints how to call each
 * gateway, and serves until Ctrl-C. Its state is in `.polygate`, so that the next start continues from there.
 */

import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { dirname, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { type Endpoint, formatRequestLog, startSandbox } from "polygate-sandbox";
import { printable } from "../components/api/problem.ts";
import { findEngine } from "../engine/index.ts";
import { withPath } from "../setup/tool.js";
import { startBackend } from "./backend.ts";
import { shellWord } from "./shell-word.ts";

const ROOT = dirname(dirname(fileURLToPath(import.meta.url)));
const STACK = "dev";

/** Ends the demonstration without a stack trace. The message is empty when the reason has been printed. */
class Stopped extends Error {
  readonly exitCode: number;

  constructor(message: string, exitCode: number) {
    super(message);
    this.exitCode = exitCode;
  }
}

const DEFAULT_DIR = ".polygate";
const { values: options } = parseArgs({ options: { dir: { type: "string", default: DEFAULT_DIR } } });
const interruption = new AbortController();
for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.on(signal, () => interruption.abort(signal));
const closing: (() => Promise<void> | void)[] = [];

try {
  await demonstrate(options.dir);
} catch (error) {
  if (!(error instanceof Error)) throw error;
  if (error.message !== "") process.stderr.write(`polygate: ${error.message.split("\n").map(printable).join("\n")}\n`);
  process.exitCode = error instanceof Stopped ? error.exitCode : 1;
} finally {
  for (const close of closing.reverse()) await close();
}

async function demonstrate(dir: string): Promise<void> {
  const engine = findEngine();
  const backend = await startBackend();
  closing.push(() => backend.close());
  // The state of this stack is always kept in this folder, and its passphrase is empty, whatever the user's own settings are.
  const env = { ...process.env };
  for (const name of ["BACKEND_URL", "CONFIG_PASSPHRASE", "CONFIG_PASSPHRASE_FILE"]) delete env[`PULUMI_${name}`];
  const sandbox = await startSandbox({
    dir,
    hosts: { "https://orders.example.com": backend.url },
    env,
    log: (line) => process.stdout.write(`${formatRequestLog(line)}\n`),
  });
  closing.push(() => sandbox.close());
  process.stdout.write(`${printable(`sandbox in ${dir}; backend at ${backend.url}`)}\n`);

  const pulumi = (args: readonly string[], show: boolean): Promise<string> =>
    run(
      engine.pulumi,
      args,
      { ...withPath(env, [dirname(process.execPath), engine.folder]), ...sandbox.environment },
      show,
    );
  await pulumi(["stack", "select", STACK, "--create"], false);
  process.stdout.write("pulumi up: the engine starts and compares (some ten seconds, the first time longest)\n");
  await pulumi(["up", "--yes", "--skip-preview", "--refresh", "--suppress-outputs", "--stack", STACK], true);
  const urls = JSON.parse(await pulumi(["stack", "output", "urls", "--json", "--stack", STACK], false)) as Urls;
  process.stdout.write(instructions(urls, dir, sandbox.endpoints()));
  if (!interruption.signal.aborted) await once(interruption.signal, "abort");
  process.stdout.write("\nstopping; `npm start` continues from here\n");
}

type Urls = Readonly<Record<string, string>>;

function instructions(urls: Urls, dir: string, endpoints: readonly Endpoint[]): string {
  const where = dir === DEFAULT_DIR ? "" : ` --dir ${shellWord(dir)}`;
  const token = `"authorization: Bearer $(npm run -s polygate -- token --audience orders${where})"`;
  const lines = Object.entries(urls).map(
    ([vendor, url]) => `
${printable(`${vendor}  ${url}`)}
  allowed:  curl -i${trust(url, endpoints)} -H ${token} ${shellWord(`${url}/orders/42`)}
  refused:  curl -i${trust(url, endpoints)} ${shellWord(`${url}/orders/42`)}
`,
  );
  return `${lines.join("")}\nServing; each request is shown below. Ctrl-C stops.\n`;
}

/** The option of curl that trusts a gateway over TLS; empty for a gateway over plain HTTP. */
function trust(url: string, endpoints: readonly Endpoint[]): string {
  const authority = endpoints.find((endpoint) => url.startsWith(endpoint.url))?.authority;
  return authority === undefined ? "" : ` --cacert ${shellWord(relative(process.cwd(), authority))}`;
}

/** Runs the engine to its end. Ctrl-C is passed on once, so that the engine finishes what it has begun. */
async function run(file: string, args: readonly string[], env: NodeJS.ProcessEnv, show: boolean): Promise<string> {
  if (interruption.signal.aborted) throw new Stopped("", 130);
  const child = spawn(file, [...args, "--non-interactive"], {
    cwd: ROOT,
    env,
    // A process group of its own: otherwise a terminal's Ctrl-C reaches the engine twice, and the second one kills it.
    detached: process.platform !== "win32",
    stdio: ["ignore", show ? "inherit" : "pipe", "inherit"],
  });
  const pass = (): unknown => child.kill("SIGINT");
  interruption.signal.addEventListener("abort", pass, { once: true });
  try {
    const [output, code] = await Promise.all([
      text(child),
      once(child, "close").then(([exit]) => exit as number | null),
    ]);
    if (interruption.signal.aborted) throw new Stopped("", 130);
    if (code !== 0) throw new Stopped(`\`pulumi ${args.join(" ")}\` failed; its output is above`, 1);
    return output;
  } finally {
    interruption.signal.removeEventListener("abort", pass);
  }
}

async function text({ stdout }: ChildProcess): Promise<string> {
  let all = "";
  for await (const chunk of stdout?.setEncoding("utf8") ?? []) all += chunk;
  return all;
}
