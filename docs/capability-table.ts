import type { Capabilities, Support, VendorLimit } from "../components/api/capability/capabilities.ts";
import { type Feature, features } from "../components/api/capability/features.ts";
import { waivable } from "../components/api/capability/waivers.ts";

const words: Readonly<Record<Support["support"], string>> = { native: "native", composed: "composed", none: "—" };

/** What each class carries, a word a cell. */
export function overview(tables: readonly Capabilities[]): string {
  const rows = featureNames.map((feature) => [
    text(features[feature]),
    ...tables.map((table) => words[table.features[feature].support]),
  ]);
  return table(["", ...tables.map(({ className }) => `\`${className}\``)], rows);
}

/** How each of several classes carries each feature, side by side. */
export function compared(tables: readonly Capabilities[]): string {
  const rows = featureNames.map((feature) => [
    text(features[feature]),
    ...tables.map(({ features: { [feature]: found } }) =>
      found.support === "none" ? "—" : text(`${found.support === "composed" ? "composed: " : ""}${found.how}`),
    ),
  ]);
  return table(["", ...tables.map(({ className }) => `\`${className}\``)], rows);
}

/** The whole page: how each class carries what it carries, what it lacks and what to do instead, and its numbers. */
export function details(tables: readonly Capabilities[]): string {
  const intro = [
    "# What each class carries",
    "",
    "Generated from the tables that the components decide by; `npm run docs` writes it anew. What is not carried is an error",
    `at preview. What may be waived, with a reason: ${Object.keys(waivable).join(", ")}; authentication and scopes never.`,
    "",
    overview(tables),
  ];
  return [...intro, ...tables.map(section)].join("\n");
}

const featureNames = Object.keys(features) as Feature[];

function section(capabilities: Capabilities): string {
  const { className, limitPrecision, limits, divergences, noEscape } = capabilities;
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
    `## \`${className}\``,
    "",
    table(["feature", "", "how, or why not and what instead"], support),
    `Limits: ${sentence(limitPrecision)}`,
    "",
    table(["number", "at most", "raised on request", "source"], numbers),
    texts.length === 0
      ? "It can write every text that a description may hold.\n"
      : `Texts that it has no way to write, and refuses:\n\n${table(["where", "what", "code"], texts)}`,
    exceptions.length === 0
      ? "It passes every case of [the contract](../test/contract/contract.md).\n"
      : `Cases of [the contract](../test/contract/contract.md) that it decides otherwise:\n\n${table(["case", "why"], exceptions)}`,
  ].join("\n");
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]): string => `| ${cells.join(" | ")} |`;
  return `${[line(head), line(head.map(() => "---")), ...rows.map(line)].join("\n")}\n`;
}

function text(plain: string): string {
  return plain.replaceAll("|", "\\|").replace(/\s*\n\s*/g, " ");
}

/** As a sentence of its own: a capital letter, unless it begins with code, and a full stop. */
function sentence(words: string): string {
  const begun = `${words.charAt(0).toUpperCase()}${words.slice(1)}`;
  return /[.!?]$/.test(begun) ? begun : `${begun}.`;
}
