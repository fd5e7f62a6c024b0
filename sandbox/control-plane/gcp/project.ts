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

/** The inputs of an imported resource: a program that omits these gets what Google or the provider sets, without a difference. */
export function importedInputs(outputs: Properties): Properties {
  const {
    deletionPolicy: _policy,
    displayName: _name,
    managedService: _service,
    project: _project,
    ...inputs
  } = outputs;
  return inputs;
}
