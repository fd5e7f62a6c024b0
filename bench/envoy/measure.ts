import { performance } from "node:perf_hooks";
import { normalise } from "../../components/api/check/normalise.ts";
import { companionTarget } from "../../components/gcp/api-gateway/companion-target.ts";
import { cachedEnvoy } from "../../engine/envoy.js";
import { EnvoyProcess } from "../../sandbox/data-plane/envoy/envoy-process.ts";
import { validateBootstrap } from "../../sandbox/data-plane/envoy/validation.ts";
import { cacheFolder } from "../../setup/cache.js";
import { companionBindings, measuredApi } from "../measured-api.ts";
import { median } from "../median.ts";
import type { EnvoyResult } from "../result.ts";
import type { BenchRun } from "../run.ts";

/** Validates the companion's configuration in a real Envoy, and starts an Envoy with it, for each number of routes. */
export async function measureEnvoy(
  run: BenchRun,
  { routes, repeat }: { readonly routes: readonly number[]; readonly repeat: number },
): Promise<EnvoyResult[]> {
  run.progress.step("envoy: the companion's configuration, validated and started; takes some seconds");
  const program = cachedEnvoy(cacheFolder(process.env))?.program;
  if (program === undefined) throw new Error("There is no Envoy here: run `npm run bench`, which installs it.");
  const results: EnvoyResult[] = [];
  for (const count of routes) {
    run.progress.update(`envoy: ${count} routes`);
    const { envoy } = companionTarget({ title: "bench" }, {}).compile(normalise(measuredApi(count)), companionBindings);
    const bootstrap = JSON.parse(envoy) as Parameters<typeof validateBootstrap>[1];
    const validations: number[] = [];
    const starts: number[] = [];
    for (let index = 0; index < repeat; index++) {
      run.signal.throwIfAborted();
      validations.push(await secondsOf(() => validateBootstrap(program, bootstrap)));
      let started: EnvoyProcess | undefined;
      starts.push(
        await secondsOf(async () => {
          started = await EnvoyProcess.start({ program, bootstrap });
        }),
      );
      await started?.stop();
    }
    results.push({ routes: count, validateSeconds: median(validations), startSeconds: median(starts) });
  }
  return results;
}

async function secondsOf(work: () => Promise<void>): Promise<number> {
  const begun = performance.now();
  await work();
  return (performance.now() - begun) / 1000;
}
