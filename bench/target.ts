import { fewestCopies } from "./check/growth.ts";
import type { BenchResult, CheckResult } from "./result.ts";
import { measuredVendors } from "./vendors.ts";

/** A promise compared with its measurement. */
export interface Target {
  readonly text: string;
  readonly met: boolean;
}

/** The limits are ratios within one run, or times that even a slow machine meets. */
const LARGEST_PREVIEW_RATIO = 1.3;
const LEAST_SERVE_RATIO = 0.7;
const LONGEST_COMPILE_MS = 50;
const LONGEST_CHECK_SECONDS = 2.5;
const LONGEST_ENVOY_START_SECONDS = 1;
/** How much more time than in proportion more operations may take. */
const LARGEST_CHECK_GROWTH = 1.25;

/** The numbers of routes that the promises name. */
const MANY_ROUTES = 300;
const FEW_ROUTES = 10;

/** The targets that the measurements cover. */
export function targetsOf({ deploy, serve, compile, check, envoy }: BenchResult): readonly Target[] {
  const targets: Target[] = [];
  const previews = deploy.filter(({ how }) => how === "polygate");
  for (const many of previews.filter(({ routes }) => routes === MANY_ROUTES)) {
    const few = previews.find(({ vendor, routes }) => vendor === many.vendor && routes === FEW_ROUTES);
    if (few === undefined) continue;
    const ratio = many.previewSeconds / few.previewSeconds;
    const what = `${many.vendor}: preview of ${MANY_ROUTES} routes takes ${ratio.toFixed(2)} times that of ${FEW_ROUTES}`;
    targets.push({ text: `${what} (at most ${LARGEST_PREVIEW_RATIO})`, met: ratio <= LARGEST_PREVIEW_RATIO });
    const same = many.resources === few.resources;
    targets.push({
      text: `${many.vendor}: ${few.resources} resources for ${FEW_ROUTES} routes, ${many.resources} for ${MANY_ROUTES} (as many)`,
      met: same,
    });
  }
  for (const { vendor, milliseconds } of compile.filter(({ routes }) => routes === MANY_ROUTES)) {
    targets.push({
      text: `${vendor}: compiling ${MANY_ROUTES} routes takes ${milliseconds.toFixed(1)} ms (under ${LONGEST_COMPILE_MS})`,
      met: milliseconds < LONGEST_COMPILE_MS,
    });
  }
  for (const { startSeconds } of envoy.filter(({ routes }) => routes === MANY_ROUTES)) {
    targets.push({
      text: `an Envoy with ${MANY_ROUTES} routes starts in ${startSeconds.toFixed(2)} s (under ${LONGEST_ENVOY_START_SECONDS})`,
      met: startSeconds < LONGEST_ENVOY_START_SECONDS,
    });
  }
  for (const { vendor, requestsPerSecond, bareProxyRequestsPerSecond } of serve) {
    const ratio = requestsPerSecond / bareProxyRequestsPerSecond;
    const least = measuredVendors.find((each) => each.vendor === vendor)?.leastServeRatio ?? LEAST_SERVE_RATIO;
    targets.push({
      text: `${vendor}: served at ${ratio.toFixed(2)} of the bare proxy's rate (at least ${least})`,
      met: ratio >= least,
    });
  }
  return [...targets, ...checkTargets(check)];
}

function checkTargets(check: readonly CheckResult[]): readonly Target[] {
  return check.flatMap((it) => {
    const few = fewestCopies(check, it);
    const [times, ratio] = [it.copies / few.copies, it.cpuSeconds / few.cpuSeconds];
    if (it.copies === 1) {
      const text = `checking ${it.name} takes ${it.cpuSeconds.toFixed(2)} s of CPU time`;
      return { text: `${text} (under ${LONGEST_CHECK_SECONDS})`, met: it.cpuSeconds < LONGEST_CHECK_SECONDS };
    }
    if (times === 1) return [];
    const most = times * LARGEST_CHECK_GROWTH;
    const text = `checking ${times} times the operations takes ${ratio.toFixed(2)} times the CPU time (at most ${most})`;
    return { text, met: ratio <= most };
  });
}
