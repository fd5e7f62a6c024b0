/** Each case in each repetition, counted from 1. The order alternates, so that drift of the machine cancels out. */
export function alternating<Case>(cases: readonly Case[], repeat: number): readonly (readonly [Case, number])[] {
  return Array.from({ length: repeat }, (_, index) => {
    const ordered = index % 2 === 0 ? cases : cases.toReversed();
    return ordered.map((it) => [it, index + 1] as const);
  }).flat();
}
