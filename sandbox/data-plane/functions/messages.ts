/** The messages between the sandbox, the process of an execution environment, and the thread that runs the handler. */

/** What an execution environment needs to start. */
export interface EnvironmentStart {
  /** The folder with the function's files: Lambda's `/var/task`. */
  readonly root: string;
  readonly functionArn: string;
  readonly runtime: string;
  /** All environment variables that the function sees. */
  readonly variables: Readonly<Record<string, string>>;
  readonly memoryMegabytes: number;
  readonly network: NetworkView;
}

/** What a function can reach on the network. */
export interface NetworkView {
  /** The host map: targets by origin. */
  readonly hosts: readonly (readonly [string, string])[];
  /** The certificate (PEM) of the sandbox's authority, which gateways over TLS are trusted by. Absent when there is none. */
  readonly authority?: string;
}

export interface StartMessage {
  readonly kind: "start";
  readonly start: EnvironmentStart;
}

export interface InvokeMessage {
  readonly kind: "invoke";
  readonly requestId: string;
  /** JSON. */
  readonly event: string;
  /** Milliseconds since the epoch. */
  readonly deadline: number;
  readonly network: NetworkView;
}

/** From the sandbox to an execution environment: one start, then one request at a time. */
export type EnvironmentRequest = StartMessage | InvokeMessage;

/** From an execution environment to the sandbox. */
export type EnvironmentMessage =
  /** The handler is loaded. */
  | { readonly kind: "ready" }
  /** `json` is the handler's result. */
  | { readonly kind: "returned"; readonly requestId: string; readonly json: string }
  | { readonly kind: "threw"; readonly requestId: string; readonly message: string }
  /** The environment can take the next request. */
  | { readonly kind: "idle" }
  /** The environment cannot continue: its code was not loaded, or nothing caught an exception. */
  | { readonly kind: "broke"; readonly message: string }
  | { readonly kind: "log"; readonly requestId: string | undefined; readonly level: string; readonly text: string }
  /** The process has ended. `message` is the reason. */
  | { readonly kind: "ended"; readonly message: string };
