import { log, type Resource } from "@pulumi/pulumi";
import { printable } from "../api/problem.ts";
import type { Report } from "./report.ts";
import { cautionLabel } from "./target.ts";

/** Logs the report at every preview and update: what is open, waived, omitted, ignored, unverified and unexpected. */
export function announce(report: Report, resource: Resource): void {
  const info = (text: string): unknown => log.info(printable(text), resource);
  const warn = (text: string): unknown => log.warn(printable(text), resource);
  for (const { route, reason } of report.open) info(`open: ${route}: ${reason}`);
  for (const { what, reason, routes } of report.waived) {
    const on = routes.length === 0 ? "" : ` on ${routes.length === 1 ? routes[0] : `${routes.length} routes`}`;
    warn(`waived: ${what}${on}: ${reason}`);
  }
  for (const { route, reason } of report.omitted) warn(`omitted: ${route}: ${reason}`);
  for (const { extension, reason } of report.ignored) warn(`ignored: ${extension}: ${reason}`);
  for (const caution of report.cautions) {
    warn(`${cautionLabel(caution)}: ${caution.route}: ${caution.what}. ${caution.advice}`);
  }
}
