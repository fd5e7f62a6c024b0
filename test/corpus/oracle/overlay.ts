import { readFileSync } from "node:fs";
import { parse } from "yaml";
import type { AnswersText } from "./answers.ts";

/** The members of the document's `x-polygate` that an overlay adds. Plans have no limits, as `init` recommends. */
interface AddedText {
  readonly ignore?: AnswersText["ignore"];
  readonly plans?: object;
  readonly answers?: Pick<AnswersText, "schemes" | "unsecured"> & {
    readonly prefer?: { readonly order: NonNullable<AnswersText["prefer"]> };
    readonly scopes?: { readonly kind: "any"; readonly reason: string };
    readonly segments?: { readonly reason: string };
    readonly pathQuery?: { readonly reason: string };
    readonly trailingSlash?: { readonly reason: string };
    readonly unservable?: { readonly reason: string };
  };
}

interface OverlayText {
  readonly actions: readonly { readonly target: string; readonly update: { readonly "x-polygate": AddedText } }[];
}

/** The answers of an overlay that contains nothing but answers to what `init` asks. */
export function answersOfOverlay(file: string): AnswersText {
  const { actions } = parse(readFileSync(file, "utf8")) as OverlayText;
  const [action, ...more] = actions;
  if (action?.target !== "$" || more.length > 0) throw new Error(`${file}: has more than the answers.`);
  const { answers = {}, ignore, plans: _, ...others } = action.update["x-polygate"];
  if (Object.keys(others).length > 0) throw new Error(`${file}: has more than the answers.`);
  const { schemes, unsecured, prefer, scopes, segments, trailingSlash, pathQuery, unservable } = answers;
  const all = {
    schemes,
    unsecured,
    ignore,
    prefer: prefer?.order,
    anyScope: scopes?.reason,
    segments: segments?.reason,
    trailingSlash: trailingSlash?.reason,
    pathQuery: pathQuery?.reason,
    unservable: unservable?.reason,
  };
  return Object.fromEntries(Object.entries(all).filter(([, value]) => value !== undefined)) as AnswersText;
}
