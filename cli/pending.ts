import { Argument, Command, Option } from "commander";
import { printable } from "../components/api/problem.ts";
import { CommandError } from "./command-error.ts";
import { type Found, importFile } from "./import-file.ts";
import { ask, lookLine } from "./look.ts";
import { several } from "./option-values.ts";
import { note, noteLine, print, printJson } from "./output.ts";
import { type PendingCreate, readPendingCreates } from "./pending-creates.ts";
import { shellWord } from "./shell-word.ts";
import { whereaboutsOf } from "./whereabouts.ts";

const stateArgument = new Argument("[file]", "the output of `pulumi stack export` (default: standard input)");
const foundOption = new Option(
  "--found <name[=id]>",
  "a resource that exists, as the list names it; may be repeated; prints a file for `pulumi import`",
).argParser(several);

const lookOption = new Option(
  "--look",
  "look for all other resources with the vendors' command lines (aws, az, gcloud); prints a file for `pulumi import`",
);

interface PendingOptions {
  readonly found?: readonly string[];
  readonly look?: true;
}

/** `polygate pending [FILE]` */
export function pendingCommand(): Command {
  return new Command("pending")
    .description("list the resources that an engine was creating when it was killed, and how to import them")
    .addArgument(stateArgument)
    .addOption(foundOption)
    .addOption(lookOption)
    .action(pending);
}

async function pending(file: string | undefined, { found: names = [], look }: PendingOptions): Promise<void> {
  const creates = await readPendingCreates(file);
  const found = names.map((text) => foundOf(text, creates));
  if (look === true) {
    const others = creates.filter((create) => !found.some((resource) => resource.create === create));
    // One after the other, since vendors limit the number of requests per minute.
    for (const create of others) found.push(...(await lookFor(create)));
    if (found.length === 0) note("no resource to import exists; continue with `pulumi up`");
  }
  if (found.length > 0 || look === true) printJson(importFile(found));
  else if (creates.length === 0) print("No resource was being created. Continue with `pulumi up`.");
  else print([...creates.map((create) => described(create, keyOf(create, creates))), steps(creates)].join("\n\n"));
}

/** Looks for a resource with the vendor's command line, and returns the one to import. Prints a note about every other result. */
async function lookFor(create: PendingCreate): Promise<readonly Found[]> {
  const { name, recorded } = create;
  const whereabouts = whereaboutsOf(create);
  if (whereabouts === undefined)
    noteLine(`${name}: this command does not know the type; look for the resource by hand`);
  if (whereabouts === undefined || whereabouts.kind === "same" || isRecorded(create)) return [];
  const ids = await ask(whereabouts);
  if (recorded !== undefined) {
    for (const id of ids) noteLine(`${name}: ${id} exists and nothing uses it; delete it`);
    return [];
  }
  const [id, other] = ids;
  if (other !== undefined) {
    throw new CommandError(
      `${name}: there are several candidates, ${ids.join(", ")}; choose one with --found ${shellWord(name)}=ID`,
    );
  }
  return id === undefined ? [] : [{ create, id: whereabouts.id(id) }];
}

/** The name of a resource; its URN if another one has the same name. */
function keyOf({ name, urn }: PendingCreate, creates: readonly PendingCreate[]): string {
  return creates.filter((create) => create.name === name).length === 1 ? name : urn;
}

/** @param key what `--found` names the resource by */
function described(create: PendingCreate, key: string): string {
  return [printable(`${create.name} (${create.type})`), ...instructions(create, key)].join("\n  ");
}

function instructions(create: PendingCreate, key: string): readonly string[] {
  const { recorded } = create;
  const whereabouts = whereaboutsOf(create);
  if (whereabouts?.kind === "same") return ["The next update creates it or takes it over. Nothing to do."];
  if (isRecorded(create)) return ["The state contains it. Nothing to do."];
  const look =
    whereabouts === undefined
      ? printable(
          `Look for it with the vendor's tools. The id to import: https://www.pulumi.com/registry/packages/${packageOf(create)}/ (Import)`,
        )
      : `Look:      ${lookLine(whereabouts)}`;
  if (recorded !== undefined)
    return [look, printable(`If it exists and is not ${recorded.id}: delete it. Nothing uses it.`)];
  return [look, `If found:  --found ${shellWord(key)}${whereabouts?.kind === "named" ? "" : "=ID"}`];
}

/** Whether the state contains this resource. If that is not certain, it does: any other resource would be deleted. */
function isRecorded(create: PendingCreate): boolean {
  if (create.recorded === undefined) return false;
  try {
    const [pending, recorded] = [create.inputs, create.recorded.inputs].map((inputs) =>
      whereaboutsOf({ ...create, inputs }),
    );
    return pending?.kind === "named" && recorded?.kind === "named" && pending.id("") === recorded.id("");
  } catch {
    return true;
  }
}

function packageOf({ type }: PendingCreate): string {
  return type.split(":")[0] ?? type;
}

function steps(creates: readonly PendingCreate[]): string {
  const importable = creates.some((create) => !create.recorded && whereaboutsOf(create)?.kind !== "same");
  return [
    ...(importable
      ? [
          "Before the next update, import the resources that exist:",
          "  pulumi stack export | polygate pending --look > found.json   # or --found NAME, --found NAME=ID",
          "  pulumi import --file found.json --protect=false --generate-code=false",
        ]
      : []),
    "Then continue with `pulumi up`. It warns about these resources until `pulumi refresh --clear-pending-creates`.",
  ].join("\n");
}

/** The resource that `--found` names by its name or URN, and the id to import it by. */
function foundOf(text: string, creates: readonly PendingCreate[]): Found {
  const matching = creates.filter(({ name, urn }) =>
    [name, urn].some((key) => text === key || text.startsWith(`${key}=`)),
  );
  const [create, other] = matching;
  if (create === undefined) {
    const names = creates.map(({ name }) => name).join(", ");
    throw new CommandError(
      `--found ${text}: no resource of this name was being created; write one of: ${names || "none"}`,
    );
  }
  if (other !== undefined)
    throw new CommandError(`--found ${text}: several resources have this name; write the URN, e.g. ${create.urn}`);
  const id = text.slice((text.startsWith(create.urn) ? create.urn : create.name).length + 1);
  const whereabouts = whereaboutsOf(create);
  if (whereabouts?.kind === "same")
    throw new CommandError(`--found ${text}: remove it; the next update creates the resource or takes it over`);
  if (create.recorded !== undefined) {
    throw new CommandError(`--found ${text}: remove it; the state already contains ${create.recorded.id} by this name`);
  }
  if (whereabouts?.kind === "named") return { create, id: id || whereabouts.id("") };
  if (id === "") throw new CommandError(`--found ${text}: the vendor chose the id; write ${create.name}=ID`);
  return { create, id: whereabouts?.id(id) ?? id };
}
