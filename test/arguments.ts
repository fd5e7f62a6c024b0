/** The command line of `npm test`: separates the runner's own options from mocha's. */

import { parseArgs } from "node:util";

export const STAGES = ["checks", "unit", "contract", "e2e"] as const;

export type Stage = (typeof STAGES)[number];

export interface RunArguments {
  readonly stages: readonly Stage[];
  /** Whether to continue after a stage that failed. */
  readonly all: boolean;
  /** How often each stage runs. */
  readonly repeat: number;
  /** Whether to run only the files whose tests wait for something or end a process. */
  readonly waiting: boolean;
  /** The test files to run. An empty list means all files of the stages. */
  readonly files: readonly string[];
  readonly mochaArguments: readonly string[];
}

/** A command line that the runner cannot follow. The message is for the user. */
export class ArgumentsError extends Error {}

/** The runner's options, and whether each has a value. */
const OPTIONS = {
  only: { type: "string" },
  repeat: { type: "string" },
  all: { type: "boolean" },
  waiting: { type: "boolean" },
} as const;

/**
 * Reads the command line. Every argument that is neither an option of the runner nor the path of a test file is for mocha.
 *
 * @throws ArgumentsError if an option of the runner has a wrong value
 */
export function readArguments(args: readonly string[]): RunArguments {
  const { values, tokens } = parseArgs({ args: [...args], options: OPTIONS, strict: false, tokens: true });
  const taken = new Set<number>();
  const files: string[] = [];
  for (const token of tokens) {
    if (token.kind === "positional" && token.value.endsWith(".test.ts")) {
      taken.add(token.index);
      files.push(token.value);
    }
    if (token.kind !== "option" || !Object.hasOwn(OPTIONS, token.name)) continue;
    taken.add(token.index);
    if (token.value !== undefined && token.inlineValue === false) taken.add(token.index + 1);
  }
  return {
    stages: stagesOf(values.only, values.waiting === true || files.length > 0),
    all: values.all === true,
    repeat: repetitionsOf(values.repeat),
    waiting: values.waiting === true,
    files,
    mochaArguments: args.filter((_, index) => !taken.has(index)),
  };
}

/** @param selected whether only some test files run, without the checks */
function stagesOf(only: unknown, selected: boolean): readonly Stage[] {
  if (only === undefined) return selected ? STAGES.filter((stage) => stage !== "checks") : STAGES;
  const stage = STAGES.find((each) => each === only);
  if (stage === undefined) {
    throw new ArgumentsError(`The stage ${JSON.stringify(only)} does not exist. The stages are ${STAGES.join(", ")}.`);
  }
  return [stage];
}

function repetitionsOf(value: unknown): number {
  if (value === undefined) return 1;
  if (typeof value !== "string" || !/^[1-9][0-9]{0,3}$/.test(value)) {
    throw new ArgumentsError(`--repeat must be a whole number from 1 to 9999, not ${JSON.stringify(value)}.`);
  }
  return Number(value);
}

/** What the text of a test that waits for something or ends a process contains. */
const WAITING =
  /\b(?:setTimeout|setInterval|sleep|wait|until|eventually|killed\w*)\(|\bSIG(?:KILL|INT|TERM|HUP|ABRT)\b|\.kill\(/;

/** Whether a test file with this text waits for something or ends a process. */
export function isWaiting(text: string): boolean {
  return WAITING.test(text);
}
