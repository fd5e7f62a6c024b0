/** Maps the offsets of a changed text to lines and columns of the text as written. */
export class SourceText {
  readonly #original: string;
  readonly #lines: readonly number[];
  readonly #changed: number[] = [0];
  readonly #written: number[] = [0];

  constructor(original: string) {
    this.#original = original;
    const lines = [0];
    for (let at = original.indexOf("\n"); at >= 0; at = original.indexOf("\n", at + 1)) lines.push(at + 1);
    this.#lines = lines;
  }

  /** Records that both texts continue alike from these offsets on. The calls must be in the order of the text. */
  align(changed: number, written: number): void {
    this.#changed.push(changed);
    this.#written.push(written);
  }

  /** The line and the column of an offset in the changed text, e.g. `3:14`. */
  position(changed: number): string {
    const part = last(this.#changed, changed);
    const exact = (this.#written[part] ?? 0) + changed - (this.#changed[part] ?? 0);
    const written = Math.min(exact, this.#written[part + 1] ?? this.#original.length);
    const line = last(this.#lines, written);
    return `${line + 1}:${written - (this.#lines[line] ?? 0) + 1}`;
  }
}

/** The index of the last number that is not greater. */
function last(sorted: readonly number[], most: number): number {
  let [low, high] = [0, sorted.length - 1];
  while (low < high) {
    const middle = Math.ceil((low + high) / 2);
    if ((sorted[middle] ?? 0) <= most) low = middle;
    else high = middle - 1;
  }
  return low;
}
