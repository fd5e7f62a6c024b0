/**
 * `npm test`: everything that must hold, the fast things first. The last line is `N passed, N failed`.
 *
 * `npm test -- --only unit` runs one stage; `--all` goes on after a stage that failed, as it also does in CI. What else
 * follows is handed to mocha: `npm test -- --only unit --grep precedence`.
 */

import { fork, spawn } from "node:child_process";
import { once } from "node:events";
import { globSync, mkdtempSync, rmSync } from "node:fs";
import { createRequire } from "node:module";
import { availableParallelism, tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { performance } from "node:perf_hooks";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import type { Counts } from "./reporter.ts";

const ROOT = dirname(dirname(fileURLToPath(import.meta.url)));
const { resolve: resolveModule } = createRequire(import.meta.url);

/** Each counts as one test. They run at the same time, and only one that fails is heard. */
const CHECKS = [
  { name: "types", command: ["typescript/bin/tsc", "--noEmit", "-p", "."] },
  { name: "format and lint", command: ["@biomejs/biome/bin/biome", "check", "--error-on-warnings"] },
  {
    name: "import rules",
    command: [
      "dependency-cruiser/bin/dependency-cruiser.mjs",
      "--config",
      ".dependency-cruiser.mjs",
      "components",
      "stacks",
      "demo",
      "sandbox",
      "cli",
      "engine",
      "setup",
      "test",
      "bench",
      "docs",
    ],
  },
  { name: "unused code", command: ["knip/bin/knip.js"] },
] as const;

// Unit tests are all but those in the folders contract and e2e, and those in files named *.e2e.test.ts.
const SUITES = {
  unit: { include: "test/**/*.test.ts", exclude: ["test/contract/**", "test/e2e/**", "test/**/*.e2e.test.ts"] },
  contract: { include: "test/contract/**/*.test.ts", exclude: ["test/**/*.e2e.test.ts"] },
  e2e: { include: "test/{e2e/**/*.test.ts,**/*.e2e.test.ts}", exclude: [] },
} as const;

/** What a test may take that sets no limit of its own, in milliseconds: a machine in CI is slow now and then. */
const TEST_TIMEOUT = "10000";

/** Files of tests that run at the same time; more than these take the time from each other that a test may take. */
const JOBS = Math.min(availableParallelism(), 4);

type Suite = keyof typeof SUITES;
type Stage = "checks" | Suite;
const STAGES: readonly Stage[] = ["checks", "unit", "contract", "e2e"];

async function runCheck({ name, command: [script, ...args] }: (typeof CHECKS)[number]): Promise<Counts> {
  const started = performance.now();
  const child = spawn(process.execPath, [join(ROOT, "node_modules", script), ...args], {
    cwd: ROOT,
    stdio: ["ignore", "pipe", "pipe"],
  });
  const output: string[] = [];
  for (const stream of [child.stdout, child.stderr]) stream.setEncoding("utf8").on("data", (text) => output.push(text));
  const [code] = await once(child, "close");
  const passed = code === 0;
  if (!passed) console.log(output.join("").trimEnd());
  console.log(`  ${passed ? "✔" : "✘"} ${name} (${seconds(started)})`);
  return { passed: passed ? 1 : 0, failed: passed ? 0 : 1 };
}

async function runSuite(suite: Suite, compiled: string, mochaArguments: readonly string[]): Promise<Counts> {
  const { include, exclude } = SUITES[suite];
  const files = globSync(include, { cwd: ROOT, exclude: [...exclude, "**/fixtures/**", "**/node_modules/**"] }).sort();
  if (files.length === 0) {
    console.log(`  ✘ there is no test file ${include}`);
    return { passed: 0, failed: 1 };
  }
  const reporter = fileURLToPath(new URL("./reporter.ts", import.meta.url));
  const strict = [
    "--forbid-only",
    "--forbid-pending",
    "--timeout",
    TEST_TIMEOUT,
    "--parallel",
    "--jobs",
    String(JOBS),
    "--reporter",
    reporter,
    ...mochaArguments,
  ];
  const child = fork(resolveModule("mocha/bin/mocha.js"), [...strict, ...files], {
    cwd: ROOT,
    env: { ...process.env, NODE_COMPILE_CACHE: compiled },
    execArgv: ["--conditions=polygate-source", "--disable-warning=ExperimentalWarning"],
  });
  let counts: Counts | undefined;
  child.on("message", (message) => {
    counts = message as Counts;
  });
  const forward = (signal: NodeJS.Signals): unknown => child.kill(signal);
  process.on("SIGINT", forward).on("SIGTERM", forward);
  const [code, signal] = await once(child, "close");
  process.off("SIGINT", forward).off("SIGTERM", forward);
  if (counts === undefined || (counts.failed === 0 && code !== 0)) {
    console.log(`  ✘ mocha ended before its tests did (${signal ?? `exit code ${code}`})`);
    return { passed: counts?.passed ?? 0, failed: (counts?.failed ?? 0) + 1 };
  }
  return counts;
}

async function runStage(stage: Stage, compiled: string, mochaArguments: readonly string[]): Promise<Counts> {
  const started = performance.now();
  console.log(`\n${stage}`);
  const counts =
    stage === "checks" ? sum(await Promise.all(CHECKS.map(runCheck))) : await runSuite(stage, compiled, mochaArguments);
  console.log(`${stage}: ${counts.passed} passed, ${counts.failed} failed, in ${seconds(started)}`);
  return counts;
}

function sum(all: readonly Counts[]): Counts {
  return all.reduce((a, b) => ({ passed: a.passed + b.passed, failed: a.failed + b.failed }), { passed: 0, failed: 0 });
}

function seconds(since: number): string {
  return `${((performance.now() - since) / 1000).toFixed(1)} s`;
}

/** The stages that were asked for, and what is left for mocha. */
function readArguments(args: readonly string[]) {
  const { values, tokens } = parseArgs({
    args: [...args],
    options: { only: { type: "string" }, all: { type: "boolean", default: false } },
    strict: false,
    tokens: true,
  });
  const own = new Set<number>();
  for (const token of tokens) {
    if (token.kind !== "option" || (token.name !== "only" && token.name !== "all")) continue;
    own.add(token.index);
    if (token.name === "only" && token.inlineValue === false) own.add(token.index + 1);
  }
  const stages = STAGES.filter((stage) => values.only === undefined || stage === values.only);
  if (stages.length === 0) {
    console.error(`There is no stage ${JSON.stringify(values.only)}; the stages are ${STAGES.join(", ")}.`);
    process.exit(1);
  }
  const mochaArguments = args.filter((_, index) => !own.has(index));
  // A log in CI is read by somebody who cannot run the rest.
  const all = values.all === true || (process.env.CI ?? "") !== "";
  return { stages, mochaArguments, all };
}

const { stages, mochaArguments, all } = readArguments(process.argv.slice(2));
const done: Counts[] = [];
// What each program that a test runs would else compile anew.
const compiled = mkdtempSync(join(tmpdir(), "polygate-compiled-"));
process.on("exit", () => rmSync(compiled, { recursive: true, force: true }));
for (const [index, stage] of stages.entries()) {
  const counts = await runStage(stage, compiled, mochaArguments);
  done.push(counts);
  const rest = stages.slice(index + 1);
  if (counts.failed > 0 && !all && rest.length > 0) {
    console.log(`\nnot run, because ${stage} failed: ${rest.join(", ")} (--all runs them)`);
    break;
  }
}
const total = sum(done);
console.log(`\n${total.passed} passed, ${total.failed} failed`);
process.exitCode = total.failed === 0 && total.passed > 0 ? 0 : 1;
