/**
 * `npm start`: the hybrid stack on this machine. Starts a sandbox, an ERP and a catalogue, deploys with the real engine, prints how to call
 * each gateway, and serves until Ctrl-C. Its state is in `.polygate`, so that the next start continues from there.
 */

import { once } from "node:events";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { formatRequestLog, type Sandbox, startSandbox } from "polygate-sandbox";
import { printable } from "../components/api/problem.ts";
import { findEngine } from "../engine/index.ts";
import { withPath } from "../setup/tool.js";
import { instructions, type Urls } from "./calls.ts";
import { type Pulumi, runEngine } from "./engine.ts";
import { type Environment, readEnvironment } from "./environment.ts";
import { startServer } from "./server.ts";
import { shellWord } from "./shell-word.ts";
import { Stopped } from "./stopped.ts";

const ROOT = dirname(dirname(fileURLToPath(import.meta.url)));
const STACKS = join(ROOT, "stacks");
const DEFAULT_DIR = ".polygate";
const USAGE = `Usage: npm start -- [--env dev|staging|prod] [--dir FOLDER] [--verbose]`;

const interruption = new AbortController();
for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.on(signal, () => interruption.abort(signal));
const closing: (() => Promise<void> | void)[] = [];

try {
  const options = readOptions();
  await demonstrate(readEnvironment(STACKS, options.env), options);
} catch (error) {
  if (!(error instanceof Error)) throw error;
  if (error.message !== "") process.stderr.write(`polygate: ${error.message.split("\n").map(printable).join("\n")}\n`);
  process.exitCode = error instanceof Stopped ? error.exitCode : 1;
} finally {
  for (const close of closing.reverse()) await close();
}

interface Options {
  readonly env: string;
  readonly dir: string;
  readonly verbose: boolean;
}

function readOptions(): Options {
  try {
    return parseArgs({
      options: {
        env: { type: "string", default: "dev" },
        dir: { type: "string", default: DEFAULT_DIR },
        verbose: { type: "boolean", default: false },
      },
    }).values;
  } catch (error) {
    throw new Stopped(`${(error as Error).message}\n${USAGE}`, 2);
  }
}

async function demonstrate(environment: Environment, { dir, verbose }: Options): Promise<void> {
  const engine = findEngine();
  // The state of these stacks is always kept in this folder, and their passphrase is empty, whatever the user's own settings are.
  const env = { ...process.env };
  for (const name of ["BACKEND_URL", "CONFIG_PASSPHRASE", "CONFIG_PASSPHRASE_FILE"]) delete env[`PULUMI_${name}`];
  const sandbox = await startSandbox({
    dir,
    hosts: await startServers(environment),
    env,
    log: (line) => process.stdout.write(`${formatRequestLog(line)}\n`),
  });
  closing.push(() => sandbox.close());
  process.stdout.write(`${printable(`sandbox in ${dir}; an ERP and a catalogue run on this machine`)}\n`);

  let output = "";
  const pulumi: Pulumi = (project, args) =>
    runEngine(
      {
        program: engine.pulumi,
        env: { ...withPath(env, [dirname(process.execPath), engine.folder]), ...sandbox.environment },
        interruption: interruption.signal,
        print: (text) => {
          output += text;
          if (verbose) process.stdout.write(text);
        },
      },
      project,
      args,
    );
  try {
    await deploy(environment, pulumi, sandbox, dir);
  } catch (error) {
    if (!verbose && error instanceof Stopped && error.exitCode === 1) process.stderr.write(output);
    throw error;
  }
  if (!interruption.signal.aborted) await once(interruption.signal, "abort");
  process.stdout.write("\nstopping; `npm start` continues from here\n");
}

/** Starts the servers behind the gateways. Returns the origins that lead to each. */
async function startServers({ erp, catalog }: Environment): Promise<Readonly<Record<string, string>>> {
  const [ours, theirs] = await Promise.all([startServer("the ERP on premises"), startServer("the catalogue")]);
  closing.push(
    () => ours.close(),
    () => theirs.close(),
  );
  return Object.fromEntries([
    ...erp.map((origin) => [origin, ours.url]),
    ...catalog.map((origin) => [origin, theirs.url]),
  ]);
}

async function deploy(
  { name, networkStack }: Environment,
  pulumi: Pulumi,
  sandbox: Sandbox,
  dir: string,
): Promise<void> {
  process.stdout.write("pulumi up: the engine starts and compares (some ten seconds, the first time longest)\n");
  const up = async (project: string, stack: string): Promise<void> => {
    await pulumi(project, ["stack", "select", stack, "--create"]);
    const text = await pulumi(project, [
      "up",
      "--yes",
      "--skip-preview",
      "--refresh",
      "--suppress-outputs",
      "--stack",
      stack,
    ]);
    process.stdout.write(`${project.slice(ROOT.length + 1)} ${stack}: ${resourcesOf(text)}\n`);
  };
  if (networkStack !== undefined) await up(join(STACKS, "network"), networkStack);
  const hybrid = join(STACKS, "hybrid");
  await up(hybrid, name);
  const urls = JSON.parse(await pulumi(hybrid, ["stack", "output", "urls", "--json", "--stack", name])) as Urls;
  process.stdout.write(instructions(urls, sandbox.endpoints(), dir === DEFAULT_DIR ? "" : ` --dir ${shellWord(dir)}`));
}

/** The numbers of resources that the engine prints at its end, e.g. `69 created`. */
function resourcesOf(text: string): string {
  const [, counts = ""] = /^Resources:\n((?: +.*\n)+)/m.exec(text) ?? [];
  return counts
    .split("\n")
    .map((line) => line.replace(/^[ +~-]+/, "").trim())
    .filter((line) => line !== "")
    .join(", ");
}
