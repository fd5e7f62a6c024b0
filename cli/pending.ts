import { Argument, Command, Option } from "commander";
import { askAws, lookLine } from "./aws-look.ts";
import { whereaboutsOf } from "./aws-whereabouts.ts";
import { CommandError } from "./command-error.ts";
import { type Found, importFile } from "./import-file.ts";
import { several } from "./option-values.ts";
import { note, print, printJson } from "./output.ts";
import { type PendingCreate, readPendingCreates } from "./pending-creates.ts";
import { shellWord } from "./shell-word.ts";

const stateArgument = new Argument("[file]", "what `pulumi stack export` wrote (default: standard input)");
const foundOption = new Option(
  "--found <name[=id]>",
  "one that is there, as its line says; may be repeated. The output is then a file for `pulumi import`",
).argParser(several);

const lookOption = new Option(
  "--look",
  "look for all others with the AWS command line (aws). The output is then such a file too",
);

interface PendingOptions {
  readonly found?: readonly string[];
  readonly look?: true;
}

/** `polygate pending [FILE]` */
export function pendingCommand(): Command {
  return new Command("pending")
    .description("what an engine was making when it was killed, where to look for it, and how to go on")
    .addArgument(stateArgument)
    .addOption(foundOption)
    .addOption(lookOption)
    .action(pending);
}

async function pending(file: string | undefined, { found: given = [], look }: PendingOptions): Promise<void> {
  const creates = readPendingCreates(file);
  const found = given.map((text) => foundOf(text, creates));
  if (look === true) {
    const others = creates.filter((create) => !found.some((one) => one.create === create));
    // One after the other: what AWS answers in a minute is limited.
    for (const create of others) found.push(...(await lookedFor(create)));
    if (found.length === 0) note("nothing is there that could be imported; `pulumi up` goes on");
  }
  if (found.length > 0 || look === true) printJson(importFile(found));
  else if (creates.length === 0) print("Nothing was being made: `pulumi up` goes on.");
  else print([...creates.map(told), steps(creates)].join("\n\n"));
}

/** What AWS has of it that is to be imported; what else there is to know is said. */
async function lookedFor(create: PendingCreate): Promise<readonly Found[]> {
  const { name, standing } = create;
  const whereabouts = whereaboutsOf(create);
  if (whereabouts === undefined) note(`${name}: this type is not known here; look by hand`);
  if (whereabouts === undefined || whereabouts.kind === "same" || isStanding(create)) return [];
  const there = await askAws(whereabouts);
  if (standing !== undefined) {
    for (const id of there) note(`${name}: ${id} is there and nothing uses it; delete it`);
    return [];
  }
  const [id, other] = there;
  if (other !== undefined) {
    throw new CommandError(
      `${name}: AWS has several that it may be, ${there.join(", ")}; choose: --found ${shellWord(name)}=ID`,
    );
  }
  return id === undefined ? [] : [{ create, id: whereabouts.id(id) }];
}

function told(create: PendingCreate): string {
  return [`${create.name} (${create.type})`, ...waysOf(create)].join("\n  ");
}

function waysOf(create: PendingCreate): readonly string[] {
  const { name, standing } = create;
  const whereabouts = whereaboutsOf(create);
  if (whereabouts?.kind === "same") return ["The next update makes the same one, there or not."];
  if (isStanding(create)) return ["The state has it by now."];
  const look =
    whereabouts === undefined
      ? `Look for it with its vendor's tool; its id: https://www.pulumi.com/registry/packages/${packageOf(create)}/, Import.`
      : `Look:  ${lookLine(whereabouts)}`;
  if (standing !== undefined) return [look, `There, and not ${standing.id}: delete it. Nothing uses it.`];
  return [look, `There: --found ${shellWord(name)}${whereabouts?.kind === "named" ? "" : "=ID"}`];
}

/** Whether the one of the state is the very same. What cannot be told is not said to be another one: that would be deleted. */
function isStanding(create: PendingCreate): boolean {
  if (create.standing === undefined) return false;
  try {
    const [own, its] = [create.inputs, create.standing.inputs].map((inputs) => whereaboutsOf({ ...create, inputs }));
    return own?.kind === "named" && its?.kind === "named" && own.id("") === its.id("");
  } catch {
    return true;
  }
}

function packageOf({ type }: PendingCreate): string {
  return type.split(":")[0] ?? type;
}

function steps(creates: readonly PendingCreate[]): string {
  const importable = creates.some((create) => !create.standing && whereaboutsOf(create)?.kind !== "same");
  return [
    ...(importable
      ? [
          "Before the next update, import what is there:",
          "  pulumi stack export | polygate pending --look > found.json   # or --found NAME, --found NAME=ID",
          "  pulumi import --file found.json --protect=false --generate-code=false",
        ]
      : []),
    "`pulumi up` then goes on. It warns of all these until `pulumi refresh --clear-pending-creates`.",
  ].join("\n");
}

/** What `--found` says: which one, by its name or its URN, and by which id it is imported. */
function foundOf(text: string, creates: readonly PendingCreate[]): Found {
  const matching = creates.filter(({ name, urn }) =>
    [name, urn].some((own) => text === own || text.startsWith(`${own}=`)),
  );
  const [create, other] = matching;
  if (create === undefined) {
    const names = creates.map(({ name }) => name).join(", ");
    throw new CommandError(`--found ${text}: nothing of this name was being made; ${names || "nothing was at all"}`);
  }
  if (other !== undefined)
    throw new CommandError(`--found ${text}: there are several of this name; write the URN, such as ${create.urn}`);
  const given = text.slice((text.startsWith(create.urn) ? create.urn : create.name).length + 1);
  const whereabouts = whereaboutsOf(create);
  if (whereabouts?.kind === "same")
    throw new CommandError(`--found ${text}: leave it out; the next update makes the same one`);
  if (create.standing !== undefined) {
    throw new CommandError(`--found ${text}: the state has ${create.standing.id} by this name; leave it out`);
  }
  if (whereabouts?.kind === "named") return { create, id: given || whereabouts.id("") };
  if (given === "") throw new CommandError(`--found ${text}: its vendor chose its id; write ${create.name}=ID`);
  return { create, id: whereabouts?.id(given) ?? given };
}
