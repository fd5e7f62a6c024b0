import { alternating } from "../alternating.ts";
import { median } from "../median.ts";
import type { DeployResult, How } from "../result.ts";
import type { BenchRun } from "../run.ts";
import { Site } from "../site.ts";
import type { MeasuredVendor } from "../vendors.ts";
import { Project, type Run } from "./project.ts";

export interface DeployPlan {
  readonly vendors: readonly MeasuredVendor[];
  /** Numbers of routes, the smallest first. */
  readonly routes: readonly number[];
  readonly repeat: number;
}

/** A preview of less than 5 seconds is repeated up to 3 times, because other load on the machine affects it most. */
const SHORT_SECONDS = 5;
const MOST_PREVIEWS = 3;

interface Case {
  readonly vendor: MeasuredVendor;
  readonly how: How;
  readonly program: URL;
  readonly routes: number;
  readonly name: string;
}

interface Sample {
  readonly resources: number;
  readonly previews: readonly Run[];
  readonly up: Run;
  readonly noop: Run;
}

/**
 * Deploys each case the requested number of times. Each deployment has a sandbox of its own, because existing resources would slow down
 * later deployments.
 */
export async function measureDeploy(run: BenchRun, { vendors, routes, repeat }: DeployPlan): Promise<DeployResult[]> {
  const cases = vendors.flatMap((vendor) => casesOf(vendor, routes));
  const times = repeat === 1 ? "once" : `${repeat} times`;
  run.progress.step(
    `deploy: ${cases.length} stacks, ${times} each: preview, up, preview without change. ` +
      "Stacks that declare hundreds of routes by hand take up to two minutes each time.",
  );
  const samples = new Map<Case, Sample[]>(cases.map((it) => [it, []]));
  const failed = new Set<Case>();
  const attempt = async (it: Case, what: string, work: (project: Project) => Promise<void>) => {
    if (failed.has(it)) return;
    run.progress.update(`deploy, ${what}: ${it.name}`);
    const done = await run.attempt(`deploy ${it.name}, ${what}`, async () => {
      const site = await Site.open(run.signal, {});
      try {
        await work(await Project.create(site, it.name, it.program, it.routes));
        return true;
      } finally {
        await site.close();
      }
    });
    if (done === undefined) failed.add(it);
  };
  // The first run reads the vendor's SDK from the disk.
  for (const it of cases.filter((first) => first.routes === routes[0])) {
    await attempt(it, "warm-up", async (project) => {
      await project.preview();
    });
  }
  for (const [it, repetition] of alternating(cases, repeat)) {
    await attempt(it, `${repetition}/${repeat}`, async (project) => {
      samples.get(it)?.push(await deployOnce(project, it.vendor, Math.min(repeat, MOST_PREVIEWS)));
    });
  }
  return cases.filter((it) => !failed.has(it)).map((it) => resultOf(it, samples.get(it) ?? []));
}

/** The cases of one vendor. The sizes of one program follow each other, because their ratio is the main result. */
function casesOf(vendor: MeasuredVendor, routes: readonly number[]): readonly Case[] {
  return (["polygate", "by-hand"] as const).flatMap((how) => {
    const program = vendor.programs[how];
    if (program === undefined) return [];
    return routes.map((count) => ({ vendor, how, program, routes: count, name: `${vendor.vendor}-${how}-${count}` }));
  });
}

async function deployOnce(project: Project, { prerequisites }: MeasuredVendor, most: number): Promise<Sample> {
  const previews = [await project.preview()];
  while (previews.length < most && previews.every(({ seconds }) => seconds < SHORT_SECONDS)) {
    previews.push(await project.preview());
  }
  const up = await project.up();
  const noop = await project.preview("--expect-no-changes");
  const types = await project.resourceTypes();
  return { resources: types.filter((type) => !prerequisites.includes(type)).length, previews, up, noop };
}

function resultOf({ vendor: { vendor }, how, routes }: Case, samples: readonly Sample[]): DeployResult {
  const middle = (value: (sample: Sample) => number) => median(samples.map(value));
  const previews = samples.flatMap((sample) => sample.previews);
  const middlePreview = (value: (preview: Run) => number) => median(previews.map(value));
  return {
    how,
    vendor,
    routes,
    resources: middle(({ resources }) => resources),
    previewSeconds: middlePreview(({ seconds }) => seconds),
    programCpuSeconds: middlePreview(({ program }) => program.cpuSeconds),
    upSeconds: middle(({ up }) => up.seconds),
    noopPreviewSeconds: middle(({ noop }) => noop.seconds),
    peakMemoryMiB: middlePreview(({ program }) => program.peakMemoryMiB),
  };
}
