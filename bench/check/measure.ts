import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { performance } from "node:perf_hooks";
import { fileURLToPath } from "node:url";
import { alternating } from "../alternating.ts";
import { median } from "../median.ts";
import { COST_VARIABLE, type ProgramCost } from "../program-cost.ts";
import type { CheckResult } from "../result.ts";
import type { BenchRun } from "../run.ts";
import { type MeasuredDocument, measuredDocuments } from "./documents.ts";

const preload = new URL("../program-cost.ts", import.meta.url).href;
const command = fileURLToPath(new URL("../../cli/polygate.ts", import.meta.url));

/** The command's exit code for a document that a vendor does not carry. */
const NOT_CARRIED = 2;

interface Sample {
  readonly seconds: number;
  readonly cpuSeconds: number;
}

/** Runs `polygate check` on real documents and on copies of one, for all classes, in a new process each time. */
export async function measureCheck(run: BenchRun, { repeat }: { readonly repeat: number }): Promise<CheckResult[]> {
  run.progress.step("check: OpenAPI documents, for all classes; takes some seconds");
  const folder = mkdtempSync(join(tmpdir(), "polygate-bench-check-"));
  try {
    const documents = await measuredDocuments(folder);
    const cases = documents.map((document) => ({ document, samples: [] as Sample[], failed: false }));
    for (const [it, repetition] of alternating(cases, repeat)) {
      if (it.failed) continue;
      const what = `check ${it.document.name}, ${it.document.operations} operations`;
      run.progress.update(`${what}, ${repetition}/${repeat}`);
      const sample = await run.attempt(what, () => checkOnce(run, it.document, join(folder, "cost.json")));
      if (sample === undefined) it.failed = true;
      else it.samples.push(sample);
    }
    return cases
      .filter(({ failed }) => !failed)
      .map(({ document: { file: _, overlay: __, ...rest }, samples }) => ({
        ...rest,
        seconds: median(samples.map(({ seconds }) => seconds)),
        cpuSeconds: median(samples.map(({ cpuSeconds }) => cpuSeconds)),
      }));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function checkOnce({ signal }: BenchRun, { file, overlay }: MeasuredDocument, cost: string): Promise<Sample> {
  const flags = ["--conditions=polygate-source", "--disable-warning=ExperimentalWarning", `--import=${preload}`];
  const started = performance.now();
  const child = spawn(process.execPath, [...flags, command, "check", file, "--overlay", overlay], {
    stdio: ["ignore", "ignore", "pipe"],
    env: { ...process.env, [COST_VARIABLE]: cost },
    signal,
  });
  let errors = "";
  child.stderr.setEncoding("utf8").on("data", (text: string) => {
    errors += text;
  });
  const [code] = await once(child, "close");
  const seconds = (performance.now() - started) / 1000;
  // Without a report, the command ends with the same code.
  if ((code !== 0 && code !== NOT_CARRIED) || errors !== "") throw new Error(`polygate check: ${code}\n${errors}`);
  return { seconds, cpuSeconds: (JSON.parse(readFileSync(cost, "utf8")) as ProgramCost).cpuSeconds };
}
