import type { Input } from "@pulumi/pulumi";
import { type Problem, ProblemList } from "../../api/problem.ts";
import { isLater, isObjectNow } from "../../gateway/later.ts";
import type { Target } from "../../gateway/target.ts";

/** Labels by name. A value may be an Output. */
export type Labels = Readonly<Record<string, Input<string>>>;

// https://cloud.google.com/resource-manager/docs/labels-overview#requirements
const maximum = 64;
const label = {
  name: /^[\p{Ll}\p{Lo}][\p{Ll}\p{Lo}\p{N}_-]{0,62}$/u,
  value: /^[\p{Ll}\p{Lo}\p{N}_-]{0,63}$/u,
};

/** Adds the check of the labels to a target. */
export function withLabels<Document>(target: Target<Document>, labels: unknown): Target<Document> {
  return { ...target, check: (api) => [...target.check(api), ...checkLabels(labels)] };
}

function checkLabels(labels: unknown): readonly Problem[] {
  if (labels === undefined) return [];
  const problems = new ProblemList({ vendor: "gcp", place: "labels" });
  if (!isObjectNow(labels)) {
    problems.refuse(
      "bad-label",
      "Labels must be an object whose names are known before the deployment.",
      'Write { team: "orders" }; a value may be an Output.',
    );
    return problems.all;
  }
  const entries = Object.entries(labels);
  if (entries.length > maximum) {
    problems.refuse(
      "too-many-labels",
      `There are ${entries.length} labels; a resource has at most ${maximum}.`,
      "Remove some labels.",
    );
  }
  for (const [name, value] of entries)
    checkLabel(problems.for({ place: `labels[${JSON.stringify(name)}]` }), name, value);
  return problems.all;
}

function checkLabel(problems: ProblemList, name: string, value: unknown): void {
  if (!label.name.test(name)) {
    problems.refuse(
      "bad-label",
      "A label's name must have 1 to 63 characters: lowercase letters, digits, _ and -, and a letter first.",
      "Rename the label.",
    );
  }
  if (isLater(value) || (typeof value === "string" && label.value.test(value))) return;
  problems.refuse(
    "bad-label",
    "A label's value must be a string of at most 63 characters: lowercase letters, digits, _ and -.",
    "Change the label's value.",
  );
}
