import { isDeepStrictEqual } from "node:util";
import type { Reader } from "../../reader.ts";
import { nearest } from "../../suggestion.ts";

/** A value, or what has become of it. */
export type Data = Readonly<Record<string, unknown>>;
type Step = string | number;

/** The member of a document that an overlay may add. */
const ADDED = "x-polygate";

/** What an overlay added: the steps to it in the document, and where the overlay contains it. */
export interface Addition {
  readonly steps: readonly Step[];
  readonly from: Reader;
}

/** Adds the `x-polygate` of an update to an object of a document. Everything else that the update would change is reported. */
export class Merge {
  readonly additions: Addition[] = [];

  /**
   * A copy of the document in which the value at these steps is merged with the update. Values outside of the steps are shared with
   * the document, so that an object that it contains in several places changes in one of them only.
   */
  at(document: unknown, steps: readonly Step[], update: Reader): unknown {
    return this.#descend(document, steps, 0, update);
  }

  #descend(value: unknown, steps: readonly Step[], depth: number, update: Reader): unknown {
    const step = steps[depth];
    if (step === undefined) return this.#merged(value as Data, update, steps, steps.includes(ADDED));
    const next = (value as Readonly<Record<Step, unknown>>)[step];
    const changed = this.#descend(next, steps, depth + 1, update);
    if (Array.isArray(value)) return value.map((item, index) => (index === step ? changed : item));
    return withMember(value as Data, String(step), changed);
  }

  #merged(owner: Data, update: Reader, steps: readonly Step[], isInside: boolean): Data {
    let merged = owner;
    for (const key of update.keys()) {
      const from = update.at(key);
      const here = [...steps, key];
      const before = Object.hasOwn(merged, key) ? merged[key] : undefined;
      const isAdded = isInside || key === ADDED;
      if (isObject(before) && from.isObject) {
        merged = withMember(merged, key, this.#merged(before, from, here, isAdded));
      } else if (!isAdded) {
        refuse(from, key, before, Object.keys(owner));
      } else if (before === undefined) {
        this.additions.push({ steps: here, from });
        merged = withMember(merged, key, from.value);
      } else if (!isDeepStrictEqual(before, from.value)) {
        from.problem(
          "overlay-replaces",
          "The document, or an earlier action, sets another value here, and an overlay may only add.",
          Array.isArray(before) ? "Write the whole list in one place." : "Remove one of the two values.",
        );
      }
    }
    return merged;
  }
}

function isObject(value: unknown): value is Data {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** A copy with another member, in the same order. An assignment to `__proto__` would not add a member. */
function withMember(owner: Data, key: string, value: unknown): Data {
  const members = new Map(Object.entries(owner));
  return Object.fromEntries(members.set(key, value));
}

/** Reports a member outside of `x-polygate`. */
function refuse(from: Reader, key: string, before: unknown, known: readonly string[]): void {
  if (before === undefined && from.isObject) {
    const near = nearest(key, known);
    const remedy = near === undefined ? "Correct the name, or remove it." : `Did you mean "${near}"?`;
    from.problem("overlay-no-match", `The document has no "${key}" here.`, remedy);
    return;
  }
  const appends = Array.isArray(before) && (key === "security" || key === "servers");
  from.problem(
    "overlay-changes",
    appends
      ? `An update appends to "${key}", and its entries are alternatives: the document would allow more, not less.`
      : `An overlay may only add "${ADDED}", but this sets "${key}".`,
    `Write "${ADDED}" instead, or change the document.`,
  );
}
