/**
 * `npm run bench`: measures the cost of Polygate against the same routes declared by hand, and against a bare proxy.
 * README.md describes the method. The exit code is 1 if a measurement failed; a missed target only prints a line.
 */
import { constants } from "node:os";
import { duration, progressOn } from "../setup/progress.js";
import { measureCheck } from "./check/measure.ts";
import { measureCompile } from "./compile/measure.ts";
import { measureDeploy } from "./deploy/measure.ts";
import { measureEnvoy } from "./envoy/measure.ts";
import { type BenchOptions, readOptions, UsageError, usage } from "./options.ts";
import { report } from "./report.ts";
import type { BenchResult } from "./result.ts";
import { BenchRun } from "./run.ts";
import { measureServe } from "./serve/measure.ts";
import { targetsOf } from "./target.ts";
import { measuredVendors } from "./vendors.ts";

/** The benchmark received a signal. */
class Interrupted extends Error {
  readonly exitCode: number;

  constructor(signal: NodeJS.Signals) {
    super(`interrupted by ${signal}`);
    this.exitCode = 128 + constants.signals[signal];
  }
}

const interruption = new AbortController();
for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) {
  process.on(signal, () => interruption.abort(new Interrupted(signal)));
}

try {
  const names = measuredVendors.map(({ vendor }) => vendor);
  const options = readOptions(process.argv.slice(2), names);
  if (options.help) process.stdout.write(usage);
  else await bench(options, new BenchRun(progressOn(process.stderr), interruption.signal));
} catch (error) {
  if (error instanceof UsageError) {
    process.stderr.write(`polygate: ${error.message}\n\n${usage}`);
    process.exitCode = 1;
  } else if (error instanceof Interrupted) {
    process.stderr.write(`polygate: ${error.message}\n`);
    process.exitCode = error.exitCode;
  } else throw error;
}

async function bench(options: BenchOptions, run: BenchRun): Promise<void> {
  const started = Date.now();
  const { only, routes, repeat, seconds, connections } = options;
  const vendors = measuredVendors.filter(({ vendor }) => options.vendor === undefined || options.vendor === vendor);
  const part = async <Row>(kind: (typeof only)[number], work: () => Promise<Row[]>): Promise<Row[]> =>
    only.includes(kind) ? ((await run.attempt(kind, work)) ?? []) : [];

  const compile = await part("compile", () => measureCompile(run, { vendors, routes, repeat: repeat.compile }));
  const check = await part("check", () => measureCheck(run, { repeat: repeat.check }));
  const envoy = await part("envoy", () => measureEnvoy(run, { routes, repeat: repeat.envoy }));
  const deploy = await part("deploy", () => measureDeploy(run, { vendors, routes, repeat: repeat.deploy }));
  const served = {
    vendors: vendors.filter(({ serves }) => serves),
    routes: Math.max(...routes),
    repeat: repeat.serve,
    seconds,
    connections,
  };
  const serve = await part("serve", () => measureServe(run, served));

  run.progress.note(`measured in ${duration(Date.now() - started)}`);
  if (options.json) {
    const result: BenchResult = {
      deploy,
      serve,
      compile: compile.map(({ vendor, routes: count, milliseconds }) => ({ vendor, routes: count, milliseconds })),
      check,
      envoy,
    };
    process.stdout.write(`${JSON.stringify(result)}\n`);
    for (const { text, met } of targetsOf(result)) if (!met) run.progress.note(`target missed: ${text}`);
  } else {
    process.stdout.write(`\n${report({ deploy, serve, compile, check, envoy })}`);
  }
  if (run.failures.length > 0) {
    run.progress.note(`${run.failures.length} failed: ${run.failures.join("; ")}`);
    process.exitCode = 1;
  }
}
