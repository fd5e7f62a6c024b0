/**
 * Continues with a value that may be known already. Nearly all requests are decided without waiting for anything, and a promise at each step
 * would take a good part of their time.
 */
export function andThen<Value, Result>(
  value: Value | Promise<Value>,
  next: (value: Value) => Result | Promise<Result>,
): Result | Promise<Result> {
  return value instanceof Promise ? value.then(next) : next(value);
}
