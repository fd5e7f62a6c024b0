/** The Node.js version of a Lambda runtime, e.g. 22 for `nodejs22.x`; undefined for the runtimes of other languages. */
export function nodeVersion(runtime: string): number | undefined {
  const [, version] = /^nodejs(\d+)\.x$/.exec(runtime) ?? [];
  return version === undefined ? undefined : Number(version);
}

/**
 * Whether a runtime accepts handlers with a callback: those up to Node.js 22 do.
 *
 * @see https://docs.aws.amazon.com/lambda/latest/dg/nodejs-context.html
 */
export function takesCallbacks(runtime: string): boolean {
  return (nodeVersion(runtime) ?? 0) < 24;
}
