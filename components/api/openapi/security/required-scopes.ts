import type { Reader } from "../../reader.ts";
import type { AnswerBook } from "../answers/answer-book.ts";
import type { ScopesAnswer } from "../answers/answers.ts";
import type { Remedies } from "../answers/remedies.ts";
import { isWeaker, type Remark } from "./alternatives.ts";
import type { OpenApiAuths } from "./auths.ts";
import type { Requirement } from "./requirement.ts";
import { Undecided } from "./undecided.ts";

/** The operation whose scopes are read, and what else of it is known. */
interface ScopedOperation {
  readonly key: string;
  /** What else the gateway does not check. */
  readonly unchecked: readonly Remark[];
  /** The name of the auth that the scopes belong to. */
  readonly owner: string;
}

/** Reads the scopes of a token. */
export class RequiredScopes {
  readonly #auths: OpenApiAuths;
  readonly #answers: AnswerBook;
  readonly #remedies: Remedies;
  readonly #undecided = new Undecided("all-scopes");

  constructor(auths: OpenApiAuths, answers: AnswerBook, remedies: Remedies) {
    this.#auths = auths;
    this.#answers = answers;
    this.#remedies = remedies;
  }

  /** Reports the operations that are not decided. */
  report(): void {
    const before = this.#answers.extended<ScopesAnswer>(["scopes"])?.operations ?? [];
    const operations = [...before, ...this.#undecided.operations];
    const answer = { kind: "any", reason: "WHY ONE SCOPE IS ENOUGH", operations };
    this.#undecided.report(
      (declares) => `A gateway can require one of several scopes, but this requires all: ${declares}.`,
      `If one is enough at the gateway, ${this.#remedies.atRoot({ answers: { scopes: answer } })}`,
    );
  }

  /** A requirement of an auth with scopes: those that are set, or else those of the document. */
  requirement(
    auth: string,
    readers: readonly (readonly Reader[])[],
    replaced: Requirement,
    { key, unchecked, owner }: ScopedOperation,
  ): Requirement | undefined {
    const remarks = [...unchecked];
    const scopes = replaced.scopes ?? this.of(owner, readers, key, remarks);
    if (scopes === undefined) return undefined;
    if (replaced.scopes !== undefined) remarks.push(...replacedScopes(replaced.scopes, readers));
    return {
      auth,
      ...(scopes.length === 0 && replaced.scopes === undefined ? {} : { scopes }),
      ...(remarks.length === 0 ? {} : { unchecked: remarks }),
    };
  }

  /**
   * The scopes of which a token must have one. OpenAPI writes each as an alternative of its own; several in one alternative mean
   * all of them, which a route cannot require.
   *
   * @param alternatives the lists of scopes of each alternative
   * @returns an empty list if an alternative requires no scope; undefined for a problem, which is reported
   */
  of(
    name: string,
    alternatives: readonly (readonly Reader[])[],
    key: string,
    remarks: Remark[],
  ): readonly string[] | undefined {
    const wanted: string[] = [];
    let isAny = false;
    for (const lists of alternatives) {
      const scopes = [...new Set(lists.flatMap((list) => list.list().flatMap((scope) => scope.text() ?? [])))];
      const [first] = lists;
      if (first === undefined || lists.some(({ value }) => !Array.isArray(value))) return undefined;
      if (scopes.length > 0 && !this.#auths.hasScopes(name)) {
        first.problem("roles", `"${name}" has no scopes, and roles cannot be enforced.`, "Write [].");
        return undefined;
      }
      if (scopes.length > 1) {
        const reason = this.#anyOf(scopes, first, key);
        if (reason === undefined) return undefined;
        remarks.push({ what: `the scopes ${scopes.join(" and ")} together; one of them is enough`, reason });
      }
      if (scopes.length === 0) isAny = true;
      wanted.push(...scopes);
    }
    return isAny ? [] : [...new Set(wanted)];
  }

  /** The reason for which one of several scopes is enough. Without one, it is reported. */
  #anyOf(scopes: readonly string[], list: Reader, key: string): string | undefined {
    const given = this.#answers.scopes(key);
    if (given !== undefined) return this.#answers.covers(given, key) ? given.answer.reason : undefined;
    this.#undecided.add(list, key, scopes.join(" and "));
    return undefined;
  }
}

/** What scopes that are set leave unchecked of those that the document requires. */
function replacedScopes(scopes: readonly string[], readers: readonly (readonly Reader[])[]): readonly Remark[] {
  const required = readers.map((lists) =>
    lists.flatMap(({ value }) => (Array.isArray(value) ? value.filter((each) => typeof each === "string") : [])),
  );
  if (!Array.isArray(scopes) || !isWeaker(scopes, required)) return [];
  const what = required.map((all) => all.join(" and ")).join(" or ");
  return [{ what: `the scopes ${what}`, reason: `"scopes" replaces them by one of ${scopes.join(", ")}` }];
}
