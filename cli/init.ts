import { basename, dirname, join, relative } from "node:path";
import { Command, Option } from "commander";
import { normalise } from "../components/api/check/normalise.ts";
import { type Reading, readingOf } from "../components/api/openapi/from-openapi.ts";
import { OpenApiSource } from "../components/api/openapi/source.ts";
import { type Problem, printable, type Vendor } from "../components/api/problem.ts";
import { type CheckReport, reportOn } from "./check-report.ts";
import { CommandError } from "./command-error.ts";
import { checkFile, isModule, pathOf } from "./description-file.ts";
import { exitCode } from "./exit-code.ts";
import { AnswerFlags, type FlagAnswer } from "./init/answer-flags.ts";
import { automaticAnswerer } from "./init/automatic.ts";
import { type DocumentFacts, factsOf } from "./init/document-facts.ts";
import { writeFlags } from "./init/flag-draft.ts";
import { Interrupted, isInteractive } from "./init/interactive.ts";
import { identity } from "./init/open-questions.ts";
import { OverlayDraft } from "./init/overlay-draft.ts";
import { overlayPathOf, referenceTo, textOfOverlay } from "./init/overlay-file.ts";
import { type InitReport, isComplete, reportJson, reportText } from "./init/report.ts";
import { type Answerer, noOptional, type Settled, settle } from "./init/settle.ts";
import { planStack, type StackPlan } from "./init/stack.ts";
import { classesOf, exampleAnswers } from "./init/support.ts";
import { severalOf } from "./option-values.ts";
import { note, printJson, printStyled } from "./output.ts";
import { placeOf, vendors } from "./targets.ts";
import { writeFiles } from "./write-files.ts";

type Prompts = typeof import("./init/prompts.ts");

interface InitOptions {
  readonly overlay?: string;
  readonly stack?: string;
  readonly vendor?: readonly Vendor[];
  readonly overwrite?: true;
  readonly yes?: true;
  readonly json?: true;
}

/** `polygate init FILE` */
export function initCommand(): Command {
  const flags = new AnswerFlags();
  const command = new Command("init")
    .description("ask what an OpenAPI document leaves open, and write the answers into a file beside it")
    .argument("<file>", "an OpenAPI document")
    .option("--overlay <file>", "the file to write (default: beside the document, with the ending .polygate.yaml)")
    .option("--stack <dir>", "also write a Pulumi program that deploys the gateway, into this folder")
    .addOption(
      new Option(
        "--vendor <vendor>",
        `a vendor to deploy to: ${vendors.join(", ")}; may be repeated (default: those that support the API and whose SDK is installed)`,
      ).argParser(severalOf(vendors)),
    )
    .option("--overwrite", "let --stack replace files that exist")
    .option("--yes", "take the recommended answers, which never are about security")
    .option("--json", "ask nothing, and print what is open and what is left as JSON")
    .addHelpText(
      "after",
      "\nWithout a terminal it asks nothing: what no option answers stays open in the file.\n\nExit code: 0 if everything is answered, a vendor supports the API, and a wanted stack is written, 2 if not, 130 after Ctrl-C, 1 for any other error.",
    )
    .action((file: string, options: InitOptions) => init(file, options, flags));
  for (const option of flags.options()) command.addOption(option);
  return command;
}

/** What a run works on. */
interface Run {
  readonly file: string;
  readonly document: string;
  /** The document as it was when the command began. */
  readonly source: OpenApiSource;
  /** The overlay as the user would write it, and its path. */
  readonly overlay: string;
  readonly overlayPath: string;
  /** The overlay's text, if it exists. */
  readonly before: string | undefined;
  readonly facts: DocumentFacts;
  readonly flags: ReadonlyMap<string, FlagAnswer>;
  readonly options: InitOptions;
  /** Undefined where nobody can be asked. */
  readonly prompts: Prompts | undefined;
}

async function init(file: string, options: InitOptions, flags: AnswerFlags): Promise<void> {
  const run = await prepare(file, options, flags);
  if (!options.json) printStyled([...run.facts.lines, await possibleLine(run)].join("\n"));
  try {
    const report = await work(run);
    if (options.json) printJson(reportJson(report));
    else printStyled(reportText(report));
    process.exitCode = isComplete(report) ? exitCode.fine : exitCode.notCarried;
  } catch (error) {
    if (!(error instanceof Interrupted)) throw error;
    note("interrupted; nothing was written");
    process.exitCode = exitCode.interrupted;
  }
}

/** Reads everything, and reports what is wrong with it before any question is asked. */
async function prepare(file: string, options: InitOptions, flags: AnswerFlags): Promise<Run> {
  const document = pathOf(file);
  await checkFile(file, document);
  if (isModule(document)) throw new CommandError(`${file}: this is a module; pass an OpenAPI document`);
  const overlayPath = options.overlay === undefined ? overlayPathOf(document) : pathOf(options.overlay);
  const overlay = options.overlay ?? join(dirname(relative("", document)), basename(overlayPath));
  const before = await textOfOverlay(overlay, overlayPath);
  const source = OpenApiSource.open(document);
  const reading = readingOf(source, before === undefined ? {} : { overlay: overlayPath }, false);
  return {
    file,
    document,
    source,
    overlay,
    overlayPath,
    before,
    options,
    facts: factsOf(file, source, reading.operations.length),
    flags: flags.answers(reading),
    prompts: isInteractive() && !options.json ? await import("./init/prompts.ts") : undefined,
  };
}

function draftOf({ before, document, overlayPath, facts, file }: Run): OverlayDraft {
  const title = facts.title === "" ? basename(file) : facts.title;
  return new OverlayDraft(before, { document: referenceTo(document, overlayPath), title });
}

