import { Argument, Command, Option } from "commander";
import { whereaboutsOf } from "./aws-whereabouts.ts";
import { CommandError } from "./command-error.ts";
import { importFile } from "./import-file.ts";
import { several } from "./option-values.ts";
import { print, printJson } from "./output.ts";
import { type PendingCreate, readPendingCreates } from "./pending-creates.ts";
import { shellWord } from "./shell-word.ts";

const stateArgument = new Argument("[file]", "what `pulumi stack export` wrote (default: standard input)");
const foundOption = new Option(
  "--found <name[=id]>",
  "one that is there, as its line says; may be repeated. The output is then a file for `pulumi import`",
).argParser(several);

/** `polygate pending [FILE]` */
export function pendingCommand(): Command {
  return new Command("pending")
    .description("what an engine was making when it was killed, where to look for it, and how to go on")
    .addArgument(stateArgument)
    .addOption(foundOption)
    .action(pending);
}

function pending(file: string | undefined, { found = [] }: { readonly found?: readonly string[] }): void {
  const creates = readPendingCreates(file);
  if (found.length > 0) printJson(importFile(found.map((text) => foundOf(text, creates))));
  else if (creates.length === 0) print("Nothing was being made: `pulumi up` goes on.");
  else print([...creates.map(told), steps(creates)].join("\n\n"));
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
      : `Look:  ${["aws", ...whereabouts.look].map(shellWord).join(" ")}`;
  if (standing !== undefined) return [look, `There, and not ${standing.id}: delete it. Nothing uses it.`];
  return [look, `There: --found ${shellWord(name)}${whereabouts?.kind === "named" ? "" : "=ID"}`];
}

/** Whether the one of the state is the very same. What cannot be told is not said to be another one: that would be deleted. */
function isStanding({ standing, ...create }: PendingCreate): boolean {
  if (standing === undefined) return false;
  try {
    const [own, its] = [create.inputs, standing.inputs].map((inputs) => whereaboutsOf({ ...create, standing, inputs }));
    return own?.kind === "named" && its?.kind === "named" && own.id === its.id;
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
          "  pulumi stack export | polygate pending --found NAME --found NAME=ID > found.json",
          "  pulumi import --file found.json --protect=false --generate-code=false",
        ]
      : []),
    "`pulumi up` then goes on. It warns of all these until `pulumi refresh --clear-pending-creates`.",
  ].join("\n");
}

/** What `--found` says: which one, by its name or its URN, and by which id it is imported. */
function foundOf(
  text: string,
  creates: readonly PendingCreate[],
): { readonly create: PendingCreate; readonly id: string } {
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
  if (whereabouts?.kind === "named") return { create, id: given || whereabouts.id };
  if (given === "") throw new CommandError(`--found ${text}: its vendor chose its id; write ${create.name}=ID`);
  return { create, id: whereabouts?.id(given) ?? given };
}
