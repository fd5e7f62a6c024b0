import { isDeepStrictEqual } from "node:util";
import { jwt } from "../description.ts";
import type { ProblemList } from "../problem.ts";
import { Reader } from "../reader.ts";
import { AnswerBook } from "./answers/answer-book.ts";
import { Remedies } from "./answers/remedies.ts";
import { Unanswered } from "./answers/unanswered.ts";
import { type Origin, Origins, placeOf } from "./origins.ts";
import { type Overrides, overrideMembers } from "./overrides.ts";
import type { OpenApiSource } from "./source.ts";
import { allowedAnswers, extensionOf } from "./x-polygate.ts";

/** What a description is made from: a document with its `x-polygate`, and overrides. */
export class Inputs {
  readonly source: OpenApiSource;
  /** The document's `x-polygate`. */
  readonly extension: Reader;
  readonly overrides: Reader;
  readonly origins = new Origins();
  readonly answers: AnswerBook;
  readonly remedies: Remedies;
  readonly unanswered: Unanswered;
  readonly #answersInCode: Reader;

  /**
   * @param problems collects the problems of the overrides
   * @param isCode whether a program passes the overrides
   */
  constructor(source: OpenApiSource, overrides: Overrides, problems: ProblemList, isCode: boolean) {
    this.source = source;
    this.overrides = new Reader(overrides, "overrides", problems);
    this.overrides.only(overrideMembers);
    this.unanswered = new Unanswered(source);
    this.extension = extensionOf(this.unanswered.root, "root", source);
    this.remedies = new Remedies(isCode);
    this.#answersInCode = allowedAnswers(this.overrides.at("answers"), true);
    const inDocument = allowedAnswers(this.extension.at("answers"), false);
    this.answers = new AnswerBook([inDocument, this.#answersInCode], this.remedies);
  }

  /**
   * Declares the auths of answers that name a new one.
   *
   * @param auths the auths of the document and the code, which get more
   */
  declareTokens(auths: Record<string, unknown>): void {
    const declared = Object.keys(auths);
    const schemes = this.source.root.at("components").at("securitySchemes");
    for (const { answer, reader, layer } of this.answers.tokens) {
      const { name, audiences } = answer;
      const auth = jwt({ audiences });
      const isAnother = Object.hasOwn(auths, name) && !isDeepStrictEqual(auths[name], auth);
      if (schemes.at(name).present || declared.includes(name) || isAnother) {
        const rule = `"${name}" is the name of something else, so the answer cannot declare an auth of this name.`;
        const remedy = 'Write another name, or "kind": "sameAs" with "auth" to require the same.';
        reader.at("name").problem("answer-contradicted", rule, remedy);
        continue;
      }
      auths[name] = auth;
      const origin = layer === this.#answersInCode ? this.overrides : this.extension;
      this.origins.set(placeOf("auth", name), this.#originIn(origin, reader.place));
    }
  }

  /** A member that the overrides replace member by member. */
  merged(name: "backends" | "auth" | "default" | "plans" | "ignore"): Record<string, unknown> {
    const merged: Record<string, unknown> = {};
    for (const layer of [this.extension, this.overrides]) {
      const reader = layer.at(name);
      for (const key of reader.present ? reader.keys() : []) {
        const { value, place } = reader.at(key);
        // An assignment to __proto__ would not add a member.
        Object.defineProperty(merged, key, { value, enumerable: true, configurable: true, writable: true });
        this.origins.set(placeOf(name, key), this.#originIn(layer, place));
      }
    }
    return merged;
  }

  /** A member that the overrides replace as a whole. */
  chosen(name: "title" | "cors" | "plans" | "to", inDocument = this.extension.at(name)): Reader {
    const override = this.overrides.at(name);
    const chosen = override.present ? override : inDocument;
    this.origins.set(name, this.#originIn(override.present ? this.overrides : this.extension, chosen.place));
    return chosen;
  }

  #originIn(layer: Reader, place: string): Origin {
    return layer === this.overrides ? { override: place } : { source: this.source, place };
  }
}
