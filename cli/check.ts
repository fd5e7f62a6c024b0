import { Command, Option } from "commander";
import type { Api } from "../components/api/checked-api.ts";
import { PolygateError, type Vendor } from "../components/api/problem.ts";
import { type CheckReport, invalidReport, reportOn } from "./check-report.ts";
import { checkText } from "./check-text.ts";
import {
  type DescriptionOptions,
  exportOption,
  fileArgument,
  overlayOption,
  readApi,
  waiveOption,
} from "./description-file.ts";
import { exitCode } from "./exit-code.ts";
import { severalOf } from "./option-values.ts";
import { printJson, printStyled } from "./output.ts";
import { placeOf, vendors } from "./targets.ts";

interface CheckOptions extends DescriptionOptions {
  readonly vendor?: readonly Vendor[];
  readonly json?: true;
}

/** `polygate check FILE` */
export function checkCommand(): Command {
  return new Command("check")
    .description("report which features of an API each vendor supports, and how")
    .addArgument(fileArgument)
    .addOption(
      new Option(
        "--vendor <vendor>",
        `the vendor to check: ${vendors.join(", ")}; may be repeated (default: all)`,
      ).argParser(severalOf(vendors)),
    )
    .addOption(exportOption)
    .addOption(overlayOption)
    .addOption(waiveOption)
    .option("--json", "print the report as JSON")
    .addHelpText(
      "after",
      "\nExit code: 0 if every vendor supports the API, 2 if one does not or the description is invalid, 1 for any other error.",
    )
    .action(check);
}

async function check(file: string, options: CheckOptions): Promise<void> {
  const report = await reportOf(file, options);
  if (options.json) printJson(report);
  else printStyled(checkText(report));
  if (!report.carried) process.exitCode = exitCode.notCarried;
}

async function reportOf(
  file: string,
  { waive = {}, vendor = vendors, json, ...source }: CheckOptions,
): Promise<CheckReport> {
  let api: Api;
  try {
    api = await readApi(file, source);
  } catch (error) {
    if (json && error instanceof PolygateError) return invalidReport(file, error.problems);
    throw error;
  }
  return reportOn(api, { file, vendors: vendor, waivers: waive, place: placeOf(file) });
}
