import { type Properties, text, textMap } from "../property-value.ts";

export interface GcpSettings {
  readonly project: string;
  readonly region: string | undefined;
}

export function projectOf(settings: GcpSettings, properties: Properties): string {
  return text(properties, "project") ?? settings.project;
}

/** The number of every project in the sandbox. */
export const projectNumber = "000000000000";

/** The account of what names no service account. */
export const defaultComputeAccount = `${projectNumber}-compute@developer.gserviceaccount.com`;

/** The provider's three outputs for labels: those of the program, those with the provider's own labels, and all. */
export function labelOutputs(inputs: Properties): Properties {
  const labels = textMap(inputs.labels) ?? {};
  const all = { ...labels, "goog-pulumi-provisioned": "true" };
  return { labels: { ...labels }, pulumiLabels: all, effectiveLabels: all };
}
