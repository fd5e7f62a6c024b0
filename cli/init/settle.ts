import { isDeepStrictEqual } from "node:util";
import { type Reading, readingOf } from "../../components/api/openapi/from-openapi.ts";
import { unescapeStep } from "../../components/api/openapi/place.ts";
import type { OpenApiSource } from "../../components/api/openapi/source.ts";
import type { Problem } from "../../components/api/problem.ts";
import type { Answer } from "./answer-flags.ts";
import { answerComment, openComment } from "./comments.ts";
import { audienceQuestions, identity, type OpenQuestion, openQuestions, scopesQuestions } from "./open-questions.ts";
import type { OverlayDraft } from "./overlay-draft.ts";

/** What answers questions. */
export interface Answerer {
  /**
   * @param before the answer that was given for other operations
   * @returns undefined to leave the question open
   */
  answer(question: OpenQuestion, before: Answer | undefined, reading: Reading): Promise<Answer | undefined>;
}

/** A document after its questions were asked. */
export interface Settled {
  readonly reading: Reading;
  /** The questions that are still open. */
  readonly open: readonly OpenQuestion[];
  /** What was removed from the overlay, because the document no longer has it. */
  readonly removed: readonly Outdated[];
}

/** The problems of answers to questions that the document no longer asks. Removing them makes nothing weaker. */
const outdated = new Set(["unknown-operation", "unknown-security-scheme", "unused-answer", "unused-ignore"]);

/** More rounds than the questions of a document can need: each round answers some, and an answer may lead to others. */
const MOST_ROUNDS = 100;

/** The questions that need no answer, and are asked nevertheless. */
export interface Optional {
  /** The audiences of tokens, which each gateway can bind instead: of all schemes, or of those without an answer. */
  readonly audiences: "all" | "new" | "none";
  /** Whether one of several scopes is enough, where all of them are required otherwise. */
  readonly scopes: boolean;
}

/** Only the questions that a document must have answered. */
export const noOptional: Optional = { audiences: "none", scopes: false };

/**
 * Asks the questions of a document, and writes the answers into the draft, until no question is left that is not left open.
 */
export async function settle(
  document: OpenApiSource,
  draft: OverlayDraft,
  answerer: Answerer,
  wanted: Optional,
): Promise<Settled> {
  const answered = new Map<string, unknown>();
  // An overlay only adds, so an answer of the document itself can only be changed there.
  const root = document.again().root.at("x-polygate");
  const isFixed = (at: readonly string[]): boolean => at.reduce((reader, step) => reader.at(step), root).present;
  const leftOpen = new Set<string>();
  const removed: Outdated[] = [];
  let reading = read(document, draft);
  for (let round = 0; round < MOST_ROUNDS; round++) {
    const gone = outdatedParts(reading.problems);
    if (gone.length > 0) {
      for (const each of gone) draft.remove(each.steps);
      removed.push(...gone);
    } else {
      const asked = openQuestions(reading.problems);
      const optional = asked.length > 0 ? [] : optionalQuestions(reading, draft, wanted);
      const questions = [...asked, ...optional].filter(({ at }) => !leftOpen.has(identity(at)) && !isFixed(at));
      const [first] = questions;
      if (first === undefined) break;
      // The answers to questions of one kind decide which of the others are left.
      for (const question of questions.filter(({ kind }) => kind === first.kind)) {
        const isSettled = await settleOne(question, { draft, answerer, reading, answered });
        if (!isSettled) leftOpen.add(identity(question.at));
      }
    }
    reading = read(document, draft);
  }
  const open = openQuestions(reading.problems).filter(({ at }) => !isFixed(at));
  for (const question of open) draft.leaveOpen(question.at, question.operations, openComment(question));
  return { reading, open, removed };
}

function optionalQuestions(
  reading: Reading,
  draft: OverlayDraft,
  { audiences, scopes }: Optional,
): readonly OpenQuestion[] {
  const isNew = ({ at }: OpenQuestion): boolean => draft.answer(at) === undefined;
  const ofAudiences = audiences === "none" ? [] : audienceQuestions(reading.withoutAudiences);
  return [
    ...(scopes ? scopesQuestions(reading.severalScopes) : []),
    ...(audiences === "all" ? ofAudiences : ofAudiences.filter(isNew)),
  ];
}

interface Asking {
  readonly draft: OverlayDraft;
  readonly answerer: Answerer;
  readonly reading: Reading;
  /** The last answer to each question, with the operations that asked it. */
  readonly answered: Map<string, unknown>;
}

/** Asks one question. Returns whether it has an answer that was not tried before. */
async function settleOne(question: OpenQuestion, { draft, answerer, reading, answered }: Asking): Promise<boolean> {
  const { at, operations } = question;
  const answer = await answerer.answer(question, draft.answer(at), reading);
  if (answer === undefined) return false;
  const attempt = [answer, operations];
  if (isDeepStrictEqual(answered.get(identity(at)), attempt)) return false;
  answered.set(identity(at), attempt);
  draft.set(at, answer, operations, answerComment(question, answer));
  return true;
}

/** Reads the document with the draft. */
export function read(document: OpenApiSource, draft: OverlayDraft): Reading {
  const overlay = draft.data;
  return readingOf(document, overlay === undefined ? {} : { overlay }, false);
}

/** A part of an overlay that decides nothing any more. */
interface Outdated {
  /** The steps to it. */
  readonly steps: readonly string[];
  readonly text: string;
}

/** The parts of the overlay that are outdated, the last ones first, so that the steps to the others stay. */
function outdatedParts(problems: readonly Problem[]): readonly Outdated[] {
  return problems
    .filter(({ code }) => outdated.has(code))
    .flatMap((problem) => (problem.at ?? [problem]).map(({ place = "" }) => ({ place, problem })))
    .filter(({ place }) => place.startsWith("#/actions/"))
    .map(({ place, problem }) => ({
      steps: place.slice(2).split("/").map(unescapeStep),
      text: problem.rule,
    }))
    .toSorted((one, other) => other.steps.join("/").localeCompare(one.steps.join("/"), "en", { numeric: true }));
}
