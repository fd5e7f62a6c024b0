import { isDeepStrictEqual } from "node:util";
import { Document, isMap, isScalar, isSeq, type Node, Pair, parseDocument, Scalar, type YAMLMap } from "yaml";
import { UNANSWERED } from "../../components/api/openapi/answers/unanswered.ts";
import { printable } from "../../components/api/problem.ts";
import type { Answer } from "./answer-flags.ts";

type Steps = readonly (string | number)[];

/** What a new overlay says about itself. */
export interface OverlayHead {
  /** The document's file name, as a reference from the overlay. */
  readonly document: string;
  readonly title: string;
}

/** Writes texts with characters that a terminal would obey as escapes. YAML's own writer leaves some of them as they are. */
const escaped = {
  tag: "tag:yaml.org,2002:str",
  default: true,
  identify: (value: unknown): boolean => typeof value === "string" && printable(value) !== value,
  resolve: (text: string): string => text,
  stringify: ({ value }: { value?: unknown }): string => printable(JSON.stringify(value)),
} as const;
const settings = { customTags: (tags: readonly unknown[]) => [escaped, ...tags] as never, version: "1.2" } as const;

/** An overlay that is being edited. Its other actions, and its comments, stay. */
export class OverlayDraft {
  readonly #document: Document;
  readonly #isFlow: boolean;
  readonly #before: string;

