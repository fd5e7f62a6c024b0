import { Command } from "commander";
import type { Endpoint } from "polygate-sandbox";
import { print, printJson } from "./output.ts";
import { dirOption, sandboxPackage } from "./sandbox-package.ts";

/** `polygate endpoints` */
export function endpointsCommand(): Command {
  return new Command("endpoints")
    .description("list the gateways that are deployed in the running sandbox")
    .addOption(dirOption)
    .option("--json", "print one list, for programs")
    .action(endpoints);
}

async function endpoints({ dir, json }: { readonly dir: string; readonly json?: true }): Promise<void> {
  const { findSandbox } = await sandboxPackage();
  const found = await (await findSandbox(dir)).endpoints();
  if (json) printJson(found);
  else if (found.length === 0) print(`no gateway is deployed in ${dir}`);
  else print(table(found));
}

function table(found: readonly Endpoint[]): string {
  const rows = [
    ["NAME", "VENDOR", "KIND", "REGION", "ROUTES", "URL"],
    ...found.map(({ name, vendor, kind, region, url, routes }) => [
      name,
      vendor,
      kind,
      region,
      String(routes.length),
      url,
    ]),
  ];
  const widths = rows[0]?.map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0))) ?? [];
  return rows
    .map((row) =>
      row
        .map((cell, column) => cell.padEnd(widths[column] ?? 0))
        .join("  ")
        .trimEnd(),
    )
    .join("\n");
}
