import { type Case, caseNames, cases } from "./cases.ts";
import { type Decision, decisions } from "./oracle/oracle.ts";

/** The number of requests of each decision and of each case for one vendor. */
export class Tally {
  readonly #decisions = new Map<Decision, number>();
  readonly #cases = new Map<Case, number>();
  /** The number of descriptions that were deployed, and of those that were rejected. */
  descriptions = 0;
  refused = 0;

  count(name: Case, decision: Decision): void {
    this.#decisions.set(decision, this.decided(decision) + 1);
    this.#cases.set(name, this.of(name) + 1);
  }

  decided(decision: Decision): number {
    return this.#decisions.get(decision) ?? 0;
  }

  of(name: Case): number {
    return this.#cases.get(name) ?? 0;
  }

  /** The decisions that never occurred although a case should have caused them. */
  missingDecisions(diverges: (name: Case) => boolean): readonly Decision[] {
    return decisions.filter((decision) => {
      const shown = caseNames.filter((name) => cases[name].decision === decision);
      return this.decided(decision) === 0 && !shown.every(diverges);
    });
  }

  missingCases(diverges: (name: Case) => boolean): readonly Case[] {
    return caseNames.filter((name) => this.of(name) === 0 && !diverges(name));
  }
}

/** The table that a run prints, with a column for each vendor and a row for each decision. */
export function table(tallies: ReadonlyMap<string, Tally>): string {
  const names = [...tallies.keys()];
  const width = Math.max(11, ...names.map((name) => name.length + 2));
  const line = (label: string, cells: readonly (string | number)[]): string =>
    `    ${label.padEnd(16)}${cells.map((cell) => String(cell).padStart(width)).join("")}`;
  const rows = decisions.map((decision) =>
    line(
      decision,
      [...tallies.values()].map((tally) => tally.decided(decision) || "-"),
    ),
  );
  const apis = line(
    "(descriptions)",
    [...tallies.values()].map((tally) => tally.descriptions),
  );
  return [line("requests", names), ...rows, apis].join("\n");
}
