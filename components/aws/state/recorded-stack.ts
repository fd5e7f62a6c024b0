import * as pulumi from "@pulumi/pulumi";
import type { InvokeResponse } from "@pulumi/pulumi/proto/provider_pb.js";
import resources from "@pulumi/pulumi/proto/resource_pb.js";
import type { Struct } from "google-protobuf/google/protobuf/struct_pb.js";

/** The outputs of the stack's resources as the last update left them, by URN. */
export type Recorded = Readonly<Record<string, { readonly outputs?: Readonly<Record<string, unknown>> } | undefined>>;

/** The state of the stack that the program is of, as the last update left it. */
export interface RecordedStack {
  readonly resources: Recorded;
  /** Why nothing is known of it. */
  readonly unreadable?: string;
}

/** The value alone: an input that depends on a component would wait for all of its children, itself among them. */
export function settled(urn: pulumi.Output<string>): Promise<string> {
  return new Promise((resolve) => void urn.apply(resolve));
}

const asked = new WeakMap<object, Promise<RecordedStack>>();

/** Asks once a program, before it changes anything that this reads. */
export function recordedStack(): Promise<RecordedStack> {
  const monitor = pulumi.runtime.getMonitor();
  if (monitor === undefined) return Promise.resolve({ resources: {} });
  const known = asked.get(monitor) ?? askPatiently(async () => ({ resources: await ask(monitor) })).catch(unknown);
  asked.set(monitor, known);
  return known;
}

/** So long to wait before it is asked again, in milliseconds. */
const waits = [50, 100, 200, 400, 800];

/**
 * An engine whose state is in files writes in place, while the program runs, what it keeps beside each (`.attrs`), and an
 * answer from within that is an error: "failed to load checkpoint: EOF" (seen with pulumi 3.250.0).
 */
async function askPatiently<Answer>(ask: () => Promise<Answer>): Promise<Answer> {
  for (const wait of waits) {
    try {
      return await ask();
    } catch (error) {
      if (!(error instanceof Error && error.message.includes("failed to load checkpoint"))) throw error;
      await new Promise((resolve) => setTimeout(resolve, wait));
    }
  }
  return ask();
}

/** Nothing that is served depends on the answer, but with a canary; so a stack that nobody can read is deployed all the same. */
function unknown(error: unknown): RecordedStack {
  const reason = error instanceof Error ? error.message : String(error);
  void pulumi.log.warn(
    `The stack's state cannot be read, so an import that failed would not be tried again: ${reason}`,
  );
  return { resources: {}, unreadable: reason };
}

/**
 * Not by `pulumi.runtime.invoke`: it would make objects of the resources that other resources' outputs refer to, before
 * the program has registered them.
 */
async function ask(monitor: NonNullable<ReturnType<typeof pulumi.runtime.getMonitor>>): Promise<Recorded> {
  const stack = [pulumi.getOrganization(), pulumi.getProject(), pulumi.getStack()].join("/");
  // Read from a message whose second field is an empty record of arguments, since their class belongs to a package of Pulumi's.
  const request = resources.ResourceInvokeRequest.deserializeBinary(Uint8Array.of(0x12, 0x00));
  const { fromJavaScript } = (request.getArgs() as Struct).constructor as typeof Struct;
  request.setTok("pulumi:pulumi:readStackResourceOutputs");
  request.setArgs(fromJavaScript({ stackName: stack }));
  request.setAcceptresources(false);
  const answer = await new Promise<InvokeResponse>((resolve, reject) => {
    monitor.invoke(request, (error: Error | null, response: InvokeResponse) =>
      error === null ? resolve(response) : reject(error),
    );
  });
  const { outputs } = (answer.getReturn()?.toJavaScript() ?? {}) as { readonly outputs?: Recorded };
  return outputs ?? {};
}