/** The classes that come into question, whatever the answers are. */
async function possibleLine(run: Run): Promise<string> {
  const { reading } = await settle(run.source, draftOf(run), exampleAnswers, noOptional);
  const classes = classesOf(checkOf(run, reading, vendors)?.vendors ?? []);
  return `  classes   ${classes.length === 0 ? "none, as it is" : `${classes.join(", ")}, depending on the answers`}`;
}

async function work(run: Run): Promise<InitReport> {
  const { options, flags, prompts, source } = run;
  const draft = draftOf(run);
  const replaced = writeFlags(draft, flags.values());
  const answerer = automaticAnswerer(flags, options.yes === true, prompts?.terminalAnswerer);
  const audiences = options.stack !== undefined ? "all" : prompts !== undefined ? "new" : "none";
  const scopes = flags.has(identity(["answers", "scopes"]));
  const settled = await settle(source, draft, answerer, { audiences, scopes });
  const planned = await stackOf(run, draft, settled, answerer);
  if ((await textOfOverlay(run.overlay, run.overlayPath)) !== run.before) {
    throw new CommandError(`${run.overlay}: the file was changed meanwhile; nothing was written, run init again`);
  }
  if (draft.isChanged && draft.data !== undefined) {
    await writeFiles([{ path: run.overlayPath, text: draft.text }], "pass another file with --overlay");
  }
  // The answers are written before the stack, so that a stack that cannot be written loses none.
  const stack = await unlessProblem(async () => {
    await writeFiles(planned.plan?.files ?? [], "pass another folder with --stack");
    return planned;
  });
  const reading = finalReading(run, draft);
  return {
    file: run.file,
    overlay: run.overlay,
    result: draft.data === undefined ? "none" : draft.isChanged ? "written" : "unchanged",
    changes: [...replaced, ...changesOf(run, draft, settled)],
    open: settled.open,
    problems: leftOver(reading, settled),
    check: checkOf(run, reading, options.vendor ?? vendors),
    stack: stack.plan,
    stackProblem: stack.problem,
  };
}

/** What `check` reads: the files as they are now. */
function finalReading({ document, overlayPath }: Run, draft: OverlayDraft): Reading {
  return readingOf(document, draft.data === undefined ? {} : { overlay: overlayPath }, false);
}

/** The problems that no open question is about. */
function leftOver({ problems }: Reading, { open }: Settled): readonly Problem[] {
  const asked = new Set(open.map(({ at }) => identity(at)));
  return problems.filter(({ questions = [] }) => !questions.some(({ at }) => asked.has(identity(at))));
}

function checkOf({ file }: Run, { description }: Reading, of: readonly Vendor[]): CheckReport | undefined {
  if (description === undefined) return undefined;
  return reportOn(normalise(description), { file, vendors: of, waivers: {}, place: placeOf(file) });
}

/** What was removed from the overlay, and the options that answer no question. */
function changesOf({ flags }: Run, draft: OverlayDraft, { removed }: Settled): readonly string[] {
  const unused = [...flags.values()].filter(({ at }) => draft.answer(at) === undefined);
  // What an option wrote is no loss.
  const isOfFlag = (steps: readonly string[]): boolean =>
    [...flags.values()].some(({ at }) => steps.join("\n").endsWith(`x-polygate\n${at.join("\n")}`));
  return [
    ...removed.filter(({ steps }) => !isOfFlag(steps)).map(({ text }) => `removed: ${text}`),
    ...unused.map(({ flag }) => `${flag} answers no question of the document`),
  ];
}

interface StackOutcome {
  readonly plan?: StackPlan;
  readonly problem?: string;
}

/** What was done for a stack, or why it was not. */
async function unlessProblem(work: () => Promise<StackOutcome>): Promise<StackOutcome> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof CommandError)) throw error;
    return { problem: `No stack was written: ${error.message}` };
  }
}

/** The stack, if the user wants one and consents to what it replaces. */
async function stackOf(run: Run, draft: OverlayDraft, first: Settled, answerer: Answerer): Promise<StackOutcome> {
  const { options, prompts, document, source, overlayPath, facts } = run;
  const check = checkOf(run, first.reading, options.vendor ?? vendors);
  const carried = check?.vendors.filter((each) => each.carried) ?? [];
  const isPossible = first.open.length === 0 && carried.length > 0;
  const folder = options.stack ?? (isPossible ? await prompts?.stackFolder() : undefined);
  if (folder === undefined) return {};
  if (!isPossible || check === undefined) return { problem: "No stack was written, because something is left open." };
  const settled = await settle(source, draft, answerer, { audiences: "all", scopes: false });
  const unbound = [...settled.reading.withoutAudiences.keys()];
  if (unbound.length > 0) {
    const options = unbound.map((name) => `--scheme ${name}=jwt:AUDIENCE`).join(" ");
    return { problem: `No stack was written, because the audiences of tokens are open. Add ${options}` };
  }
  const named = options.vendor ?? (await prompts?.stackVendors(carried.map(({ vendor }) => vendor)));
  const overlay = draft.data === undefined ? undefined : overlayPath;
  const request = { folder, vendors: named, document, overlay, servers: facts.servers };
  return unlessProblem(async () => consented(run, await planStack(request, settled, check.vendors)));
}

/** A stack that replaces no file, or only files that the user gives up. */
async function consented({ options, prompts }: Run, plan: StackPlan): Promise<StackOutcome> {
  if (plan.replaced.length === 0 || options.overwrite) return { plan };
  if (await prompts?.mayReplace(plan.replaced)) return { plan };
  const files = plan.replaced.map((each) => printable(each)).join(", ");
  return {
    problem: `No stack was written, because files would be replaced: ${files}. Add --overwrite, or name another folder.`,
  };
}
