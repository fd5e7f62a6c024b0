/** The most results that are remembered at a time. */
const MOST_RESULTS = 1_000;

/** A function that remembers its results. Clients may choose some of its arguments, so it forgets all of them when there are too many. */
export function remembering<Result>(compute: (argument: string) => Result): (argument: string) => Result {
  const results = new Map<string, Result>();
  return (argument) => {
    const known = results.get(argument);
    if (known !== undefined) return known;
    const result = compute(argument);
    if (results.size >= MOST_RESULTS) results.clear();
    results.set(argument, result);
    return result;
  };
}
