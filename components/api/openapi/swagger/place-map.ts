/** The steps to a value of a document. */
export type Steps = readonly string[];

interface Entry {
  readonly steps: Steps;
  /** Whether everything below the value comes from these steps, too. */
  readonly isWhole: boolean;
}

/** Where the values of a converted document are in the document as it is written. Values without an entry have the same place. */
export class PlaceMap {
  readonly #entries = new Map<string, Entry>();

  set(converted: Steps, written: Steps, isWhole = false): void {
    this.#entries.set(JSON.stringify(converted), { steps: written, isWhole });
  }

  /** The steps in the document as it is written: those of the smallest value with an entry, and the rest below it. */
  written(converted: Steps): Steps {
    for (let length = converted.length; length > 0; length--) {
      const entry = this.#entries.get(JSON.stringify(converted.slice(0, length)));
      if (entry !== undefined) return entry.isWhole ? entry.steps : [...entry.steps, ...converted.slice(length)];
    }
    return converted;
  }
}
