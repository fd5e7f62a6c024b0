/**
 * Wraps code that the compiler checks and nothing runs: a line without an error that should be red fails as an unused
 * `@ts-expect-error`, when the tests are type-checked.
 */
export function typeChecked(_code: () => unknown): () => void {
  return () => {};
}
