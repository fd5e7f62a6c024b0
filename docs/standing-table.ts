import { OPEN_QUESTIONS } from "../sandbox/data-plane/readings.ts";
import { STANDINGS } from "../sandbox/data-plane/standings.ts";
import { table } from "./table.ts";

/** The open questions about the vendors, each with its readings; the first is the default. */
export function questionTable(): string {
  const rows = Object.entries(OPEN_QUESTIONS).map(([name, { question, readings }]) => [
    `\`${name}\``,
    question,
    Object.entries(readings)
      .map(([reading, meaning]) => `\`${reading}\`: ${meaning}`)
      .join("<br>"),
  ]);
  return table(["name", "question", "readings"], rows);
}

/** The known behaviours that decide requests, by kind of gateway. */
export function standingTables(): string {
  return Object.entries(STANDINGS)
    .map(([gateway, behaviours]) => {
      const rows = behaviours.map(({ behaviour, standing, source }) => [behaviour, standing, source]);
      return `### ${gateway}\n\n${table(["behaviour", "standing", "source"], rows)}`;
    })
    .join("\n\n");
}
