import { fewestCopies } from "./check/growth.ts";
import type { Compilation } from "./compile/measure.ts";
import type { BenchResult, DeployResult } from "./result.ts";
import { table } from "./table.ts";
import { targetsOf } from "./target.ts";

/** The report for people: a table for each measurement, and the targets. */
export function report(result: Omit<BenchResult, "compile"> & { readonly compile: readonly Compilation[] }): string {
  const { deploy, serve, compile, check, envoy } = result;
  const parts: string[] = [];
  const part = (title: string, text: string) => parts.push(`${title}\n\n${text}`);
  if (compile.length > 0) {
    const rows = compile.map((it) => [
      it.vendor,
      it.routes,
      it.milliseconds.toFixed(2),
      it.coldMilliseconds.toFixed(1),
    ]);
    part("compile: description to document", table(["vendor", "routes", "ms", "first ms"], rows));
  }
  if (check.length > 0) {
    const rows = check.map((it) => [
      it.name,
      it.copies,
      it.operations,
      it.megabytes.toFixed(1),
      it.seconds.toFixed(2),
      it.cpuSeconds.toFixed(2),
      (it.cpuSeconds / fewestCopies(check, it).cpuSeconds).toFixed(2),
    ]);
    const head = ["document", "copies", "operations", "MB", "seconds", "CPU s", "CPU ratio"];
    part("check: OpenAPI documents, for all classes", table(head, rows));
  }
  if (envoy.length > 0) {
    const rows = envoy.map((it) => [it.routes, it.validateSeconds.toFixed(2), it.startSeconds.toFixed(2)]);
    part("envoy: the companion's configuration", table(["routes", "validate s", "start s"], rows));
  }
  if (deploy.length > 0) part("deploy: the real engine, against the sandbox", deployTable(deploy));
  const ratios = byHandRatios(deploy);
  if (ratios.length > 0) {
    const head = ["vendor", "routes", "resources", "preview", "program CPU", "up", "no-op preview", "memory"];
    part("deploy: by hand / polygate", table(head, ratios));
  }
  const alone = new Set(deploy.map(({ vendor }) => vendor));
  for (const { vendor } of deploy.filter(({ how }) => how === "by-hand")) alone.delete(vendor);
  if (alone.has("gcp")) parts.push("gcp has no resource for a route, so that nothing can be declared by hand.\n");
  if (serve.length > 0) {
    const rows = serve.map((it) => [
      it.vendor,
      Math.round(it.requestsPerSecond),
      Math.round(it.bareProxyRequestsPerSecond),
      (it.requestsPerSecond / it.bareProxyRequestsPerSecond).toFixed(2),
    ]);
    part("serve: the sandbox's gateways", table(["vendor", "requests/s", "bare proxy requests/s", "ratio"], rows));
  }
  const targets = targetsOf(result);
  if (targets.length > 0) {
    part("targets", targets.map(({ text, met }) => `  ${met ? "met   " : "MISSED"}  ${text}\n`).join(""));
  }
  return parts.join("\n");
}

function deployTable(deploy: readonly DeployResult[]): string {
  const head = [
    "vendor",
    "how",
    "routes",
    "resources",
    "preview s",
    "program CPU s",
    "up s",
    "no-op preview s",
    "memory MiB",
  ];
  const rows = deploy.map((it) => [
    it.vendor,
    it.how,
    it.routes,
    it.resources,
    it.previewSeconds.toFixed(2),
    it.programCpuSeconds.toFixed(2),
    it.upSeconds.toFixed(2),
    it.noopPreviewSeconds.toFixed(2),
    Math.round(it.peakMemoryMiB),
  ]);
  return table(head, rows);
}

function byHandRatios(deploy: readonly DeployResult[]): readonly (readonly (string | number)[])[] {
  return deploy.flatMap((hand) => {
    if (hand.how !== "by-hand") return [];
    const polygate = deploy.find(
      ({ how, vendor, routes }) => how === "polygate" && vendor === hand.vendor && routes === hand.routes,
    );
    if (polygate === undefined) return [];
    const ratio = (value: (result: DeployResult) => number) => (value(hand) / value(polygate)).toFixed(1);
    return [
      [
        hand.vendor,
        hand.routes,
        ratio(({ resources }) => resources),
        ratio(({ previewSeconds }) => previewSeconds),
        ratio(({ programCpuSeconds }) => programCpuSeconds),
        ratio(({ upSeconds }) => upSeconds),
        ratio(({ noopPreviewSeconds }) => noopPreviewSeconds),
        ratio(({ peakMemoryMiB }) => peakMemoryMiB),
      ],
    ];
  });
}
