import type { Auth } from "../../description.ts";
import { printable } from "../../problem.ts";
import type { Reader } from "../../reader.ts";
import type { SchemeAnswer } from "../answers/answers.ts";

/** One alternative of `security`, as the document declares it. */
export interface NamedAlternative {
  readonly names: readonly string[];
  readonly reader: Reader;
}

/** Something that the document requires and the gateway does not check. */
export interface Remark {
  readonly what: string;
  readonly reason: string;
  /** The places in the document that require it, as reports show them, if they are known. */
  readonly places?: readonly string[];
}

/** One alternative of `security`, after the answers. */
export interface Alternative extends NamedAlternative {
  /** The names of the schemes or declared auths that the gateway requires, each once. */
  readonly required: readonly string[];
  /** The names in the document that each of `required` comes from. */
  readonly sources: ReadonlyMap<string, readonly string[]>;
  /** What the gateway does not check. */
  readonly unchecked: readonly (Remark & { readonly isBackend: boolean })[];
}

/** What an alternative requires of the gateway. */
export function resolved(
  { names, reader }: NamedAlternative,
  answerOf: (name: string) => SchemeAnswer | undefined,
): Alternative {
  const sources = new Map<string, string[]>();
  const unchecked: (Remark & { readonly isBackend: boolean })[] = [];
  for (const name of names) {
    const answer = answerOf(name);
    if (answer?.kind === "backend" || answer?.kind === "open") {
      const what = `the security scheme "${printable(name)}"`;
      unchecked.push({ what, reason: answer.reason, isBackend: answer.kind === "backend" });
      continue;
    }
    const required = answer?.kind === "sameAs" ? answer.auth : name;
    sources.set(required, [...(sources.get(required) ?? []), name]);
  }
  return { names, reader, required: [...sources.keys()], sources, unchecked };
}

/** Alternatives that require the same of the gateway, together. All API keys are one: a consumer has one key. */
export function collapsed(
  alternatives: readonly Alternative[],
  kindOf: (name: string) => Auth["kind"] | undefined,
): readonly (readonly Alternative[])[] {
  const groups = Map.groupBy(alternatives, ({ required }) =>
    JSON.stringify(required.map((name) => (kindOf(name) === "apiKey" ? ["key"] : [name, ""])).toSorted()),
  );
  return [...groups.values()];
}

/** The first group that an order of schemes prefers. */
export function preferred(
  groups: readonly (readonly Alternative[])[],
  order: readonly (string | readonly string[])[],
): readonly Alternative[] | undefined {
  for (const entry of order) {
    const wanted = JSON.stringify((typeof entry === "string" ? [entry] : entry).toSorted());
    const found = groups.find((group) => group.some(({ names }) => JSON.stringify(names.toSorted()) === wanted));
    if (found !== undefined) return found;
  }
  return undefined;
}

/** What is required in place of the alternatives of the document. */
export function swapped(auth: string, alternatives: readonly NamedAlternative[]): readonly string[] {
  const wanted = alternatives.filter(({ names }) => names.length > 0).map(({ names }) => names.join(" and "));
  return wanted.length === 0 ? [] : [`the auth "${auth}" is required in place of ${[...new Set(wanted)].join(" or ")}`];
}
