import { Command, Option } from "commander";
import type { Api } from "../components/api/checked-api.ts";
import { PolygateError, type Vendor } from "../components/api/problem.ts";
import { type CheckReport, reportOn, wrong } from "./check-report.ts";
import { checkText } from "./check-text.ts";
import { type DescriptionOptions, exportOption, fileArgument, readApi, waiveOption } from "./description-file.ts";
import { exitCode } from "./exit-code.ts";
import { severalOf } from "./option-values.ts";
import { print, printJson } from "./output.ts";
import { placeOf, vendors } from "./targets.ts";

interface CheckOptions extends DescriptionOptions {
  readonly vendor?: readonly Vendor[];
  readonly json?: true;
}

/** `polygate check FILE` */
export function checkCommand(): Command {
  return new Command("check")
    .description("say what each vendor can and cannot carry of an API, and how")
    .addArgument(fileArgument)
    .addOption(
      new Option("--vendor <vendor>", `one of ${vendors.join(", ")}; may be repeated (default: all)`).argParser(
        severalOf(vendors),
      ),
    )
    .addOption(exportOption)
    .addOption(waiveOption)
    .option("--json", "print one object, for programs")
    .addHelpText(
      "after",
      "\nEnds with 0 when every vendor asked carries the API, 2 when one does not or the description is wrong, else 1.",
    )
    .action(check);
}

async function check(file: string, options: CheckOptions): Promise<void> {
  const report = await reportOf(file, options);
  if (options.json) printJson(report);
  else print(checkText(report));
  if (!report.carried) process.exitCode = exitCode.notCarried;
}

async function reportOf(
  file: string,
  { export: name, waive = {}, vendor = vendors, json }: CheckOptions,
): Promise<CheckReport> {
  let api: Api;
  try {
    api = await readApi(file, name);
  } catch (error) {
    if (json && error instanceof PolygateError) return wrong(file, error.problems);
    throw error;
  }
  return reportOn(api, { file, vendors: vendor, waivers: waive, place: placeOf(file) });
}
