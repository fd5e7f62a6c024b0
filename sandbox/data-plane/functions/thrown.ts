/** What Lambda calls `errorMessage` of whatever was thrown. */
export function errorMessage(thrown: unknown): string {
  try {
    if (thrown instanceof Error) return thrown.message;
    const { message } = (thrown ?? {}) as { readonly message?: unknown };
    return typeof message === "string" ? message : String(thrown);
  } catch {
    return "what was thrown cannot be shown";
  }
}
