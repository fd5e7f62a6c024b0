/** The items without repetitions, compared as JSON. The routes of one `ANY` key often have the same problem or note. */
export function distinct<T>(items: readonly T[]): readonly T[] {
  return [...new Map(items.map((item) => [JSON.stringify(item), item])).values()];
}
