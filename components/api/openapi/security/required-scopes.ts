import type { Scopes } from "../../description.ts";
import { ROUTES } from "../../problem/causes.ts";
import type { ProblemDetails } from "../../problem.ts";
import type { Reader } from "../../reader.ts";
import { asScopes, asStrictScopes, type ScopeSets, shortest, writtenScopeSets } from "../../scopes.ts";
import type { AnswerBook } from "../answers/answer-book.ts";
import type { ScopesAnswer } from "../answers/answers.ts";
import type { Remedies } from "../answers/remedies.ts";
import { stepsOf } from "../place.ts";
import type { Remark } from "./alternatives.ts";
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
  readonly #undecided = new Undecided("mixed-scopes");
  readonly #withSeveral = new Set<string>();

  constructor(auths: OpenApiAuths, answers: AnswerBook, remedies: Remedies) {
    this.#auths = auths;
    this.#answers = answers;
    this.#remedies = remedies;
  }

  /** The operations with several scopes in one alternative which no answer is for. */
  get withSeveral(): readonly string[] {
    return [...this.#withSeveral];
  }

  /** Reports the operations that are not decided. */
  report(): void {
    const before = this.#answers.extended<ScopesAnswer>(["scopes"])?.operations ?? [];
    const operations = [...before, ...this.#undecided.operations];
    const example = { kind: "any", reason: "WHY ONE SCOPE IS ENOUGH" };
    const answer = { ...example, operations };
    this.#undecided.report(
      (declares) =>
        `A route can require one of several scopes or all of them, but the alternatives of security differ: ${declares}.`,
      `If one is enough at the gateway, ${this.#remedies.atRoot({ answers: { scopes: answer } })} Or write "kind": "all" without "reason", to require every one of them.`,
      { questions: [{ at: ["answers", "scopes"], example }] },
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
    const isNone = Array.isArray(scopes) && scopes.length === 0 && replaced.scopes === undefined;
    return {
      auth,
      ...(isNone ? {} : { scopes }),
      ...(remarks.length === 0 ? {} : { unchecked: remarks }),
    };
  }

  /**
   * The scopes that a token must have. OpenAPI requires all scopes of an alternative, and one of the alternatives. An alternative that
   * requires everything that another one does is superfluous.
   *
   * @param alternatives the lists of scopes of each alternative
   * @returns an empty list if an alternative requires no scope; undefined for a problem, which is reported
   */
  of(name: string, alternatives: readonly (readonly Reader[])[], key: string, remarks: Remark[]): Scopes | undefined {
    for (const lists of alternatives) {
      const [first] = lists;
      const written = lists.flatMap((list) => list.list());
      if (first === undefined || lists.some(({ value }) => !Array.isArray(value))) return undefined;
      if (written.length > 0 && !this.#auths.hasScopes(name)) {
        const rule = `"${name}" has no scopes, and roles cannot be enforced.`;
        first.problem("roles", rule, this.#rolesRemedy(name), this.#otherAnswer(lists));
        return undefined;
      }
    }
    const sets = shortest(
      alternatives.map((lists) => lists.flatMap((list) => list.list().flatMap((scope) => scope.text() ?? []))),
    );
    if (sets.every(({ length }) => length <= 1)) return sets.flat();
    return this.#ofSeveral(sets, alternatives, key, remarks);
  }

  /** What a scheme with roles may become. Many documents list the scopes of a bearer token, although only OAuth2 has scopes. */
  #rolesRemedy(name: string): string {
    const kind = this.#auths.kindOf(name);
    if (kind === "iam") return "Write [].";
    const audiences = this.#auths.audiencesOf(name) ?? ["AUDIENCE OF THE TOKENS"];
    const [become, what] =
      kind === "jwt"
        ? [{ kind: "jwt", audiences }, "If they are scopes of the token"]
        : [{ kind: "backend", reason: "HOW THE BACKEND CHECKS IT" }, "If the backend checks it"];
    const schemes = { [name]: { ...become, operations: [ROUTES] } };
    return `${what}, ${this.#remedies.atRoot({ answers: { schemes } })} Or write [].`;
  }

  /** The question about the scheme that has the scopes, if its answer is why they cannot be enforced. */
  #otherAnswer(lists: readonly Reader[]): ProblemDetails {
    const list = lists.find(({ value }) => Array.isArray(value) && value.length > 0);
    const name = list === undefined ? "" : (stepsOf(list.place).at(-1) ?? "");
    if (this.#answers.scheme(name) === undefined) return {};
    const example = { kind: "backend", reason: "HOW THE BACKEND CHECKS IT" };
    return { questions: [{ at: ["answers", "schemes", name], example, kinds: ["jwt", "backend", "open"] }] };
  }

  /** The scopes of alternatives, one of which lists several. */
  #ofSeveral(
    sets: ScopeSets,
    alternatives: readonly (readonly Reader[])[],
    key: string,
    remarks: Remark[],
  ): Scopes | undefined {
    const given = this.#answers.scopes(key);
    const isAnswered = given?.answer.operations.includes(key) === true;
    if (isAnswered) this.#answers.covers(given, key);
    else this.#withSeveral.add(key);
    if (isAnswered && given.answer.kind === "any") {
      const { reason } = given.answer;
      for (const set of sets.filter(({ length }) => length > 1)) {
        remarks.push({ what: `the scopes ${set.join(" and ")} together; one of them is enough`, reason });
      }
      return [...new Set(sets.flat())];
    }
    const scopes = asScopes(sets);
    if (scopes !== undefined) return scopes;
    if (isAnswered) return { all: [...new Set(sets.flat())] };
    if (given !== undefined) {
      this.#answers.covers(given, key);
      return undefined;
    }
    const [several] = alternatives.find((lists) => lists.flatMap((list) => list.list()).length > 1) ?? [];
    if (several !== undefined) this.#undecided.add(several, key, sets.map((set) => set.join(" and ")).join(", or "));
    return undefined;
  }
}

/** What scopes that are set leave unchecked of those that the document requires. */
function replacedScopes(scopes: Scopes, readers: readonly (readonly Reader[])[]): readonly Remark[] {
  const required = readers.map((lists) =>
    lists.flatMap(({ value }) => (Array.isArray(value) ? value.filter((each) => typeof each === "string") : [])),
  );
  const sets = writtenScopeSets(scopes);
  if (sets === undefined || required.length === 0 || asStrictScopes(sets, required)) return [];
  const what = required.map((all) => all.join(" and ")).join(" or ");
  const by = sets.map((all) => all.join(" and ")).join(", ");
  return [{ what: `the scopes ${what}`, reason: `"scopes" replaces them by ${sets.length > 1 ? "one of " : ""}${by}` }];
}
