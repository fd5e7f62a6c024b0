import { type Properties, textMap } from "../property-value.ts";

export type Tags = Readonly<Record<string, string>>;

/** The tags that a program sets on a resource. */
export function tagsOf(inputs: Properties): Tags {
  return textMap(inputs.tags) ?? {};
}

/** The two outputs that hold a resource's tags. They are equal, because the sandbox has no default tags of a provider. */
export function tagOutputs(tags: Tags): { readonly tags: Tags; readonly tagsAll: Tags } {
  return { tags, tagsAll: tags };
}
