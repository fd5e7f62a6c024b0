import type { Vendor } from "polygate";

/** A vendor, or another class of gateway of it. */
export type MeasuredName = Vendor | "aws-rest";

/** How the routes are declared: by Polygate's component, or one by one with the vendor's own resources. */
export type How = "polygate" | "by-hand";

/** One stack, deployed by the real engine to the sandbox. Each number is the median of its repetitions. */
export interface DeployResult {
  readonly how: How;
  readonly vendor: MeasuredName;
  readonly routes: number;
  /** The vendor's resources that the gateway is made of, without what it stands on (a service, a resource group). */
  readonly resources: number;
  /** `pulumi preview` of a stack that does not exist yet, from start to end. */
  readonly previewSeconds: number;
  /** User and system time of the language program during that preview. */
  readonly programCpuSeconds: number;
  /** `pulumi up --skip-preview` of it. */
  readonly upSeconds: number;
  /** `pulumi preview` when nothing has changed since. */
  readonly noopPreviewSeconds: number;
  /** The most memory that the language program held during the first preview. */
  readonly peakMemoryMiB: number;
}

/** One gateway in the sandbox's data plane, and a proxy that checks nothing. Each number is the median of its rounds. */
export interface ServeResult {
  readonly vendor: MeasuredName;
  readonly requestsPerSecond: number;
  readonly bareProxyRequestsPerSecond: number;
}

/** One compilation of a description to the vendor's document: the median of many, after the first ones. */
export interface CompileResult {
  readonly vendor: MeasuredName;
  readonly routes: number;
  readonly milliseconds: number;
}

/** What `--json` prints. What was not asked for, or failed, is not in it. */
export interface BenchResult {
  readonly deploy: readonly DeployResult[];
  readonly serve: readonly ServeResult[];
  readonly compile: readonly CompileResult[];
}
