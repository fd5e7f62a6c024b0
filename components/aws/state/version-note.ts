/** A REST API's document with a note in its version, which makes it another document with the same meaning. */
export function withVersionNote(document: string, note: string): string {
  const parsed = JSON.parse(document) as { readonly info: { version: string } };
  parsed.info.version += ` (${note})`;
  return `${JSON.stringify(parsed, null, 2)}\n`;
}
