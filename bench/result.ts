import type { Vendor } from "polygate";

/** A vendor, or a second gateway class of a vendor, or its gateway with a companion, or three of them with their networks. */
export type MeasuredName = Vendor | "aws-rest" | "gcp-companion" | "hybrid";

/** How the routes are declared: by Polygate's component, or one by one with the vendor's own resources. */
export type How = "polygate" | "by-hand";

/** One stack, deployed by the real engine to the sandbox. Each number is the median of its repetitions. */
export interface DeployResult {
  readonly how: How;
  readonly vendor: MeasuredName;
  readonly routes: number;
  /** The number of the vendor's resources, without prerequisites such as a service or a resource group. */
  readonly resources: number;
  /** The duration of `pulumi preview` of a new stack. */
  readonly previewSeconds: number;
  /** The user and system time of the language program during that preview. */
  readonly programCpuSeconds: number;
  /** The duration of `pulumi up --skip-preview`. */
  readonly upSeconds: number;
  /** The duration of `pulumi preview` without changes. */
  readonly noopPreviewSeconds: number;
  /** The peak memory of the language program during the first preview. */
  readonly peakMemoryMiB: number;
}

/** One gateway in the sandbox, and a proxy without checks. Each number is the median of its rounds. */
export interface ServeResult {
  readonly vendor: MeasuredName;
  readonly requestsPerSecond: number;
  readonly bareProxyRequestsPerSecond: number;
}

/** The compilation of a description to the vendor's document: the median of many, after a warm-up. */
export interface CompileResult {
  readonly vendor: MeasuredName;
  readonly routes: number;
  readonly milliseconds: number;
}

/** `polygate check` of an OpenAPI document for all classes: the median. */
export interface CheckResult {
  readonly name: string;
  /** How many copies of the document's operations were checked. */
  readonly copies: number;
  readonly operations: number;
  readonly megabytes: number;
  readonly seconds: number;
  /** The user and system time of the command. */
  readonly cpuSeconds: number;
}

/** A real Envoy with the companion's configuration. Each number is the median of its repetitions. */
export interface EnvoyResult {
  readonly routes: number;
  /** The duration of `envoy --mode validate`. */
  readonly validateSeconds: number;
  /** From the start of the process until it accepts requests. */
  readonly startSeconds: number;
}

/** The output of `--json`, without measurements that were not requested or that failed. */
export interface BenchResult {
  readonly deploy: readonly DeployResult[];
  readonly serve: readonly ServeResult[];
  readonly compile: readonly CompileResult[];
  readonly check: readonly CheckResult[];
  readonly envoy: readonly EnvoyResult[];
}
