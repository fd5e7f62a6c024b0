import { isDeepStrictEqual } from "node:util";
import type { FlagAnswer } from "./answer-flags.ts";
import { choicesOf } from "./answer-forms.ts";
import { answerComment } from "./comments.ts";
import type { OverlayDraft } from "./overlay-draft.ts";
import { kindOf } from "./question-kinds.ts";

/**
 * Writes the answers of options into a draft before any question is asked, because they decide which questions there are. They get
 * their operations when these ask.
 *
 * @returns what was changed of answers that the overlay had
 */
export function writeFlags(draft: OverlayDraft, flags: Iterable<FlagAnswer>): readonly string[] {
  return [...flags].flatMap(({ at, answer, flag }) => {
    const found = kindOf(at);
    const before = draft.answer(at);
    // Others decide nothing about the questions.
    if (at[0] !== "answers" || found === undefined || isDeepStrictEqual(before, answer)) return [];
    draft.set(at, answer, [], answerComment({ ...found, choices: choicesOf(at) }, answer));
    return before === undefined ? [] : [`${flag} replaces ${JSON.stringify(before)}`];
  });
}