  /** @param text an overlay without errors; undefined for a new one */
  constructor(text: string | undefined, { document, title }: OverlayHead) {
    this.#document =
      text === undefined
        ? new Document(
            { overlay: "1.0.0", info: { title: `Gateway: ${title}`, version: "1" }, extends: document, actions: [] },
            settings,
          )
        : parseDocument(text, settings);
    this.#isFlow = isMap(this.#document.contents) && this.#document.contents.flow === true;
    if (text === undefined) {
      this.#document.commentBefore = commentText([
        `Answers to what ${document} leaves open about its gateway, written by "polygate init".`,
        "Edit them as you like. An answer holds for the operations that it lists; init asks about all others.",
      ]);
    }
    this.#before = this.#document.toString({ lineWidth: 0 });
  }

  /** The overlay as data. Undefined while it contains nothing. */
  get data(): object | undefined {
    const actions = this.#document.get("actions");
    return isSeq(actions) && actions.items.length > 0 ? (this.#document.toJS() as object) : undefined;
  }

  get text(): string {
    return this.#document.toString({ lineWidth: 0 });
  }

  /** Whether anything was changed. */
  get isChanged(): boolean {
    return this.text !== this.#before;
  }

  /** The answer to a question, without its operations. Undefined for an entry that is not answered yet. */
  answer(at: readonly string[]): Answer | undefined {
    const node = this.#document.getIn([...this.#owner(at), ...at], true) as Node | undefined;
    const value = node?.toJS(this.#document) as Answer | undefined;
    if (typeof value !== "object" || value === null) return value;
    const { operations: _, ...answer } = value;
    return answer.kind === UNANSWERED ? undefined : answer;
  }

  /** Sets the answer to a question, for more operations than before. */
  set(at: readonly string[], answer: Answer, operations: readonly string[], comment: readonly string[]): void {
    const path = [...this.#home(at), ...at];
    const before = this.#document.getIn(path, true);
    const isAnswer = at[0] === "answers" && typeof answer === "object";
    if (isAnswer && isMap(before) && this.answer(at) !== undefined) {
      this.#update(path, before, answer, operations);
      return;
    }
    this.#put(path, isAnswer ? { ...answer, operations } : answer, comment);
  }

  /** Writes an entry for a question that is not answered yet. It keeps an answer for other operations. */
  leaveOpen(at: readonly string[], operations: readonly string[], comment: readonly string[]): void {
    if (at[0] !== "answers" || this.answer(at) !== undefined) return;
    this.#put([...this.#home(at), ...at], { kind: UNANSWERED, operations }, comment);
  }

  /** Removes what is at these steps, and an answer that then holds for no operation. */
  remove(steps: readonly string[]): void {
    const path: Steps = steps.map((step) => (/^\d+$/.test(step) ? Number(step) : step));
    this.#document.deleteIn(path);
    const owner = path.slice(0, -1);
    const left = this.#document.getIn(owner, true);
    const isEmpty = (isSeq(left) || isMap(left)) && left.items.length === 0;
    if (!isEmpty || owner.at(-1) === "x-polygate" || owner.length === 0) return;
    this.remove((owner.at(-1) === "operations" ? owner.slice(0, -1) : owner).map(String));
  }

  #update(
    path: Steps,
    before: YAMLMap,
    answer: Readonly<Record<string, unknown>>,
    operations: readonly string[],
  ): void {
    for (const { key } of [...before.items]) {
      const name = String(isScalar(key) ? key.value : key);
      if (name !== "operations" && !Object.hasOwn(answer, name)) before.delete(key);
    }
    const old = before.toJS(this.#document) as Readonly<Record<string, unknown>>;
    for (const [name, value] of Object.entries(answer)) {
      if (!isDeepStrictEqual(old[name], value)) this.#document.setIn([...path, name], this.#document.createNode(value));
    }
    const list = before.get("operations", true) as unknown;
    const known = isSeq(list) ? (list.toJS(this.#document) as readonly unknown[]) : [];
    const more = operations.filter((operation) => !known.includes(operation));
    if (isSeq(list)) for (const operation of more) list.add(this.#document.createNode(operation));
    else this.#document.setIn([...path, "operations"], this.#document.createNode(more));
  }

  /** Puts a value where it may not exist yet, with a comment. */
  #put(path: Steps, value: unknown, comment: readonly string[]): void {
    for (let length = 1; length < path.length; length++) {
      const owner = path.slice(0, length);
      if (!this.#document.hasIn(owner)) this.#document.setIn(owner, this.#document.createNode({}));
    }
    const owner = this.#document.getIn(path.slice(0, -1), true);
    if (!isMap(owner)) return;
    const key = new Scalar(path.at(-1));
    const pair = new Pair(key, this.#document.createNode(value));
    const index = owner.items.findIndex((item) => isScalar(item.key) && item.key.value === key.value);
    const before = owner.items[index]?.key;
    // A comment before the first member of an object belongs to the object.
    if (index === 0) owner.commentBefore = withoutOpen(owner.commentBefore);
    const kept = isScalar(before) ? withoutOpen(before.commentBefore) : undefined;
    const lines = [...(kept ? [kept] : []), ...(this.#isFlow || comment.length === 0 ? [] : [commentText(comment)])];
    if (lines.length > 0) key.commentBefore = lines.join("\n");
    if (index === -1) owner.items.push(pair as never);
    else owner.items.splice(index, 1, pair as never);
  }

  /** The steps to the `x-polygate` that contains an answer, or that would contain it. */
  #owner(at: readonly string[]): Steps {
    const roots = this.#roots();
    const nearest = [at, at.slice(0, 1), []].flatMap((part) =>
      roots.filter((root) => this.#document.hasIn([...root, ...part])),
    );
    return nearest[0] ?? roots[0] ?? ["actions", this.#actions, "update", "x-polygate"];
  }

  /** Like {@link #owner}. Adds an action if there is none for the root of the document. */
  #home(at: readonly string[]): Steps {
    const owner = this.#owner(at);
    if (this.#roots().length === 0) {
      this.#document.addIn(["actions"], this.#document.createNode({ target: "$", update: { "x-polygate": {} } }));
    }
    return owner;
  }

  get #actions(): number {
    const actions = this.#document.get("actions");
    return isSeq(actions) ? actions.items.length : 0;
  }

  /** The steps to the `x-polygate` of each action that updates the root of the document. */
  #roots(): readonly Steps[] {
    return Array.from({ length: this.#actions }, (_, index) => ["actions", index])
      .filter((action) => this.#document.getIn([...action, "target"]) === "$")
      .filter((action) => isMap(this.#document.getIn([...action, "update"], true)))
      .map((action) => [...action, "update", "x-polygate"]);
  }
}

/** A comment without the part about an open question. */
function withoutOpen(comment: string | null | undefined): string | null {
  const lines = (comment ?? "").split("\n");
  const start = lines.findIndex((line) => line.startsWith(" OPEN: "));
  if (start === -1) return comment ?? null;
  const end = lines.findLastIndex((line) => line.startsWith("   "));
  const kept = [...lines.slice(0, start), ...lines.slice(end + 1)];
  return kept.length === 0 ? null : kept.join("\n");
}

/** Comments on lines of their own. */
function commentText(lines: readonly string[]): string {
  return lines.map((line) => ` ${printable(line)}`).join("\n");
}
