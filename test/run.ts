/**
 * `npm test`: runs every check and every test, the fast ones first. The last line is `N passed, N failed`.
 *
 * `npm test -- --only unit` runs one stage, and `npm test -- test/house.test.ts` some files. `--waiting` selects the files
 * whose tests wait for something or end a process, and `--repeat 50` repeats until a run fails. `--all` continues after a
 * stage that failed, which is the default in CI. All other arguments are passed to mocha: `npm test -- --grep precedence`.
 *
 * Whatever failed is repeated at the end, since a CI log of all stages is long and often cut.
 */

import { fork, spawn } from "node:child_process";
import { once } from "node:events";
import { globSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { createRequire } from "node:module";
import { availableParallelism, tmpdir } from "node:os";
import { dirname, join, relative, resolve } from "node:path";
import { performance } from "node:perf_hooks";
import { fileURLToPath } from "node:url";
import { cacheFolder } from "../setup/cache.js";
import { ArgumentsError, isWaiting, type RunArguments, readArguments, type Stage } from "./arguments.ts";
import { addDurations, durationsOf, longestFirst, readDurations } from "./durations.ts";
import type { Counts, RunResult } from "./reporter.ts";

/** The counts of a stage, and a text for each failure. */
interface StageResult extends Counts {
  readonly failures: readonly string[];
}

const ROOT = dirname(dirname(fileURLToPath(import.meta.url)));
const { resolve: resolveModule } = createRequire(import.meta.url);

/** Each counts as one test. They run concurrently, and only failing ones print their output. */
const CHECKS = [
  { name: "types", command: ["typescript-7/bin/tsc", "--noEmit", "-p", "."] },
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

// Unit tests are all tests except those in the folders contract and e2e, and in files named *.e2e.test.ts.
const SUITES = {
  unit: { include: "test/**/*.test.ts", exclude: ["test/contract/**", "test/e2e/**", "test/**/*.e2e.test.ts"] },
  contract: { include: "test/contract/**/*.test.ts", exclude: ["test/**/*.e2e.test.ts"] },
  e2e: { include: "test/{e2e/**/*.test.ts,**/*.e2e.test.ts}", exclude: [] },
} as const satisfies Record<Suite, unknown>;

/** The default time limit of a test, in milliseconds. It is generous because machines in CI are slow at times. */
const TEST_TIMEOUT = "60000";

/** The number of test files that run concurrently: one more than processors, because most files often wait for other processes. */
const JOBS = Math.min(availableParallelism(), 4) + 1;

/** The durations of the test files in earlier runs, which all clones on this machine share. */
const DURATIONS = join(cacheFolder(), "test-durations.json");

type Suite = Exclude<Stage, "checks">;

async function runCheck({ name, command: [script, ...args] }: (typeof CHECKS)[number]): Promise<StageResult> {
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
  return passed ? { passed: 1, failed: 0, failures: [] } : failure(name, "the output is above");
}

/** One failure that is no failed test. */
function failure(what: string, why: string, passed = 0): StageResult {
  return { passed, failed: 1, failures: [`${what}: ${why}`] };
}

/** The test files of a suite that the command line selects. */
function filesOf(suite: Suite, { files, waiting }: RunArguments): readonly string[] {
  const { include, exclude } = SUITES[suite];
  const found = globSync(include, { cwd: ROOT, exclude: [...exclude, "**/fixtures/**", "**/node_modules/**"] }).sort();
  const named = new Set(files.map((file) => relative(ROOT, resolve(file))));
  return found.filter(
    (file) => (named.size === 0 || named.has(file)) && (!waiting || isWaiting(readFileSync(join(ROOT, file), "utf8"))),
  );
}

/** Whether only some of the tests run. */
function isSelective({ files, waiting, mochaArguments }: RunArguments): boolean {
  return waiting || files.length > 0 || mochaArguments.length > 0;
}

async function runSuite(suite: Suite, compiled: string): Promise<StageResult> {
  const found = filesOf(suite, run);
  if (found.length === 0) {
    return failure(suite, `no test file matches ${SUITES[suite].include}`);
  }
  const files = longestFirst(found, readDurations(DURATIONS));
  const { result, ending } = await runMocha([...run.mochaArguments, ...files], compiled);
  if (result === undefined) {
    return failure(suite, `mocha ended before the tests did (${ending})`);
  }
  // Arguments may select only some tests of a file.
  if (!isSelective(run)) addDurations(DURATIONS, durationsOf(files, relativeToRoot(result.finished), JOBS));
  if (result.failed > 0 || ending === "exit code 0") return result;
  return failure(suite, `mocha ended with ${ending} although no test failed`, result.passed);
}

/** @param compiled A folder for compiled code, which every program of the tests would otherwise compile again. */
async function runMocha(
  args: readonly string[],
  compiled: string,
): Promise<{ readonly result: RunResult | undefined; readonly ending: string }> {
  const reporter = fileURLToPath(new URL("./reporter.ts", import.meta.url));
  const strict = ["--forbid-only", "--forbid-pending", "--timeout", TEST_TIMEOUT];
  const parallel = ["--parallel", "--jobs", String(JOBS), "--reporter", reporter];
  const child = fork(resolveModule("mocha/bin/mocha.js"), [...strict, ...parallel, ...args], {
    cwd: ROOT,
    env: { ...process.env, NODE_COMPILE_CACHE: compiled },
    execArgv: ["--conditions=polygate-source", "--disable-warning=ExperimentalWarning"],
  });
  let result: RunResult | undefined;
  child.on("message", (message) => {
    result = message as RunResult;
  });
  const forward = (signal: NodeJS.Signals): unknown => child.kill(signal);
  process.on("SIGINT", forward).on("SIGTERM", forward);
  const [code, signal] = await once(child, "close");
  process.off("SIGINT", forward).off("SIGTERM", forward);
  return { result, ending: signal ?? `exit code ${code}` };
}

/** The same record, by paths relative to the repository. */
function relativeToRoot<Value>(record: Readonly<Record<string, Value>>): Readonly<Record<string, Value>> {
  return Object.fromEntries(Object.entries(record).map(([path, value]) => [relative(ROOT, path), value]));
}

async function runStage(stage: Stage, compiled: string): Promise<StageResult> {
  const started = performance.now();
  console.log(`\n${stage}`);
  const counts = stage === "checks" ? sum(await Promise.all(CHECKS.map(runCheck))) : await runSuite(stage, compiled);
  console.log(`${stage}: ${counts.passed} passed, ${counts.failed} failed, in ${seconds(started)}`);
  return counts;
}

/** Runs a stage as often as the command line requires, up to the first run that fails. */
async function repeatStage(stage: Stage): Promise<StageResult> {
  const results: StageResult[] = [];
  for (let count = 1; count <= run.repeat && !stopped; count++) {
    if (run.repeat > 1) console.log(`\nrun ${count} of ${run.repeat}`);
    const result = await runStage(stage, compiled);
    results.push(result);
    if (result.failed > 0) break;
  }
  return sum(results);
}

function sum(all: readonly StageResult[]): StageResult {
  return all.reduce(
    (a, b) => ({
      passed: a.passed + b.passed,
      failed: a.failed + b.failed,
      failures: [...a.failures, ...b.failures],
    }),
    { passed: 0, failed: 0, failures: [] },
  );
}

function seconds(since: number): string {
  return `${((performance.now() - since) / 1000).toFixed(1)} s`;
}

/** Reads the command line. Prints a mistake in it, and ends. */
function argumentsOrExit(): RunArguments {
  try {
    return readArguments(process.argv.slice(2));
  } catch (error) {
    if (!(error instanceof ArgumentsError)) throw error;
    console.error(error.message);
    process.exit(1);
  }
}

const run = argumentsOrExit();
// The reader of a CI log cannot run the remaining stages.
const all = run.all || (process.env.CI ?? "") !== "";
const stages = run.stages.filter((stage) => stage === "checks" || !isSelective(run) || filesOf(stage, run).length > 0);
if (stages.length === 0) console.error("No test file matches.");
const done: StageResult[] = [];
let stopped = false;
for (const signal of ["SIGINT", "SIGTERM"] as const) process.on(signal, () => (stopped = true));
const compiled = mkdtempSync(join(tmpdir(), "polygate-compiled-"));
process.on("exit", () => rmSync(compiled, { recursive: true, force: true }));
for (const [index, stage] of stages.entries()) {
  const counts = await repeatStage(stage);
  done.push(counts);
  const rest = stages.slice(index + 1);
  if (stopped) {
    console.log(`\nnot run because the tests were stopped: ${rest.join(", ")}`);
    break;
  }
  if (counts.failed > 0 && !all && rest.length > 0) {
    console.log(`\nnot run because ${stage} failed: ${rest.join(", ")} (--all runs them)`);
    break;
  }
}
const total = sum(done);
for (const text of total.failures) console.log(`\n✘ ${text}`);
console.log(`\n${total.passed} passed, ${total.failed} failed`);
process.exitCode = total.failed === 0 && total.passed > 0 && !stopped ? 0 : 1;
