import { styleText } from "node:util";
import { formOf } from "../components/api/capability/capabilities.ts";
import type { Feature } from "../components/api/capability/features.ts";
import { features as featureNames } from "../components/api/capability/features.ts";
import type { Unchecked } from "../components/api/description.ts";
import { byCause, causeLines, mostLines } from "../components/api/problem/causes.ts";
import { printable } from "../components/api/problem.ts";
import { cautionLabel } from "../components/gateway/target.ts";
import type { CheckReport, OtherClass, VendorReport } from "./check-report.ts";

/** The number of routes that a line lists before it counts the rest. */
const listed = 3;

/** A report as text. */
export function checkText(report: CheckReport): string {
  const { file, title, routes = 0, open = [] } = report;
  const name = title === undefined ? file : `${file}: ${title}`;
  const head = printable(`${name}, ${counted(routes, "route")}, ${open.length === 0 ? "none" : open.length} open`);
  const refusing = report.vendors.filter(({ problems }) => problems.length > 0).length;
  const most = Math.floor(mostLines / Math.max(1, refusing));
  return [
    head,
    ...descriptionLines(report),
    ...report.vendors.flatMap((vendor) => ["", ...section(vendor, most)]),
  ].join("\n");
}

/** What a reviewer must know about the API on every vendor, and what each gateway must bind. */
export function descriptionLines(report: CheckReport): readonly string[] {
  const { open = [], bind = [] } = report;
  const reasons = [...Map.groupBy(open, ({ reason }) => reason)].map(
    ([reason, entries]) => `  open  ${printable(`${joined(entries.map(({ route }) => route))}: ${reason}`)}`,
  );
  const bindings = bind.map(({ place, needs }) => `  bind  ${place}: ${needs.join(", ")}`);
  const ignored = Object.entries(report.ignored ?? {}).map(
    ([extension, reason]) => `  ignored  ${printable(`${extension}: ${reason}`)}`,
  );
  const unchecked = (report.unchecked ?? []).flatMap((each) => uncheckedLines(each, "  unchecked  "));
  const notes = (report.notes ?? []).map(({ what, routes: on }) => `  note  ${printable(`${what} (${joined(on)})`)}`);
  return [...reasons, ...bindings, ...ignored, ...unchecked, ...notes];
}

/** @param most the number of lines that the problems may have */
function section(report: VendorReport, most: number): readonly string[] {
  return [
    `${styleText("bold", report.vendor)}: ${verdict(report)}`,
    ...report.others.map((other) => printable(`  ${otherLine(other, report.carried)}`)),
    ...causeLines(byCause(report.problems.map(({ vendor: _, ...problem }) => problem)), most),
    ...waivedLines(report),
    ...report.unchecked.flatMap((each) => uncheckedLines(each, "  unchecked: ")),
    ...meetingLines(report),
    ...cautionLines(report),
    ...featureLines(report),
    ...limitLines(report),
    ...divergenceLines(report),
  ];
}

function verdict(report: VendorReport): string {
  const { carried, resources, problems } = report;
  const subject = `${formOf(report)}${inTier(report)}`;
  return carried
    ? `${styleText("green", "supported")} by ${subject}, in ${counted(resources, "resource")}`
    : `${styleText("red", "not supported")} by ${subject}: ${counted(problems.length, "problem")}`;
}

function inTier({ carried, tier, tiers = [] }: VendorReport): string {
  if (tier === undefined) return "";
  if (!carried) return ` in any tier; ${tier} has the fewest problems`;
  const others = tiers.filter((other) => other !== tier);
  return ` in the tier ${tier}${others.length === 0 ? "" : ` (or ${others.join(", ")})`}`;
}

/** Why another class of the vendor is not recommended. */
function otherLine({ className, costsLess, problems }: OtherClass, isSupported: boolean): string {
  const price = costsLess ? "which costs less" : "which costs more";
  if (problems.length === 0) return `also supported by ${className}, ${price}`;
  if (!isSupported) return `not supported by ${className} either: ${counted(problems.length, "problem")}`;
  const missing = problems.map(({ feature, rule }) =>
    feature === undefined ? rule : featureNames[feature as Feature],
  );
  return `not supported by ${className}, ${price}: ${joined([...new Set(missing)], "; ")}`;
}

function uncheckedLines({ what, reason, routes, places = [] }: Unchecked, label: string): readonly string[] {
  const first = `${label}${printable(`${what} (${joined(routes)}): ${reason}`)}`;
  return places.length === 0 ? [first] : [first, `    ${printable(`at ${joined(places, "; ")}`)}`];
}

function waivedLines({ waived }: VendorReport): readonly string[] {
  return waived.map(({ what, reason, routes }) =>
    printable(`  waived: ${what}${routes.length === 0 ? "" : ` (${joined(routes)})`}: ${reason}`),
  );
}

function meetingLines({ meetings }: VendorReport): readonly string[] {
  return meetings.map(({ route, meets, path, because }) =>
    printable(`  meets: ${route} meets ${joined(meets)} at ${JSON.stringify(path)}: ${because}`),
  );
}

function cautionLines({ cautions }: VendorReport): readonly string[] {
  const lines = cautions.flatMap((caution) => [
    `  ${cautionLabel(caution)}: ${caution.route}: ${caution.what}`,
    `    ${caution.advice}`,
  ]);
  return lines.map((line) => printable(line));
}

function featureLines({ features }: VendorReport): readonly string[] {
  const rows = features.map((feature) =>
    feature.support === "none"
      ? { support: "no", text: `${feature.name}: ${feature.why}` }
      : { support: feature.support, text: `${feature.name}: ${feature.how}` },
  );
  const width = Math.max(...rows.map(({ support }) => support.length));
  return ["  features of the API", ...rows.map(({ support, text }) => `    ${support.padEnd(width)}  ${text}`)];
}

function limitLines({ features, limitPrecision, limits }: VendorReport): readonly string[] {
  const usesLimits = features.some(({ feature }) => /^(limits|plans)\./.test(feature));
  const numbers = Object.values(limits).map(
    ({ value, unit, raisable }) =>
      `    ${value.toLocaleString("en-US")} ${unit}${raisable ? " (raised on request)" : ""}`,
  );
  return [
    ...(usesLimits ? ["  how limits are counted", `    ${limitPrecision}`] : []),
    "  maximum numbers of the vendor",
    ...numbers,
  ];
}

function divergenceLines({ divergences }: VendorReport): readonly string[] {
  const casesByReason = new Map<string, string[]>();
  for (const { reason, case: name } of divergences) {
    casesByReason.set(reason, [...(casesByReason.get(reason) ?? []), name]);
  }
  const lines = [...casesByReason].map(([reason, cases]) => `    ${cases.join(", ")}: ${reason}`);
  return lines.length === 0 ? [] : ["  decided differently than by other vendors", ...lines];
}

/** Joins texts, and counts those after the first few. */
export function joined(texts: readonly string[], separator = ", "): string {
  const more = texts.length - listed;
  return `${texts.slice(0, listed).join(separator)}${more > 0 ? ` and ${more} more` : ""}`;
}

export function counted(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? "" : "s"}`;
}
