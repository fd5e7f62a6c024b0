/** The most cached tokens, and the most characters of all of them. */
const MOST_TOKENS = 10_000;
const MOST_CHARACTERS = 16_000_000;

/** What is known of tokens. It forgets the least recently used ones, so that clients cannot fill the memory. */
export class TokenCache<Known> {
  /** Ordered by use, the least recent first. */
  readonly #known = new Map<string, Known>();
  #characters = 0;

  /** The number of tokens. */
  get size(): number {
    return this.#known.size;
  }

  get(token: string): Known | undefined {
    const known = this.#known.get(token);
    if (known === undefined) return undefined;
    this.#known.delete(token);
    this.#known.set(token, known);
    return known;
  }

  set(token: string, known: Known): void {
    this.delete(token);
    this.#known.set(token, known);
    this.#characters += token.length;
    for (const oldest of this.#known.keys()) {
      if (this.#known.size <= MOST_TOKENS && this.#characters <= MOST_CHARACTERS) break;
      this.delete(oldest);
    }
  }

  delete(token: string): void {
    if (this.#known.delete(token)) this.#characters -= token.length;
  }
}
