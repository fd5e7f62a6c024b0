import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { Command, Option } from "commander";
import { PolygateError, printable, type Vendor } from "../components/api/problem.ts";
import { CommandError } from "./command-error.ts";
import {
  type DescriptionOptions,
  exportOption,
  fileArgument,
  overlayOption,
  readApi,
  waiveOption,
} from "./description-file.ts";
import { noteLine, print } from "./output.ts";
import { classNames, classOf, offersOf, placeOf, tiersOf, vendors } from "./targets.ts";
import { recommended, type Verdict, verdictOn } from "./verdict.ts";
import { writeFiles } from "./write-files.ts";

interface RenderOptions extends DescriptionOptions {
  readonly vendor: Vendor;
  readonly out: string;
  readonly class?: string;
  readonly sku?: string;
  readonly path?: string;
}

/** `polygate render FILE --vendor V --out DIR` */
export function renderCommand(): Command {
  return new Command("render")
    .description("write the artefacts that a deployment would create, with placeholders for bindings")
    .addArgument(fileArgument)
    .addOption(new Option("--vendor <vendor>", "the vendor to render for").choices(vendors).makeOptionMandatory())
    .requiredOption("--out <dir>", "the folder to write to; created if it does not exist")
    .addOption(
      new Option("--class <class>", "the gateway class (default: the cheapest one that supports the API)").choices(
        classNames(),
      ),
    )
    .addOption(
      new Option(
        "--sku <tier>",
        "the tier of the API Management service (default: the first one that supports the API)",
      )
        .choices(tiersOf("azure"))
        .helpGroup("Azure:"),
    )
    .addOption(new Option("--path <path>", 'the API\'s path on the service (default: "api")').helpGroup("Azure:"))
    .addOption(exportOption)
    .addOption(overlayOption)
    .addOption(waiveOption)
    .action(render);
}

async function render(file: string, options: RenderOptions): Promise<void> {
  const { vendor, out, sku, waive = {} } = options;
  for (const name of ["sku", "path"] as const) {
    if (options[name] !== undefined && vendor !== "azure") {
      throw new CommandError(`--${name} is only valid with --vendor azure; remove it`);
    }
  }
  const api = await readApi(file, options);
  const place = { ...placeOf(file), ...(options.path === undefined ? {} : { path: options.path }) };
  const offers = offersOf(vendor, place).filter(
    (offer) =>
      (sku === undefined || offer.tier === sku) && (options.class === undefined || classOf(offer) === options.class),
  );
  const verdict = recommended(offers.map((offer) => verdictOn(offer, api, waive)));
  if (verdict === undefined)
    throw new CommandError(`${vendor} has no class ${options.class}; remove --class, or name a class of ${vendor}`);
  if (verdict.problems.length > 0) throw new PolygateError(`${file} on ${nameOf(verdict)}`, verdict.problems);
  const files = Object.entries(verdict.artefacts).map(([name, text]) => ({ path: join(out, name), text }));
  await writeFiles(files, "pass another folder with --out");
  for (const { path } of files) print(printable(path));
  const others = (await readdir(out)).filter((name) => !Object.hasOwn(verdict.artefacts, name));
  if (others.length > 0) noteLine(`${out} also contains files of others: ${others.toSorted().join(", ")}`);
}

function nameOf({ offer }: Verdict): string {
  return `${classOf(offer)}${offer.tier === undefined ? "" : `, tier ${offer.tier}`}`;
}
