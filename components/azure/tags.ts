import type { ProblemList } from "../api/problem.ts";
import { isLater, isObjectNow } from "../gateway/later.ts";

/** https://learn.microsoft.com/azure/azure-resource-manager/management/tag-resources */
const most = { tags: 50, nameCharacters: 512, valueCharacters: 256 };
const reserved = /[<>%&\\?/]/;

/** Checks tags as far as they are known before the deployment. */
export function checkTags(tags: unknown, problems: ProblemList): void {
  if (tags === undefined) return;
  if (!isObjectNow(tags)) {
    const rule = "Tags must be an object whose names are known before the deployment.";
    problems.refuse("bad-tag", rule, 'Write { team: "orders" }. A value may be an Output.', { place: "tags" });
    return;
  }
  for (const [name, value] of Object.entries(tags)) {
    const isName = name !== "" && name.length <= most.nameCharacters && !reserved.test(name);
    const isValue = isLater(value) || (typeof value === "string" && value.length <= most.valueCharacters);
    if (isName && isValue) continue;
    const rule = isName
      ? `A tag's value must be a string with at most ${most.valueCharacters} characters.`
      : `A tag's name must have 1 to ${most.nameCharacters} characters without < > % & \\ ? /.`;
    const place = `tags[${JSON.stringify(name)}]`;
    problems.refuse("bad-tag", rule, "Rename the tag or change its value.", { place });
  }
  const count = Object.keys(tags).length;
  if (count <= most.tags) return;
  const rule = `A resource can have at most ${most.tags} tags. There are ${count}.`;
  problems.refuse("too-many-tags", rule, "Remove some tags.", { place: "tags", vendor: "azure" });
}
