/** The version of Node.js that a runtime's name stands for, e.g. 22; undefined for the runtimes of other languages. */
export function nodeVersion(runtime: string): number | undefined {
  const [, version] = /^nodejs(\d+)\.x$/.exec(runtime) ?? [];
  return version === undefined ? undefined : Number(version);
}

/** Whether a runtime takes handlers with a callback: docs.aws.amazon.com, lambda, nodejs-context: up to Node.js 22. */
export function takesCallbacks(runtime: string): boolean {
  return (nodeVersion(runtime) ?? 0) < 24;
}
