import {
  type Capabilities,
  formOf,
  type Support,
  type VendorLimit,
} from "../components/api/capability/capabilities.ts";
import { type Feature, features } from "../components/api/capability/features.ts";
import { waivable } from "../components/api/capability/waivers.ts";
import { table, text } from "./table.ts";

const words: Readonly<Record<Support["support"], string>> = { native: "native", composed: "composed", none: "—" };

/** Whether each class supports each feature, one word for each cell. */
export function overview(tables: readonly Capabilities[]): string {
  const rows = featureNames.map((feature) => [
    text(features[feature]),
    ...tables.map((table) => words[table.features[feature].support]),
  ]);
  return table(["", ...tables.map(heading)], rows);
}

/** How each class supports each feature, with one column for each class. */
export function compared(tables: readonly Capabilities[]): string {
  const rows = featureNames.map((feature) => [
    text(features[feature]),
    ...tables.map(({ features: { [feature]: found } }) =>
      found.support === "none" ? "—" : text(`${found.support === "composed" ? "composed: " : ""}${found.how}`),
    ),
  ]);
  return table(["", ...tables.map(heading)], rows);
}

/** The features that a class supports, and what each becomes. */
export function supported({ features: found }: Capabilities): string {
  const rows = featureNames.flatMap((feature) => {
    const entry = found[feature];
    return entry.support === "none" ? [] : [[text(features[feature]), text(sentence(entry.how))]];
  });
  return table(["feature", "what it becomes"], rows);
}

/** The features that a class does not support, and what to do instead. Features with the same reason share a row. */
export function unsupported({ features: found }: Capabilities): string {
  const rows = new Map<string, string[]>();
  for (const feature of featureNames) {
    const entry = found[feature];
    if (entry.support !== "none") continue;
    const reason = `${text(sentence(entry.why))} | ${text(entry.instead)}`;
    rows.set(reason, [...(rows.get(reason) ?? []), text(features[feature])]);
  }
  return table(
    ["feature", "why", "what to do instead"],
    [...rows].map(([reason, names]) => [names.join("<br>"), reason]),
  );
}

/** The page of all classes: how each supports each feature, or what to do instead, and its limits. */
export function details(tables: readonly Capabilities[]): string {
  const intro = [
    "# Capabilities",
    "",
    "Which features each gateway class supports, and how. `npm run docs` generates this page from the tables that the components use.",
    "A route with the method `ANY` is one route for each of its methods, so every class supports it.",
    "A feature that a class does not support is an error at preview. These can be waived with a reason:",
    `${Object.keys(waivable).join(", ")}. Authentication and scopes cannot be waived.`,
    "",
    "- **native**: the vendor has the feature.",
    "- **composed**: Polygate adds a resource of its own, such as a function, to provide the feature.",
    "- **—**: not supported. The table of the class names an alternative.",
    "",
    overview(tables),
  ];
  return [...intro, ...tables.map(section)].join("\n");
}

const featureNames = Object.keys(features) as Feature[];

/** The name of a class as code, with the form in which it is declared. */
function heading(capabilities: Capabilities): string {
  return formOf(capabilities).replace(/^\w+/, "`$&`");
}

function section(capabilities: Capabilities): string {
  const { limitPrecision, limits, divergences, noEscape } = capabilities;
  const support = featureNames.map((feature) => {
    const found = capabilities.features[feature];
    const how = found.support === "none" ? `${found.why}. ${found.instead}` : found.how;
    return [text(features[feature]), words[found.support], text(sentence(how))];
  });
  const numbers = Object.values<VendorLimit>(limits).map(({ value, unit, raisable, source }) => [
    text(unit),
    value.toLocaleString("en-US"),
    raisable ? "yes" : "no",
    `<${source}>`,
  ]);
  const texts = noEscape.map((refused) => [refused.where, refused.text, `\`${refused.code}\``]);
  const exceptions = divergences.map((divergence) => [`\`${divergence.case}\``, text(sentence(divergence.reason))]);
  return [
    `## ${heading(capabilities)}`,
    "",
    table(["feature", "", "how, or why not and what to do instead"], support),
    `How requests are counted for limits: ${sentence(limitPrecision)}`,
    "",
    table(["limit of the vendor", "maximum", "raised on request", "source"], numbers),
    texts.length === 0
      ? "It can express every text that a description can contain.\n"
      : `It rejects these texts, because it cannot express them:\n\n${table(["where", "what", "code"], texts)}`,
    exceptions.length === 0
      ? "It passes every case of [the contract](../test/contract/contract.md).\n"
      : `It decides these cases of [the contract](../test/contract/contract.md) differently:\n\n${table(["case", "reason"], exceptions)}`,
  ].join("\n");
}

/** The text as a sentence: with a capital letter, unless it begins with code, and a full stop. */
function sentence(words: string): string {
  const begun = `${words.charAt(0).toUpperCase()}${words.slice(1)}`;
  return /[.!?]$/.test(begun) ? begun : `${begun}.`;
}
