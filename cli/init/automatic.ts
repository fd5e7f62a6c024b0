import type { Answer, FlagAnswer } from "./answer-flags.ts";
import { identity } from "./open-questions.ts";
import type { Answerer } from "./settle.ts";

/** Answers with the options of the command, then with recommendations if `--yes` is set, then as another answerer does. */
export function automaticAnswerer(
  flags: ReadonlyMap<string, FlagAnswer>,
  takesRecommendations: boolean,
  otherwise: Answerer | undefined,
): Answerer {
  return {
    async answer(question, before, reading): Promise<Answer | undefined> {
      const flag = flags.get(identity(question.at));
      if (flag !== undefined) return flag.answer;
      const { recommended, isSecurity } = question.kind;
      if (takesRecommendations && recommended !== undefined && !isSecurity) return question.example as Answer;
      return otherwise?.answer(question, before, reading);
    },
  };
}
