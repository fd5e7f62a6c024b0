import { alternating } from "../alternating.ts";
import { Child } from "../child.ts";
import { median } from "../median.ts";
import type { CompileResult } from "../result.ts";
import type { BenchRun } from "../run.ts";
import type { MeasuredVendor } from "../vendors.ts";
import type { CompileQuestion, CompileTimes } from "./compile-process.ts";

export interface CompilePlan {
  readonly vendors: readonly MeasuredVendor[];
  readonly routes: readonly number[];
  readonly repeat: number;
}

/** A warm compilation, and the first one of a process, whose code is not yet loaded and optimised. */
export interface Compilation extends CompileResult {
  readonly coldMilliseconds: number;
}

/** Compiles for each vendor and number of routes, in a new process each time. */
export async function measureCompile(run: BenchRun, { vendors, routes, repeat }: CompilePlan): Promise<Compilation[]> {
  run.progress.step("compile: each vendor's document, each in a process of its own; takes some seconds");
  const cases = vendors
    .filter(({ target }) => target !== undefined)
    .flatMap(({ vendor }) =>
      routes.map((count) => ({ vendor, routes: count, times: [] as CompileTimes[], failed: false })),
    );
  for (const [it, repetition] of alternating(cases, repeat)) {
    if (it.failed) continue;
    run.progress.update(`compile ${repetition}/${repeat}: ${it.vendor}, ${it.routes} routes`);
    const times = await run.attempt(`compile ${it.vendor}, ${it.routes} routes`, () => compileIn(run, it));
    if (times === undefined) it.failed = true;
    else it.times.push(times);
  }
  return cases
    .filter(({ failed }) => !failed)
    .map(({ vendor, routes: count, times }) => ({
      vendor,
      routes: count,
      milliseconds: median(times.flatMap(({ warm }) => warm)),
      coldMilliseconds: median(times.map(({ cold }) => cold)),
    }));
}

async function compileIn({ signal }: BenchRun, { vendor, routes }: CompileQuestion): Promise<CompileTimes> {
  const child = Child.start(new URL("./compile-process.ts", import.meta.url));
  try {
    const question: CompileQuestion = { vendor, routes };
    return await child.ask<CompileTimes>(question, signal);
  } finally {
    await child.stop();
  }
}
