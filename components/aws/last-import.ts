import { createHash } from "node:crypto";
import * as pulumi from "@pulumi/pulumi";
import type { InvokeResponse } from "@pulumi/pulumi/proto/provider_pb.js";
import resources from "@pulumi/pulumi/proto/resource_pb.js";
import type { Struct } from "google-protobuf/google/protobuf/struct_pb.js";

/** The outputs of the stack's resources as the last update left them, by URN. */
type Recorded = Readonly<Record<string, { readonly outputs?: Readonly<Record<string, unknown>> } | undefined>>;

/**
 * The mark that a document must carry, so that it is imported when it has to be; undefined for none.
 *
 * The provider saves a document before it imports it, and saves it also when that fails; the next update finds nothing
 * changed, and reports success (https://github.com/pulumi/pulumi/issues/21458). A deployment is made of a document only
 * after its import. So when the state's document is not the one that the state's deployment was made of, its import
 * failed, or was never heard of: the document then gets a mark that the state's does not have, which is a change. It keeps
 * the mark from then on; without one, it would change again.
 *
 * @param api the URN of the resource with the document, as `body`
 * @param deployment the URN of the deployment, with `triggers` from {@link triggersOf}
 */
export function markOf(
  api: pulumi.Output<string>,
  deployment: pulumi.Output<string>,
): pulumi.Output<string | undefined> {
  const urns = Promise.all([settled(api), settled(deployment)]);
  return pulumi.output(
    Promise.all([recorded(), urns]).then(([state, [apiUrn, deploymentUrn]]) => {
      const body = state[apiUrn]?.outputs?.body;
      if (typeof body !== "string") return undefined;
      const triggers = (state[deploymentUrn]?.outputs?.triggers ?? {}) as { document?: unknown; mark?: unknown };
      if (triggers.document !== hash(body)) return hash(body).slice(0, 8);
      return typeof triggers.mark === "string" ? triggers.mark : undefined;
    }),
  );
}

/** The document of a resource as the last update left it, whether or not it was imported; undefined for none. */
export function recordedBody(api: pulumi.Output<string>): pulumi.Output<unknown> {
  return recordedOutput(api, "body");
}

/** An output of a resource as the last update left it; undefined for none, and where there is no such resource. */
export function recordedOutput(resource: pulumi.Output<string>, name: string): pulumi.Output<unknown> {
  return pulumi.output(
    Promise.all([recorded(), settled(resource)]).then(([state, urn]): unknown => state[urn]?.outputs?.[name]),
  );
}

/** What a deployment depends on: what was imported, and by which mark. */
export function triggersOf(
  body: pulumi.Output<string>,
  mark: pulumi.Output<string | undefined>,
): pulumi.Output<Record<string, string>> {
  return pulumi.all([body, mark]).apply(
    ([text, known]): Record<string, string> => ({
      document: hash(text),
      ...(known === undefined ? {} : { mark: known }),
    }),
  );
}

/**
 * The same for texts that say the same: which spelling of a document the state holds is the provider's affair, and one that
 * is not ours must not look like a failed import, at every update anew.
 */
function hash(document: string): string {
  return createHash("sha256")
    .update(JSON.stringify(sorted(parsed(document))))
    .digest("hex");
}

function parsed(document: string): unknown {
  try {
    return JSON.parse(document);
  } catch {
    return document;
  }
}

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .map(([key, inner]) => [key, sorted(inner)] as const)
      .toSorted(([one], [other]) => (one < other ? -1 : 1)),
  );
}

/** The value alone: an input that depends on a component would wait for all of its children, itself among them. */
function settled(urn: pulumi.Output<string>): Promise<string> {
  return new Promise((resolve) => void urn.apply(resolve));
}

const asked = new WeakMap<object, Promise<Recorded>>();

/** Asks once a program, before it changes anything that this reads. */
function recorded(): Promise<Recorded> {
  const monitor = pulumi.runtime.getMonitor();
  if (monitor === undefined) return Promise.resolve({});
  const known = asked.get(monitor) ?? askPatiently(() => ask(monitor)).catch(unknown);
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

/** Nothing that is served depends on the answer, so a stack that nobody can read is deployed all the same. */
function unknown(error: unknown): Recorded {
  const reason = error instanceof Error ? error.message : String(error);
  void pulumi.log.warn(
    `The stack's state cannot be read, so an import that failed would not be tried again: ${reason}`,
  );
  return {};
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
