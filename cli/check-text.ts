import { styleText } from "node:util";
import type { Feature } from "../components/api/capability/features.ts";
import { features as featureNames } from "../components/api/capability/features.ts";
import { type Problem, printable } from "../components/api/problem.ts";
import type { CheckReport, OtherClass, VendorReport } from "./check-report.ts";

/** So many of several are named. */
const NAMED = 3;

/** A check's report, for people. */
export function checkText(report: CheckReport): string {
  const { file, title, routes = 0, open = [] } = report;
  const name = title === undefined ? file : `${file}: ${title}`;
  const head = printable(`${name}, ${counted(routes, "route")}, ${open.length === 0 ? "none" : open.length} open`);
  const reasons = open.map(({ route, reason }) => `  open  ${printable(`${route}: ${reason}`)}`);
  return [head, ...reasons, ...report.vendors.flatMap((vendor) => ["", ...section(vendor)])].join("\n");
}

function section(report: VendorReport): readonly string[] {
  const { vendor, carried, className, problems, waived, cautions, features, limitPrecision, limits, divergences } =
    report;
  const what = `${className}${inTier(report)}`;
  const verdict = carried
    ? `${styleText("green", "carried")} by ${what}, in ${counted(report.resources, "resource")}`
    : `${styleText("red", "refused")} by ${what}: ${counted(problems.length, "problem")}`;
  const support = features.map((feature) => ({
    how: feature.support === "none" ? "no" : feature.support,
    text: `${feature.name}: ${feature.support === "none" ? feature.why : feature.how}`,
  }));
  const width = Math.max(...support.map(({ how }) => how.length));
  const usesLimits = features.some(({ feature }) => /^(limits|plans)\./.test(feature));
  return [
    `${styleText("bold", vendor)}: ${verdict}`,
    ...report.others.map((other) => printable(`  ${otherLine(other, carried)}`)),
    ...grouped(problems).flatMap(problemLines),
    ...waived.map(({ what: feature, reason, routes }) =>
      printable(`  waived: ${feature}${routes.length === 0 ? "" : ` (${named(routes)})`}: ${reason}`),
    ),
    ...cautions.flatMap(({ route, what: unknown, advice }) =>
      [`  unverified: ${route}: ${unknown}`, `    ${advice}`].map((line) => printable(line)),
    ),
    "  what the API uses",
    ...support.map(({ how, text }) => `    ${how.padEnd(width)}  ${text}`),
    ...(usesLimits ? ["  how limits are counted", `    ${limitPrecision}`] : []),
    "  at most",
    ...Object.values(limits).map(
      ({ value, unit, raisable }) =>
        `    ${value.toLocaleString("en-US")} ${unit}${raisable ? " (raised on request)" : ""}`,
    ),
    ...(divergences.length === 0 ? [] : ["  decided otherwise than by the others"]),
    ...[...casesByReason(divergences)].map(([reason, cases]) => `    ${cases.join(", ")}: ${reason}`),
  ];
}

/** What decides between two classes of one vendor. */
function otherLine({ className, costsLess, problems }: OtherClass, carried: boolean): string {
  const price = costsLess ? "which costs less" : "which costs more";
  if (problems.length === 0) return `carried as well by ${className}, ${price}`;
  if (!carried) return `refused by ${className} too: ${counted(problems.length, "problem")}`;
  const deciding = problems.map(({ feature, rule }) =>
    feature === undefined ? rule : featureNames[feature as Feature],
  );
  return `refused by ${className}, ${price}: ${named([...new Set(deciding)], "; ")}`;
}

function casesByReason(divergences: VendorReport["divergences"]): ReadonlyMap<string, readonly string[]> {
  const cases = new Map<string, string[]>();
  for (const divergence of divergences) {
    cases.set(divergence.reason, [...(cases.get(divergence.reason) ?? []), divergence.case]);
  }
  return cases;
}

function inTier({ carried, tier, tiers = [] }: VendorReport): string {
  if (tier === undefined) return "";
  if (!carried) return ` in every tier; least by ${tier}`;
  const others = tiers.filter((other) => other !== tier);
  return ` in the tier ${tier}${others.length === 0 ? "" : ` (or ${others.join(", ")})`}`;
}

interface ProblemGroup {
  readonly problem: Problem;
  /** Where it stands: routes and places. */
  readonly at: string[];
}

/** The same thing said of many routes is said once. */
function grouped(problems: readonly Problem[]): readonly ProblemGroup[] {
  const groups = new Map<string, ProblemGroup>();
  for (const problem of problems) {
    const { code, rule, remedy, route, place } = problem;
    const key = JSON.stringify([code, rule, remedy]);
    const group = groups.get(key) ?? { problem, at: [] };
    groups.set(key, group);
    const at = route ?? place;
    if (at !== undefined) group.at.push(at);
  }
  return [...groups.values()];
}

function problemLines({ problem, at }: ProblemGroup): readonly string[] {
  const { code, rule, remedy } = problem;
  return [`${at.length === 0 ? "" : `${named(at)}: `}${rule}`, `${remedy} [${code}]`].map(
    (text, index) => `${index === 0 ? "  - " : "    "}${printable(text)}`,
  );
}

function named(places: readonly string[], separator = ", "): string {
  const more = places.length - NAMED;
  return `${places.slice(0, NAMED).join(separator)}${more > 0 ? ` and ${more} more` : ""}`;
}

function counted(count: number, what: string): string {
  return `${count} ${what}${count === 1 ? "" : "s"}`;
}
