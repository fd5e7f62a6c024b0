/** A table of Markdown. */
export function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]): string => `| ${cells.join(" | ")} |`;
  return `${[line(head), line(head.map(() => "---")), ...rows.map(line)].join("\n")}\n`;
}

/** A text that can be a cell of a table. */
export function text(plain: string): string {
  return plain.replaceAll("|", "\\|").replace(/\s*\n\s*/g, " ");
}
