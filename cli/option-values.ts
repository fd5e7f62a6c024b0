import { InvalidArgumentError } from "commander";

/** Parsers of option values. What they throw, commander reports with the option's name. */

/** Collects the values of an option that may be given several times. */
export function several(value: string, before: readonly string[] = []): readonly string[] {
  return [...before, value];
}

/** As {@link several}, out of a list. */
export function severalOf<T extends string>(choices: readonly T[]) {
  return (value: string, before: readonly T[] = []): readonly T[] => {
    const choice = choices.find((known) => known === value);
    if (choice === undefined) throw new InvalidArgumentError(`Allowed choices are ${choices.join(", ")}.`);
    return before.includes(choice) ? before : [...before, choice];
  };
}

/** Collects `KEY=VALUE` by key. What may stand on either side is for others to say. */
export function pairs(value: string, before: Readonly<Record<string, string>> = {}): Readonly<Record<string, string>> {
  const at = value.indexOf("=");
  if (at < 1 || at === value.length - 1) throw new InvalidArgumentError('Write two parts with "=" between them.');
  return { ...before, [value.slice(0, at)]: value.slice(at + 1) };
}

/** Collects `NAME=PORT` out of a list of names. */
export function portsOf<T extends string>(names: readonly T[]) {
  return (value: string, before?: Readonly<Partial<Record<T, number>>>): Readonly<Partial<Record<T, number>>> => {
    const [name = "", text = ""] = Object.entries(pairs(value))[0] ?? [];
    if (!names.some((known) => known === name)) {
      throw new InvalidArgumentError(`Ports can be given to ${names.join(", ")}.`);
    }
    const port = Number(text);
    if (!/^\d+$/.test(text) || port < 1 || port > 65_535) {
      throw new InvalidArgumentError("A port is a number from 1 to 65535.");
    }
    return { ...before, [name]: port } as Partial<Record<T, number>>;
  };
}

/** Whole seconds, negative ones too. */
export function seconds(value: string): number {
  if (!/^-?\d{1,9}$/.test(value)) throw new InvalidArgumentError("Write whole seconds, such as 3600.");
  return Number(value);
}
