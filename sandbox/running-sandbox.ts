import { readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { adminPath, type Endpoint } from "./admin.ts";
import type { ThrottleOrder } from "./control-plane/aws/apigateway/request-throttle.ts";
import type { Link } from "./control-plane/link.ts";
import type { TokenRequest } from "./issuer.ts";
import type { LinkOrder } from "./links.ts";

/** The description that a running sandbox writes into its folder, so that other processes find it. */
export interface SandboxDescription {
  readonly pid: number;
  /** Each provider's port, by package name. */
  readonly providers: Readonly<Record<string, number>>;
  /** The issuer's public name, and the address that serves it. */
  readonly issuer: { readonly url: string; readonly address: string };
  /** The environment variables that connect a Pulumi engine to the sandbox. */
  readonly environment: Readonly<Record<string, string>>;
}

const fileName = "sandbox.json";

/** Writes the description atomically: a reader sees the old one or the new one. */
export function describeSandbox(directory: string, description: SandboxDescription): void {
  const temporary = join(directory, `.${fileName}.${process.pid}`);
  writeFileSync(temporary, `${JSON.stringify(description, null, 2)}\n`, { mode: 0o600 });
  renameSync(temporary, join(directory, fileName));
}

export function forgetSandbox(directory: string): void {
  rmSync(join(directory, fileName), { force: true });
}

/** Reads the description in a folder. It may belong to a sandbox that was killed. */
export function readDescription(directory: string): SandboxDescription | undefined {
  try {
    return JSON.parse(readFileSync(join(directory, fileName), "utf8")) as SandboxDescription;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
    throw error;
  }
}

/** A sandbox in another process. */
export interface RunningSandbox {
  readonly description: SandboxDescription;
  endpoints(): Promise<readonly Endpoint[]>;
  mintToken(request?: TokenRequest): Promise<string>;
  /** Leads an origin, such as a backend's, to one on this machine. The entry outlives restarts. */
  mapHost(origin: string, target: string): Promise<void>;
  /** Makes the AWS control plane refuse the next requests of an engine as too many; `requests: 0` ends it. */
  throttleAws(order: ThrottleOrder): Promise<void>;
  /** The VPNs to networks on premises that are deployed now. */
  links(): Promise<readonly Link[]>;
  /** Cuts a tunnel of a link, or all of them. */
  cutLink(order: LinkOrder): Promise<Link>;
  /** Mends a tunnel of a link, or all of them. */
  mendLink(order: LinkOrder): Promise<Link>;
}

/**
 * Finds the sandbox that runs in a folder.
 *
 * @param directory @default ".polygate"
 * @throws Error when no sandbox runs there; the message says how to start one
 */
export async function findSandbox(directory = ".polygate"): Promise<RunningSandbox> {
  const description = readDescription(directory);
  const absent = () =>
    new Error(
      `no sandbox runs in ${directory}; start one with "polygate sandbox", or name the folder of one that runs`,
    );
  if (description === undefined) throw absent();
  const ask = async (method: "GET" | "POST", name: string, body?: unknown): Promise<unknown> => {
    const response = await fetch(`${description.issuer.address}${adminPath}/${name}`, {
      method,
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const answer = (await response.json()) as { readonly error?: string };
    if (!response.ok) throw new Error(answer.error ?? `the sandbox answered ${response.status}`);
    return answer;
  };
  try {
    // After the sandbox was killed, its port may belong to another program.
    const { pid } = (await ask("GET", "status")) as { readonly pid?: unknown };
    if (pid !== description.pid) throw absent();
  } catch {
    throw absent();
  }
  return {
    description,
    endpoints: async () => (await ask("GET", "endpoints")) as readonly Endpoint[],
    mintToken: async (request = {}) => ((await ask("POST", "token", request)) as { readonly token: string }).token,
    mapHost: async (origin, target) => {
      await ask("POST", "hosts", { origin, target });
    },
    throttleAws: async (order) => {
      await ask("POST", "throttle", order);
    },
    links: async () => (await ask("GET", "links")) as readonly Link[],
    cutLink: async (order) => (await ask("POST", "links/cut", order)) as Link,
    mendLink: async (order) => (await ask("POST", "links/mend", order)) as Link,
  };
}
