/** The most tokens of a generation, and the most characters of all of them. */
const MOST_TOKENS = 5_000;
const MOST_CHARACTERS = 8_000_000;

/** The last characters of a token, a part of its signature, by which it is found: the hash of a whole token takes long. */
const KEY_CHARACTERS = 32;

interface Entry<Known> {
  readonly token: string;
  readonly known: Known;
}

/**
 * What is known of tokens, in bounded memory, so that clients cannot fill it. There are two generations. When the recent one is full, it
 * becomes the former one, and the tokens of the former one that were not used since are forgotten. A token in use takes one look-up.
 */
export class TokenCache<Known> {
  #recent = new Map<string, Entry<Known>>();
  #former = new Map<string, Entry<Known>>();
  /** The characters of the recent tokens. */
  #characters = 0;

  /** The number of tokens. */
  get size(): number {
    return this.#recent.size + this.#former.size;
  }

  get(token: string): Known | undefined {
    const key = keyOf(token);
    const recent = this.#recent.get(key);
    // Another token may end with the same characters.
    if (recent?.token === token) return recent.known;
    const former = this.#former.get(key);
    if (former?.token !== token) return undefined;
    this.set(token, former.known);
    return former.known;
  }

  set(token: string, known: Known): void {
    this.delete(token);
    this.#recent.set(keyOf(token), { token, known });
    this.#characters += token.length;
    if (this.#recent.size < MOST_TOKENS && this.#characters < MOST_CHARACTERS) return;
    this.#former = this.#recent;
    this.#recent = new Map();
    this.#characters = 0;
  }

  /** Forgets a token, and one that ends with the same characters. */
  delete(token: string): void {
    const key = keyOf(token);
    this.#former.delete(key);
    const recent = this.#recent.get(key);
    if (recent === undefined) return;
    this.#recent.delete(key);
    this.#characters -= recent.token.length;
  }
}

function keyOf(token: string): string {
  return token.slice(-KEY_CHARACTERS);
}
