import { createHash } from "node:crypto";
import * as pulumi from "@pulumi/pulumi";
import { recordedStack, settled } from "./recorded-stack.ts";

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
 * @param canary the URN of the deployment of a canary: where there is one, each import is followed by it and not by the other
 */
export function markOf(
  api: pulumi.Output<string>,
  deployment: pulumi.Output<string>,
  canary: pulumi.Output<string> = deployment,
): pulumi.Output<string | undefined> {
  const urns = Promise.all([settled(api), settled(deployment), settled(canary)]);
  return pulumi.output(
    Promise.all([recordedStack(), urns]).then(([{ resources }, [apiUrn, deploymentUrn, canaryUrn]]) => {
      const body = resources[apiUrn]?.outputs?.body;
      if (typeof body !== "string") return undefined;
      const deployed = resources[canaryUrn] ?? resources[deploymentUrn];
      const triggers = (deployed?.outputs?.triggers ?? {}) as { document?: unknown; mark?: unknown };
      if (triggers.document !== documentHash(body)) return documentHash(body).slice(0, 8);
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
    Promise.all([recordedStack(), settled(resource)]).then(
      ([{ resources }, urn]): unknown => resources[urn]?.outputs?.[name],
    ),
  );
}

/** What a deployment depends on: what was imported, and by which mark. */
export function triggersOf(
  body: pulumi.Output<string>,
  mark: pulumi.Output<string | undefined>,
): pulumi.Output<Record<string, string>> {
  return pulumi.all([body, mark]).apply(
    ([text, known]): Record<string, string> => ({
      document: documentHash(text),
      ...(known === undefined ? {} : { mark: known }),
    }),
  );
}

/**
 * The same for texts that say the same: which spelling of a document the state holds is the provider's affair, and one that
 * is not ours must not look like a failed import, at every update anew.
 */
export function documentHash(document: string): string {
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
