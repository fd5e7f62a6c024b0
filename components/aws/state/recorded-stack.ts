import * as pulumi from "@pulumi/pulumi";
import type { InvokeResponse } from "@pulumi/pulumi/proto/provider_pb.js";
import resources from "@pulumi/pulumi/proto/resource_pb.js";
import { structOf } from "./protobuf-struct.ts";

/** The outputs of the stack's resources after the last update, by URN. */
export type Recorded = Readonly<Record<string, { readonly outputs?: Readonly<Record<string, unknown>> } | undefined>>;

/** The state of the program's own stack after the last update. */
export interface RecordedStack {
  readonly resources: Recorded;
  /** Why the state could not be read, if it could not. */
  readonly unreadable?: string;
}

/** A URN without its dependencies: an input that depends on a component would wait for all of its children, including itself. */
export function settled(urn: pulumi.Output<string>): Promise<string> {
  return new Promise((resolve) => void urn.apply(resolve));
}

type Monitor = NonNullable<ReturnType<typeof pulumi.runtime.getMonitor>>;

const stacks = new WeakMap<Monitor, Promise<RecordedStack>>();

/** Reads the state, once in a program and before the program changes anything that is read from it. */
export function recordedStack(): Promise<RecordedStack> {
  const monitor = pulumi.runtime.getMonitor();
  if (monitor === undefined) return Promise.resolve({ resources: {} });
  const stack = stacks.get(monitor) ?? withRetries(async () => ({ resources: await read(monitor) })).catch(unreadable);
  stacks.set(monitor, stack);
  return stack;
}

/** The delays before each new attempt, in milliseconds. */
const delays = [50, 100, 200, 400, 800];

/**
 * Reads again after "failed to load checkpoint: EOF" (seen with pulumi 3.250.0). An engine with a file backend rewrites the files beside
 * the state (`.attrs`) in place while the program runs, and a read in that moment fails.
 */
async function withRetries<Answer>(attempt: () => Promise<Answer>): Promise<Answer> {
  for (const delay of delays) {
    try {
      return await attempt();
    } catch (error) {
      if (!(error instanceof Error && error.message.includes("failed to load checkpoint"))) throw error;
      await new Promise((resolve) => setTimeout(resolve, delay));
    }
  }
  return attempt();
}

/** A stack whose state cannot be read is deployed all the same: apart from a canary, what is served does not depend on the state. */
function unreadable(error: unknown): RecordedStack {
  const reason = error instanceof Error ? error.message : String(error);
  void pulumi.log.warn(
    `The stack's state cannot be read, so an import that failed would not be tried again: ${reason}`,
  );
  return { resources: {}, unreadable: reason };
}

/**
 * Calls the engine directly. `pulumi.runtime.invoke` would create objects for the resources that outputs refer to, before the program
 * has registered them.
 */
async function read(monitor: Monitor): Promise<Recorded> {
  const stackName = [pulumi.getOrganization(), pulumi.getProject(), pulumi.getStack()].join("/");
  const request = new resources.ResourceInvokeRequest();
  request.setTok("pulumi:pulumi:readStackResourceOutputs");
  request.setArgs(structOf({ stackName }));
  request.setAcceptresources(false);
  const response = await new Promise<InvokeResponse>((resolve, reject) => {
    monitor.invoke(request, (error: Error | null, answer: InvokeResponse) =>
      error === null ? resolve(answer) : reject(error),
    );
  });
  const { outputs } = (response.getReturn()?.toJavaScript() ?? {}) as { readonly outputs?: Recorded };
  return outputs ?? {};
}
