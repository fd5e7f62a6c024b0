import type { Problem } from "../../problem.ts";
import type { Reader } from "../../reader.ts";
import type { OpenApiSource } from "../source.ts";

/** The kind of an entry of `answers` that is not an answer yet. `polygate init` writes it for each question that is open. */
export const UNANSWERED = "unanswered";

/** The entries of `answers` that are not answers yet. They decide nothing: the problems are reported at them instead. */
export class Unanswered {
  readonly #source: OpenApiSource;
  readonly #entries = new Map<string, Reader>();
  /** The root of the document without the entries. */
  readonly root: Reader;

  constructor(source: OpenApiSource) {
    this.#source = source;
    const answers = source.root.at("x-polygate").at("answers");
    this.root = answers.isObject ? this.#without(answers) : source.root;
  }

  /** Problems at the entries for their questions. Adds a problem for an entry without a question. */
  placed(problems: readonly Problem[]): readonly Problem[] {
    const asked = new Set<string>();
    const placed = problems.map((problem) => {
      const question = problem.questions?.map(({ at }) => JSON.stringify(at)).find((key) => this.#entries.has(key));
      if (question === undefined) return problem;
      asked.add(question);
      return { ...problem, place: this.#source.locate(this.#entries.get(question)?.place ?? "") };
    });
    // An entry about a question that another problem hides is not useless.
    if (problems.length > 0) return placed;
    const useless = [...this.#entries.values()].map(({ place }) => ({
      code: "unused-answer",
      place: this.#source.locate(place),
      rule: "No operation asks this question.",
      remedy: "Remove the entry.",
    }));
    return [...placed, ...useless];
  }

  #without(answers: Reader): Reader {
    const { root } = this.#source;
    const left = (reader: Reader, at: readonly string[]): unknown => {
      const members = reader.keys().flatMap((key) => {
        const member = reader.at(key);
        const here = [...at, key];
        if (member.at("kind").value === UNANSWERED) {
          this.#entries.set(JSON.stringify(here), member);
          return [];
        }
        return [[key, key === "schemes" && at.length === 1 && member.isObject ? left(member, here) : member.value]];
      });
      return Object.fromEntries(members) as object;
    };
    const value = left(answers, ["answers"]);
    if (this.#entries.size === 0) return root;
    const extension = { ...(root.at("x-polygate").value as object), answers: value };
    return root.with({ ...(root.value as object), "x-polygate": extension });
  }
}
