/**
 * What the sandbox, the process that hosts the functions, and each execution environment in it (a thread) say to one another.
 */

/** What an execution environment needs to begin. */
export interface EnvironmentStart {
  /** The folder with the function's files: Lambda's `/var/task`. */
  readonly root: string;
  readonly functionArn: string;
  readonly runtime: string;
  /** All that the function sees of the environment. */
  readonly variables: Readonly<Record<string, string>>;
  readonly memoryMegabytes: number;
  readonly hosts: HostEntries;
}

/** The host map as it is now: targets by origin. */
export type HostEntries = readonly (readonly [string, string])[];

export interface InvokeMessage {
  readonly kind: "invoke";
  readonly requestId: string;
  /** As JSON. */
  readonly event: string;
  /** Milliseconds since the epoch. */
  readonly deadline: number;
  readonly hosts: HostEntries;
}

/** To the host process. */
export type HostMessage =
  | { readonly kind: "start"; readonly environment: number; readonly start: EnvironmentStart }
  | { readonly kind: "tell"; readonly environment: number; readonly message: InvokeMessage }
  | { readonly kind: "stop"; readonly environment: number };

/** From an execution environment; `ended` is said by its host. */
export type EnvironmentMessage =
  /** The handler is loaded. */
  | { readonly kind: "ready" }
  /** As JSON. */
  | { readonly kind: "returned"; readonly requestId: string; readonly json: string }
  | { readonly kind: "threw"; readonly requestId: string; readonly message: string }
  /** It takes the next request. */
  | { readonly kind: "idle" }
  /** It cannot go on: its code could not be loaded, or an exception was caught by nobody. */
  | { readonly kind: "broke"; readonly message: string }
  | { readonly kind: "log"; readonly requestId: string | undefined; readonly level: string; readonly text: string }
  | { readonly kind: "ended"; readonly message: string };

export interface FromEnvironment {
  readonly environment: number;
  readonly message: EnvironmentMessage;
}
