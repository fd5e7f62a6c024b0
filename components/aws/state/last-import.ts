import { createHash } from "node:crypto";
import * as pulumi from "@pulumi/pulumi";
import { recordedStack, settled } from "./recorded-stack.ts";

/**
 * The mark that a document must contain so that a failed import is tried again. Undefined if no mark is needed.
 *
 * The provider saves a document before it imports it, even if the import fails. The next update then finds no change and reports success
 * (https://github.com/pulumi/pulumi/issues/21458). A deployment, however, is created only after the import of its document. If the
 * state's document is not the one of the state's deployment, then its import failed or its result was lost. The document then gets a
 * mark that the state's document does not have, which is a change. Later updates keep the mark, because removing it would be a change
 * as well.
 *
 * @param api the URN of the resource with the document, as `body`
 * @param deployment the URN of the deployment, with `triggers` from {@link triggersOf}
 * @param canary the URN of a canary's deployment; while it exists, each import is followed by it and not by the other
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

/** The document of a resource after the last update, whether or not it was imported. Undefined if there is none. */
export function recordedBody(api: pulumi.Output<string>): pulumi.Output<unknown> {
  return recordedOutput(api, "body");
}

/** An output of a resource after the last update. Undefined if there is none. */
export function recordedOutput(resource: pulumi.Output<string>, name: string): pulumi.Output<unknown> {
  return pulumi.output(
    Promise.all([recordedStack(), settled(resource)]).then(
      ([{ resources }, urn]): unknown => resources[urn]?.outputs?.[name],
    ),
  );
}

/** The triggers of a deployment: the imported document and its mark. */
export function triggersOf(
  body: pulumi.Output<string>,
  mark: pulumi.Output<string | undefined>,
): pulumi.Output<Record<string, string>> {
  return pulumi.all([body, mark]).apply(([document, knownMark]): Record<string, string> => {
    const hash = documentHash(document);
    return knownMark === undefined ? { document: hash } : { document: hash, mark: knownMark };
  });
}

/**
 * A hash that is the same for documents with the same content. The provider decides how the document in the state is formatted, and
 * another format must not look like a failed import at every update.
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
