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

interface Case {
  readonly vendor: MeasuredVendor;
  readonly how: How;
  readonly program: URL;
  readonly routes: number;
  readonly name: string;
}

interface Sample {
  readonly resources: number;
  readonly preview: Run;
  readonly up: Run;
  readonly noop: Run;
}

/** Deploys each case as often as asked, one after another, forwards and backwards in turn, so that drift cancels. */
export async function measureDeploy(run: BenchRun, { vendors, routes, repeat }: DeployPlan): Promise<DeployResult[]> {
  const cases = vendors.flatMap((vendor) => casesOf(vendor, routes));
  run.progress.step(
    `deploy: ${cases.length} stacks, ${times(repeat)}: preview, up, preview without change, destroy. ` +
      "By-hand stacks of hundreds of routes are what is slow, some half a minute each time.",
  );
  const site = await Site.open(run.signal, {});
  try {
    const projects = new Map<Case, Project>();
    const samples = new Map<Case, Sample[]>(cases.map((it) => [it, []]));
    const failed = new Set<Case>();
    const attempt = async (it: Case, what: string, work: () => Promise<void>) => {
      const done = await run.attempt(`deploy ${it.name}, ${what}`, () => work().then(() => true));
      if (done === undefined) failed.add(it);
    };
    for (const it of cases) {
      await attempt(it, "before measuring", async () => {
        const project = await Project.create(site, it.name, it.program, it.routes);
        projects.set(it, project);
        // The first run of all reads the vendor's SDK from the disk.
        if (it.routes === routes[0]) await project.preview();
      });
    }
    for (let repetition = 0; repetition < repeat; repetition++) {
      for (const it of repetition % 2 === 0 ? cases : cases.toReversed()) {
        const project = projects.get(it);
        if (failed.has(it) || project === undefined) continue;
        run.progress.update(`deploy ${repetition + 1}/${repeat}: ${it.name} routes`);
        await attempt(it, `repetition ${repetition + 1}`, async () => {
          samples.get(it)?.push(await deployOnce(project, it.vendor));
        });
      }
    }
    return cases.filter((it) => !failed.has(it)).map((it) => resultOf(it, samples.get(it) ?? []));
  } finally {
    await site.close();
  }
}

/** All sizes of one way beside each other: the ratio between them is what is asked most of them. */
function casesOf(vendor: MeasuredVendor, routes: readonly number[]): readonly Case[] {
  return (["polygate", "by-hand"] as const).flatMap((how) => {
    const program = vendor.programs[how];
    if (program === undefined) return [];
    return routes.map((count) => ({ vendor, how, program, routes: count, name: `${vendor.vendor}-${how}-${count}` }));
  });
}

async function deployOnce(project: Project, vendor: MeasuredVendor): Promise<Sample> {
  try {
    const preview = await project.preview();
    const up = await project.up();
    const noop = await project.preview("--expect-no-changes");
    const types = await project.resourceTypes();
    return { resources: types.filter((type) => !vendor.ground.includes(type)).length, preview, up, noop };
  } finally {
    // Also after a failure: other stacks use the same names.
    await project.destroy();
  }
}

function resultOf({ vendor: { vendor }, how, routes }: Case, samples: readonly Sample[]): DeployResult {
  const middle = (value: (sample: Sample) => number) => median(samples.map(value));
  return {
    how,
    vendor,
    routes,
    resources: middle(({ resources }) => resources),
    previewSeconds: middle(({ preview }) => preview.seconds),
    programCpuSeconds: middle(({ preview }) => preview.program.cpuSeconds),
    upSeconds: middle(({ up }) => up.seconds),
    noopPreviewSeconds: middle(({ noop }) => noop.seconds),
    peakMemoryMiB: middle(({ preview }) => preview.program.peakMemoryMiB),
  };
}

function times(repeat: number): string {
  return repeat === 1 ? "once" : `${repeat} times`;
}
