import { type Properties, text, textMap } from "../property-value.ts";

export interface GcpSettings {
  readonly project: string;
  readonly region: string | undefined;
}

export function projectOf(settings: GcpSettings, properties: Properties): string {
  return text(properties, "project") ?? settings.project;
}

/** A project's number, made up from its id; the projects of the sandbox have none. */
export const projectNumber = "000000000000";

/** The three views of labels that the provider has: the program's, with the provider's own, and all. */
export function labelOutputs(inputs: Properties): Properties {
  const labels = textMap(inputs.labels) ?? {};
  const all = { ...labels, "goog-pulumi-provisioned": "true" };
  return { labels: { ...labels }, pulumiLabels: all, effectiveLabels: all };
}
