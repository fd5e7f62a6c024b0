import { readFileSync } from "node:fs";
import { parse } from "yaml";
import type { AnswersText, SchemeAnswerText } from "./answers.ts";

/** The members of `x-polygate` that an overlay adds to a document, a scheme or an operation. */
interface AddedText
  extends Omit<AnswersText, "schemes" | "prefer" | "anyScope" | "trailingSlash" | "unsecured" | "operations"> {
  readonly audiences?: readonly string[];
  readonly answers?: Pick<AnswersText, "schemes" | "unsecured"> & {
    readonly prefer?: { readonly order: NonNullable<AnswersText["prefer"]> };
    readonly scopes?: { readonly kind: "any"; readonly reason: string };
    readonly trailingSlash?: { readonly reason: string };
  };
}

interface ActionText {
  readonly target: string;
  readonly update: { readonly "x-polygate": AddedText };
}

/** Whether the members of an operation decide who may call it, which the oracle does not read. */
function decidesAccess(added: object): boolean {
  return ["auth", "scopes", "open"].some((member) => member in added);
}

/** The answers of an overlay that selects the document, schemes and operations by their names. */
export function answersOfOverlay(file: string): AnswersText {
  const { actions } = parse(readFileSync(file, "utf8")) as { readonly actions: readonly ActionText[] };
  let root: AddedText = {};
  const schemes: Record<string, SchemeAnswerText> = {};
  const operations: Record<string, { readonly to?: string }> = {};
  for (const { target, update } of actions) {
    const added = update["x-polygate"];
    const [, scheme] = /^\$\.(?:components\.securitySchemes|securityDefinitions)\.(\w+)$/.exec(target) ?? [];
    const [, path, method = ""] = /^\$\.paths\['([^']+)'\]\.(\w+)$/.exec(target) ?? [];
    if (target === "$") root = { ...root, ...added };
    else if (scheme !== undefined) schemes[scheme] = { kind: "jwt", audiences: added.audiences ?? [] };
    else if (path !== undefined && !decidesAccess(added)) {
      if (added.to !== undefined) operations[`${method.toUpperCase()} ${path}`] = { to: added.to };
    } else throw new Error(`${file}: the oracle does not know the target ${target}.`);
  }
  const { answers = {}, audiences: _, ...others } = root;
  const { prefer, scopes, trailingSlash, unsecured } = answers;
  return {
    ...others,
    schemes: { ...schemes, ...answers.schemes },
    operations,
    ...(prefer === undefined ? {} : { prefer: prefer.order }),
    ...(scopes === undefined ? {} : { anyScope: scopes.reason }),
    ...(trailingSlash === undefined ? {} : { trailingSlash: trailingSlash.reason }),
    ...(unsecured === undefined ? {} : { unsecured }),
  };
}
