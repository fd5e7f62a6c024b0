import type { Document } from "./documents.ts";

/** What is tried, drawn by a seed: the same for the same seed. */
export class Sample {
  #state: number;

  constructor(seed: number) {
    this.#state = seed >>> 0;
  }

  /** Some items, in a random order. */
  some<Item>(items: readonly Item[], count: number): readonly Item[] {
    const left = [...items];
    const drawn: Item[] = [];
    while (drawn.length < count && left.length > 0) drawn.push(...left.splice(this.#below(left.length), 1));
    return drawn;
  }

  /** One document of each origin, and a few more. */
  documents(all: readonly Document[], more: number): readonly Document[] {
    const origins = Map.groupBy(all, ({ origin }) => origin);
    const ofEach = [...origins.values()].flatMap((some) => this.some(some, 1));
    const others = this.some(
      all.filter((document) => !ofEach.includes(document)),
      more,
    );
    return [...ofEach, ...others];
  }

  /** The generator of Numerical Recipes. */
  #below(limit: number): number {
    this.#state = (Math.imul(this.#state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((this.#state / 2 ** 32) * limit);
  }
}
