import { randomUUID } from "node:crypto";
import { mkdir, readdir, rename, rm, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { Command, Option } from "commander";
import { PolygateError, type Vendor } from "../components/api/problem.ts";
import { CommandError } from "./command-error.ts";
import { type DescriptionOptions, exportOption, fileArgument, readApi, waiveOption } from "./description-file.ts";
import { note, print } from "./output.ts";
import { classNames, classOf, offersOf, placeOf, tiersOf, vendors } from "./targets.ts";
import { recommended, type Verdict, verdictOn } from "./verdict.ts";

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
    .description("write the very artefacts that would be deployed, with placeholders for bindings")
    .addArgument(fileArgument)
    .addOption(new Option("--vendor <vendor>", "whose artefacts").choices(vendors).makeOptionMandatory())
    .requiredOption("--out <dir>", "where to write them; made when it is missing")
    .addOption(
      new Option(
        "--class <class>",
        "the class of gateway (default: the one that costs least of those that carry the API)",
      ).choices(classNames()),
    )
    .addOption(
      new Option("--sku <tier>", "the tier of the API Management service (default: the first that carries the API)")
        .choices(tiersOf("azure"))
        .helpGroup("Azure:"),
    )
    .addOption(new Option("--path <path>", 'the API\'s own path on the service (default: "api")').helpGroup("Azure:"))
    .addOption(exportOption)
    .addOption(waiveOption)
    .action(render);
}

async function render(file: string, options: RenderOptions): Promise<void> {
  const { vendor, out, sku, waive = {} } = options;
  for (const name of ["sku", "path"] as const) {
    if (options[name] !== undefined && vendor !== "azure") {
      throw new CommandError(`--${name} is for --vendor azure alone; leave it out`);
    }
  }
  const api = await readApi(file, options.export);
  const place = { ...placeOf(file), ...(options.path === undefined ? {} : { path: options.path }) };
  const offers = offersOf(vendor, place).filter(
    (offer) =>
      (sku === undefined || offer.tier === sku) && (options.class === undefined || classOf(offer) === options.class),
  );
  const verdict = recommended(offers.map((offer) => verdictOn(offer, api, waive)));
  if (verdict === undefined) throw new CommandError(`${options.class} is no class of ${vendor}; leave --class out`);
  if (verdict.problems.length > 0) throw new PolygateError(`${file} on ${nameOf(verdict)}`, verdict.problems);
  for (const path of await writeAll(out, verdict.artefacts)) print(path);
  const others = (await readdir(out)).filter((name) => !Object.hasOwn(verdict.artefacts, name));
  if (others.length > 0) note(`${out} also holds what is no part of this: ${others.toSorted().join(", ")}`);
}

function nameOf({ offer: { target, tier } }: Verdict): string {
  return `${target.capabilities.className}${tier === undefined ? "" : `, tier ${tier}`}`;
}

/** Found before anything is renamed, rather than in the middle of it. */
const folderInTheWay = Object.assign(new Error("a folder is in the way"), { code: "EISDIR" });

/** Writes all of the files or none: whoever reads the folder sees no part of one, and none beside an older other. */
async function writeAll(folder: string, texts: Readonly<Record<string, string>>): Promise<readonly string[]> {
  const mark = `.${randomUUID()}`;
  const files = Object.entries(texts).map(([name, text]) => {
    const path = join(folder, name);
    return { path, temporary: `${path}${mark}`, text };
  });
  let under = folder;
  try {
    await mkdir(folder, { recursive: true });
    for (const { path, temporary, text } of files) {
      under = path;
      if ((await stat(path).catch(() => undefined))?.isDirectory()) throw folderInTheWay;
      await writeFile(temporary, text, { flag: "wx" });
    }
    for (const { path, temporary } of files) {
      under = path;
      await rename(temporary, path);
    }
  } catch (error) {
    for (const { temporary } of files) await rm(temporary, { force: true }).catch(() => {});
    throw new CommandError(`${under} cannot be written: ${why(error as NodeJS.ErrnoException)}`, { cause: error });
  }
  return files.map(({ path }) => path);
}

function why({ code = "unknown", message }: NodeJS.ErrnoException): string {
  switch (code) {
    case "ENOSPC":
    case "EDQUOT":
    case "EFBIG":
      return `there is no space left for it (${code}); free some, or name another folder with --out`;
    case "EACCES":
    case "EPERM":
    case "EROFS":
      return `this user may not write there (${code}); name another folder with --out`;
    case "EEXIST":
    case "ENOTDIR":
      return `a file is in the way (${code}); name a folder with --out`;
    case "EISDIR":
      return `a folder is in its way (${code}); remove it, or name another folder with --out`;
    default:
      return message;
  }
}
