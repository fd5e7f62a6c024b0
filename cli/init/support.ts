import { formOf } from "../../components/api/capability/capabilities.ts";
import { byCause, causeLines } from "../../components/api/problem/causes.ts";
import type { VendorReport } from "../check-report.ts";
import type { Answer } from "./answer-flags.ts";
import type { Answerer } from "./settle.ts";

/** A line for each vendor, and what a vendor lacks. */
export function supportLines(reports: readonly VendorReport[]): readonly string[] {
  const most = Math.floor(25 / Math.max(1, reports.filter(({ carried }) => !carried).length));
  return reports.flatMap((report) => {
    const { vendor, carried, tier, resources, problems } = report;
    const subject = tier === undefined ? formOf(report) : `${formOf(report)} in the tier ${tier}`;
    if (carried) return [`${vendor}: supported by ${subject}, in ${resources} resources`];
    const causes = byCause(problems.map(({ vendor: _, ...problem }) => problem));
    return [`${vendor}: not supported by ${subject}`, ...causeLines(causes, most)];
  });
}

/** The classes that support a report's API. */
export function classesOf(reports: readonly VendorReport[]): readonly string[] {
  return reports.flatMap((report) => [
    ...(report.carried ? [formOf(report)] : []),
    ...report.others.filter(({ problems }) => problems.length === 0).map((other) => other.className),
  ]);
}

/** Answers every question in the first way that needs nothing more, or as its example does, to see which classes come into question. */
export const exampleAnswers: Answerer = {
  async answer({ choices, example }): Promise<Answer> {
    const choice = choices.find(({ fields }) => fields.every(({ isRequired }) => !isRequired));
    return choice?.kind === undefined ? (example as Answer) : { kind: choice.kind };
  },
};
