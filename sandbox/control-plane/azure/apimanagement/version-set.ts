import { type Properties, text } from "../../property-value.ts";
import type { CheckFailure, ResourceModel } from "../../resource-model.ts";
import type { AzureSettings } from "../arm.ts";
import { versionSets } from "./record.ts";
import { servicePart } from "./service-part.ts";

/** `azure-native:apimanagement:ApiVersionSet`: the versions of an API, which the first segment after its path selects. */
export const apiVersionSet: ResourceModel<AzureSettings> = servicePart({
  kind: versionSets,
  path: "apiVersionSets/{versionSetId}",
  verify,
  check: () => {},
});

function verify(inputs: Properties): readonly CheckFailure[] {
  const scheme = text(inputs, "versioningScheme");
  if (scheme === undefined || scheme === "Segment") return [];
  const reason = `the sandbox serves versions in the path only, not by ${scheme}; use "Segment"`;
  return [{ property: "versioningScheme", reason }];
}
