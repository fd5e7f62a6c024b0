import { CommandError } from "./command-error.ts";
import type { PendingCreate } from "./pending-creates.ts";

/** How to find out whether a resource exists, and by which id to import it. */
export type Whereabouts =
  /** The next update creates the same resource again, whether or not it exists. */
  { readonly kind: "same" } | Sought;

/** A resource to look for with the vendor's command line. */
export interface Sought {
  /** `named` if the resource's arguments determine the id of the import, `numbered` if the vendor chose a part of it. */
  readonly kind: "named" | "numbered";
  /** The vendor's command line. */
  readonly program: "aws" | "az" | "gcloud";
  /** Its arguments, which print the candidates' ids. */
  readonly look: readonly string[];
  /** The ids in the output. */
  readonly read: (printed: string) => readonly string[];
  /** The error of the command if there is no candidate. */
  readonly absent?: RegExp;
  /** The id of the import. */
  readonly id: (found: string) => string;
}

/** Fills in the placeholders of a text, such as `{name}`. */
export function filled(template: string, value: (name: string) => string): string {
  return template.replace(/\{(\w+)\}/g, (_, name: string) => value(name));
}

/**
 * An argument of a resource that is needed to find it.
 *
 * @throws {CommandError} if the pending operation does not have it.
 */
export function requiredArgument({ name, inputs }: PendingCreate, argument: string): string | number {
  const value = inputs[argument];
  if (typeof value === "string" || typeof value === "number") return value;
  throw new CommandError(
    `${name}: its pending operation has no ${argument}, which is needed to find it; look for the resource by hand`,
  );
}

/**
 * A value on a command line, which must not be read as an option.
 *
 * @throws {CommandError} if it would be.
 */
export function operand({ name }: PendingCreate, argument: string, value: string): string {
  if (!value.startsWith("-")) return value;
  throw new CommandError(
    `${name}: the ${argument} of its pending operation begins with a dash, like an option of a command line; look for the resource by hand`,
  );
}
