/** The most tokens of a generation, and the most characters of all of them. */
const MOST_TOKENS = 5_000;
const MOST_CHARACTERS = 8_000_000;

/**
 * What is known of tokens, in bounded memory, so that clients cannot fill it. There are two generations. When the recent one is full, it
 * becomes the former one, and the tokens of the former one that were not used since are forgotten. A token in use takes one look-up.
 */
export class TokenCache<Known> {
  #recent = new Map<string, Known>();
  #former = new Map<string, Known>();
  /** The characters of the recent tokens. */
  #characters = 0;

  /** The number of tokens. */
  get size(): number {
    return this.#recent.size + this.#former.size;
  }

  get(token: string): Known | undefined {
    const recent = this.#recent.get(token);
    if (recent !== undefined) return recent;
    const former = this.#former.get(token);
    if (former !== undefined) this.set(token, former);
    return former;
  }

  set(token: string, known: Known): void {
    this.delete(token);
    this.#recent.set(token, known);
    this.#characters += token.length;
    if (this.#recent.size < MOST_TOKENS && this.#characters < MOST_CHARACTERS) return;
    this.#former = this.#recent;
    this.#recent = new Map();
    this.#characters = 0;
  }

  delete(token: string): void {
    this.#former.delete(token);
    if (this.#recent.delete(token)) this.#characters -= token.length;
  }
}
