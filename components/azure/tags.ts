import type { TagRules } from "../gateway/tags.ts";

const longest = { name: 512, value: 256 };
const reserved = /[<>%&\\?/]/;

/** https://learn.microsoft.com/azure/azure-resource-manager/management/tag-resources */
export const tagRules: TagRules = {
  vendor: "azure",
  most: 50,
  name: (name) =>
    name !== "" && name.length <= longest.name && !reserved.test(name)
      ? undefined
      : `A tag's name must have 1 to ${longest.name} characters without < > % & \\ ? /.`,
  value: (value) =>
    typeof value === "string" && value.length <= longest.value
      ? undefined
      : `A tag's value must be a string with at most ${longest.value} characters.`,
};
