/** What Lambda calls the `errorMessage` of a thrown value. */
export function errorMessage(thrown: unknown): string {
  try {
    if (thrown instanceof Error) return thrown.message;
    const { message } = (thrown ?? {}) as { readonly message?: unknown };
    return typeof message === "string" ? message : String(thrown);
  } catch {
    return "The thrown value cannot be shown.";
  }
}

/** Why an environment that used more than its memory ended. */
export function memoryExceeded(megabytes: number): string {
  return `Runtime exited with error: signal: killed: the function used more than its memory of ${megabytes} MB`;
}
