import { readFileSync } from "node:fs";
import { InvalidArgumentError } from "commander";

/** Parsers of option values. Commander reports what they throw, together with the name of the option. */

/** Collects the values of an option that may be repeated. */
export function several(value: string, before: readonly string[] = []): readonly string[] {
  return [...before, value];
}

/** Like {@link several}, for a list of allowed values. */
export function severalOf<T extends string>(choices: readonly T[]) {
  return (value: string, before: readonly T[] = []): readonly T[] => {
    const choice = choices.find((allowed) => allowed === value);
    if (choice === undefined) throw new InvalidArgumentError(`Allowed choices are ${choices.join(", ")}.`);
    return before.includes(choice) ? before : [...before, choice];
  };
}

/** Collects `KEY=VALUE` by key. Keys and values are checked where they are used. */
export function pairs(value: string, before: Readonly<Record<string, string>> = {}): Readonly<Record<string, string>> {
  const at = value.indexOf("=");
  if (at < 1 || at === value.length - 1) throw new InvalidArgumentError('Write two parts, separated by "=".');
  return { ...before, [value.slice(0, at)]: value.slice(at + 1) };
}

/** Collects `REFERENCE=FILE`, and reads the files. A secret itself would be visible in the list of processes. */
export function secretFiles(
  value: string,
  before: Readonly<Record<string, string>> = {},
): Readonly<Record<string, string>> {
  const [[reference = "", file = ""] = []] = Object.entries(pairs(value));
  try {
    return { ...before, [reference]: readFileSync(file, "utf8").replace(/\r?\n$/, "") };
  } catch (error) {
    throw new InvalidArgumentError(`The file cannot be read: ${(error as Error).message}`);
  }
}

/** Collects `NAME=PORT` for a list of allowed names. */
export function portsOf<T extends string>(names: readonly T[]) {
  return (value: string, before?: Readonly<Partial<Record<T, number>>>): Readonly<Partial<Record<T, number>>> => {
    const [name = "", text = ""] = Object.entries(pairs(value))[0] ?? [];
    if (!names.some((allowed) => allowed === name)) {
      throw new InvalidArgumentError(`Allowed names are ${names.join(", ")}.`);
    }
    const port = Number(text);
    if (!/^\d+$/.test(text) || port < 1 || port > 65_535) {
      throw new InvalidArgumentError("A port must be a number from 1 to 65535.");
    }
    return { ...before, [name]: port } as Partial<Record<T, number>>;
  };
}

/** Parses whole seconds, which may be negative. */
export function seconds(value: string): number {
  if (!/^-?\d{1,9}$/.test(value)) throw new InvalidArgumentError("Write whole seconds, such as 3600.");
  return Number(value);
}

/** Parses the number of a tunnel. Whether the link has it is checked where it is used. */
export function tunnelNumber(value: string): number {
  if (!/^[1-9]\d{0,3}$/.test(value)) throw new InvalidArgumentError("Write the number of a tunnel, such as 1.");
  return Number(value);
}
