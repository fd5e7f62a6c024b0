import { PolygateError, type Problem, ProblemList } from "../api/problem.ts";
import { Reader } from "../api/reader.ts";
import { isLater } from "./later.ts";
import type { ObjectShape, Shape } from "./shape.ts";

/** Arguments that have their shape, and what was wrong with those that a user passed. */
export interface ReadArguments<Args> {
  /** Without what is unknown or has another type, so that the rest can be checked in the same run. */
  readonly args: Args;
  readonly problems: readonly Problem[];
}

/** Reads the arguments of a component. Reports every name that its shape does not contain, and every value that cannot be read. */
export function readArguments<Args extends object>(args: unknown, shape: ObjectShape): ReadArguments<Args> {
  const problems = new ProblemList();
  if (args === undefined || args === null) {
    problems.refuse(
      "missing-arguments",
      "The component has no arguments.",
      "Pass an object with the arguments after the name.",
    );
  }
  const read = args === undefined || args === null ? undefined : readObject(new Reader(args, "", problems), shape);
  return { args: (read ?? {}) as Args, problems: problems.all };
}

/** The value as far as it has its shape; undefined if it has not. */
function readValue(reader: Reader, shape: Shape): unknown {
  const { value } = reader;
  if (shape.kind === "description") return readDescription(reader);
  if (value === undefined) return undefined;
  if (shape.kind === "function") return readFunction(reader);
  if (shape.kind === "value") {
    reader.noOutput();
    return value;
  }
  if (shape.kind === "object" && shape.mayBeLater && isLater(value)) return value;
  const hasType = shape.kind === "list" ? Array.isArray(value) : reader.isObject;
  if (!hasType) {
    // A class that rejects the value by itself must see it.
    if (shape.checked) return value;
    if (shape.kind === "list") reader.list();
    else reader.keys();
    return undefined;
  }
  if (shape.kind === "list") return reader.list().map((item) => readValue(item, shape.of));
  if (shape.kind === "object") return readObject(reader, shape);
  const members = reader.with(membersOf(value as object));
  return Object.fromEntries(members.keys().map((name) => [name, readValue(members.at(name), shape.of)]));
}

function readObject(reader: Reader, { members, explained = [] }: ObjectShape): unknown {
  if (!reader.isObject) {
    reader.keys();
    return undefined;
  }
  const all = membersOf(reader.value as object);
  const names = Object.keys(members);
  const others = Object.keys(all).filter((name) => !explained.includes(name) || Object.hasOwn(members, name));
  reader.with(Object.fromEntries(others.map((name) => [name, all[name]]))).only(names);
  const found = reader.with(all);
  const read = Object.entries(members).map(([name, shape]) => [name, readValue(found.at(name), shape)] as const);
  const forClass = explained.map((name) => [name, all[name]] as const);
  return Object.fromEntries([...read, ...forClass].filter(([, value]) => value !== undefined));
}

/**
 * The members of an object, those of its prototypes included: arguments may be an instance of a class, or `Object.create(shared)`, and
 * what a component can read must be checked.
 */
function membersOf(value: object): Readonly<Record<string, unknown>> {
  const members = new Map<string, unknown>();
  for (let each: object | null = value; each !== null && !isBuiltIn(each); each = Object.getPrototypeOf(each)) {
    for (const name of Object.getOwnPropertyNames(each)) {
      if (name === "constructor" && each !== value) continue;
      if (!members.has(name)) members.set(name, (value as Readonly<Record<string, unknown>>)[name]);
    }
  }
  return Object.fromEntries(members);
}

/** Whether this is `Object.prototype`, of this realm or another. */
function isBuiltIn(prototype: object): boolean {
  return Object.getPrototypeOf(prototype) === null && Object.hasOwn(prototype, "hasOwnProperty");
}

function readFunction(reader: Reader): unknown {
  if (typeof reader.value === "function" && !isLater(reader.value)) return reader.value;
  reader.problem("wrong-type", "The value must be a function.", "Write (args, options) => { ... }.");
  return undefined;
}

function readDescription(reader: Reader): unknown {
  const { value } = reader;
  if (isLater(value)) {
    reader.problem(
      "known-too-late",
      `api is ${value instanceof Promise ? "a Promise" : "an Output"}, but a description must be known before the deployment.`,
      "Pass what defineApi or fromOpenApi returns (await a Promise first). Bind what the deployment creates: backends, auth.",
    );
    return undefined;
  }
  reader.keys();
  return reader.isObject ? value : undefined;
}

/**
 * Reads and checks the arguments of a component that is no gateway.
 *
 * @throws {PolygateError} with everything that is wrong
 */
export function checkedArguments<Args extends object>(
  subject: string,
  given: Args,
  shape: ObjectShape,
  check: (args: Args) => readonly Problem[],
): Args {
  const { args, problems } = readArguments<Args>(given, shape);
  if (given === undefined || given === null) throw new PolygateError(subject, problems);
  const all = withoutRepeats(problems, check(args));
  if (all.length > 0) throw new PolygateError(subject, all);
  return args;
}

/**
 * Runs a check or a compiler, and adds what it reports to the problems that were found before. The error names the component: a stack may
 * have two of one class.
 *
 * @throws {PolygateError} if there is any problem
 */
export function reportedAs<T>(subject: string, found: readonly Problem[], run: () => T): T {
  let result: T;
  try {
    result = run();
  } catch (error) {
    if (!(error instanceof PolygateError)) throw error;
    throw new PolygateError(subject, withoutRepeats(found, error.problems));
  }
  if (found.length > 0) throw new PolygateError(subject, found);
  return result;
}

/** All problems, without those of places that have been reported already. */
export function withoutRepeats(reported: readonly Problem[], more: readonly Problem[]): readonly Problem[] {
  const isRepeat = ({ place = "" }: Problem): boolean =>
    reported.some(({ place: other = "" }) => other !== "" && isWithin(place, other));
  return [...reported, ...more.filter((problem) => !isRepeat(problem))];
}

function isWithin(place: string, other: string): boolean {
  return place === other || place.startsWith(`${other}.`) || place.startsWith(`${other}[`);
}
