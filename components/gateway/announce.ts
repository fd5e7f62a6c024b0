import { log, type Resource } from "@pulumi/pulumi";
import { printable } from "../api/problem.ts";
import type { Report } from "./report.ts";
import { cautionLabel } from "./target.ts";

/** Logs the report at every preview and update: what is open, waived, omitted, ignored, unchecked, unverified and unexpected. */
export function announce(report: Report, resource: Resource): void {
  const info = (text: string): unknown => log.info(printable(text), resource);
  const warn = (text: string): unknown => log.warn(printable(text), resource);
  for (const { route, reason } of report.open) info(`open: ${route}: ${reason}`);
  for (const { what, reason, routes } of report.waived) warn(`waived: ${what}${on(routes)}: ${reason}`);
  for (const { route, reason } of report.omitted) warn(`omitted: ${route}: ${reason}`);
  for (const { extension, reason } of report.ignored) warn(`ignored: ${extension}: ${reason}`);
  for (const [because, meetings] of Map.groupBy(report.meetings, (meeting) => meeting.because)) {
    const pairs = meetings.reduce((count, { meets }) => count + meets.length, 0);
    const others = pairs === 1 ? "" : ` (and ${pairs - 1} more ${pairs === 2 ? "pair" : "pairs"})`;
    const [first] = meetings;
    info(`meets: ${first?.route} meets ${first?.meets[0]} at ${JSON.stringify(first?.path)}${others}: ${because}`);
  }
  for (const { what, reason, routes, places } of report.unchecked) {
    warn(`unchecked: ${what}${on(routes)}${at(places)}: ${reason}`);
  }
  for (const { what, routes } of report.notes) info(`note: ${what}${on(routes)}`);
  for (const caution of report.cautions) {
    warn(`${cautionLabel(caution)}: ${caution.route}: ${caution.what}. ${caution.advice}`);
  }
}

/** The number of places that a line names. */
const named = 3;

function at(places: readonly string[] = []): string {
  if (places.length === 0) return "";
  const more = places.length > named ? ` and ${places.length - named} more` : "";
  return ` (${places.slice(0, named).join("; ")}${more})`;
}

function on(routes: readonly string[]): string {
  return routes.length === 0 ? "" : ` on ${routes.length === 1 ? routes[0] : `${routes.length} routes`}`;
}
