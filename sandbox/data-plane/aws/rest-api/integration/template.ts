import { UnsupportedArtefact } from "../../../interpreter.ts";
import { headerText } from "../../shared/header-text.ts";
import { queryPairs, queryValue } from "../../shared/query.ts";
import { type Read, readContextVariable } from "../context-variables.ts";
import type { Place, Turn } from "../turn.ts";
import { type Condition, type Piece, parseTemplate, type Reference, type Value } from "./template-syntax.ts";

type Evaluated = string | number | boolean | undefined;

/** What a template made. */
export interface Rendered {
  readonly text: string;
  /** Headers that it overrides, by name as written. */
  readonly headers: ReadonlyMap<string, string>;
  /** The status that it overrides; undefined without one. */
  readonly status: number | undefined;
}

/** A template cannot be applied: API Gateway answers with a 500. */
export class TemplateFailure extends Error {}

/** A mapping template: https://docs.aws.amazon.com/apigateway/latest/developerguide/models-mappings.html */
export interface Template {
  /** The names of the headers that it may override. */
  readonly overrides: readonly string[];
  /** @throws TemplateFailure */
  render(turn: Turn): Rendered;
}

/**
 * Reads a mapping template.
 * @param overrides whether it may set `$context.responseOverride`, which a request's may not
 * @param extra what else of `$context` it may read, e.g. `error.messageString`
 * @throws UnsupportedArtefact for what is not known here
 */
export function readTemplate(
  source: string,
  place: string,
  where: Pick<Place, "stageVariables">,
  overrides: boolean,
  extra: Readonly<Record<string, Read>> = {},
): Template {
  const pieces = parseTemplate(source, place);
  const reads = new Map<string, Read>();
  const headers: string[] = [];
  const check = (reference: Reference): void => {
    if (reference.kind === "context") {
      reads.set(
        reference.name,
        (Object.hasOwn(extra, reference.name) ? extra[reference.name] : undefined) ??
          readContextVariable(reference.name, place),
      );
    } else if (reference.kind === "stage variable" && !Object.hasOwn(where.stageVariables, reference.name)) {
      throw new UnsupportedArtefact(place, `the stage has no variable ${reference.name}`);
    } else if (reference.kind === "decoded" && reference.value.kind !== "literal") check(reference.value);
  };
  const checkValue = (value: Value): void => {
    if (value.kind !== "literal") check(value);
  };
  const checkCondition = (condition: Condition): void => {
    if (condition.kind === "not") checkCondition(condition.inner);
    else if (condition.kind === "compared") {
      checkValue(condition.left);
      checkValue(condition.right);
    } else {
      checkCondition(condition.left);
      checkCondition(condition.right);
    }
  };
  const checkPieces = (list: readonly Piece[]): void => {
    for (const piece of list) {
      if (piece.kind === "shown") check(piece.reference);
      else if (piece.kind === "set") {
        checkValue(piece.value);
        if (piece.target.kind === "header") headers.push(piece.target.name);
        if (piece.target.kind !== "variable" && !overrides) {
          throw new UnsupportedArtefact(place, "$context.responseOverride may be set in response templates only");
        }
      } else if (piece.kind === "if") {
        for (const { condition, pieces: inner } of piece.branches) {
          checkCondition(condition);
          checkPieces(inner);
        }
        checkPieces(piece.otherwise);
      }
    }
  };
  checkPieces(pieces);
  const [only] = pieces;
  if (pieces.length === 0 || (pieces.length === 1 && only?.kind === "text")) {
    // Most templates are plain texts.
    const rendered = { text: source, headers: new Map<string, string>(), status: undefined };
    return { overrides: headers, render: () => rendered };
  }
  return { overrides: headers, render: (turn) => new Rendering(turn, reads).render(pieces) };
}

class Rendering {
  readonly #turn: Turn;
  readonly #reads: ReadonlyMap<string, Read>;
  readonly #variables = new Map<string, Evaluated>();
  readonly #headers = new Map<string, string>();
  #status: Evaluated;
  #statusSet = false;
  #text = "";

  constructor(turn: Turn, reads: ReadonlyMap<string, Read>) {
    this.#turn = turn;
    this.#reads = reads;
  }

  render(pieces: readonly Piece[]): Rendered {
    this.#run(pieces);
    const status = this.#status;
    return {
      text: this.#text,
      headers: this.#headers,
      // A status that is none has no effect (so the AWS-validated tests of localstack/localstack).
      status: typeof status === "number" && status >= 100 && status < 600 ? status : undefined,
    };
  }

  #run(pieces: readonly Piece[]): void {
    for (const piece of pieces) {
      switch (piece.kind) {
        case "text":
          this.#text += piece.text;
          break;
        case "shown": {
          const value = this.#read(piece.reference);
          // Velocity shows a reference to nothing as it is written.
          this.#text += value ?? (piece.reference.kind === "variable" ? piece.reference.source : "");
          break;
        }
        case "set":
          this.#set(piece);
          break;
        case "if":
          this.#run(piece.branches.find(({ condition }) => this.#holds(condition))?.pieces ?? piece.otherwise);
      }
    }
  }

  #set({ target, value }: Extract<Piece, { readonly kind: "set" }>): void {
    const evaluated = this.#evaluate(value);
    if (target.kind === "variable") {
      this.#variables.set(target.name, evaluated);
      return;
    }
    // docs.aws.amazon.com, apigateway-override-request-response-parameters: overriding one of them twice is a 5XX.
    if (target.kind === "status") {
      if (this.#statusSet) throw new TemplateFailure("the status is overridden twice");
      this.#statusSet = true;
      this.#status = evaluated;
      return;
    }
    const taken = [...this.#headers.keys()].some((name) => name.toLowerCase() === target.name.toLowerCase());
    if (taken) throw new TemplateFailure(`the header ${target.name} is overridden twice`);
    if (evaluated !== undefined) this.#headers.set(target.name, headerText(String(evaluated)));
  }

  #holds(condition: Condition): boolean {
    switch (condition.kind) {
      case "and":
        return this.#holds(condition.left) && this.#holds(condition.right);
      case "or":
        return this.#holds(condition.left) || this.#holds(condition.right);
      case "not":
        return !this.#holds(condition.inner);
      case "compared": {
        const left = this.#evaluate(condition.left);
        const right = this.#evaluate(condition.right);
        // Velocity compares values of different types by their texts; nothing is equal to nothing only.
        const equal = left === undefined || right === undefined ? left === right : String(left) === String(right);
        return equal === condition.equal;
      }
    }
  }

  #evaluate(value: Value): Evaluated {
    return value.kind === "literal" ? value.value : this.#read(value);
  }

  #read(reference: Reference): Evaluated {
    switch (reference.kind) {
      case "variable":
        return this.#variables.get(reference.name);
      case "context":
        // Absent ones are shown as an empty text (U).
        return this.#reads.get(reference.name)?.(this.#turn) ?? "";
      case "stage variable":
        return this.#turn.place.stageVariables[reference.name];
      case "parameter":
        return this.#parameter(reference.from, reference.name);
      case "decoded":
        return Buffer.from(String(this.#evaluate(reference.value) ?? ""), "base64").toString("utf8");
    }
  }

  /**
   * A parameter of the request, in the documented order: path, query, header. An absent one is an empty text, which the
   * templates of the AWS CDK's `addCorsPreflight` rely on. Names are case-sensitive, those of headers too: so the page
   * of known issues, and those templates ask for both `Origin` and `origin`.
   */
  #parameter(from: "any" | "header" | "querystring" | "path", name: string): string {
    const { request, variables } = this.#turn;
    if (from === "any" || from === "path") {
      const value = variables.get(name);
      if (value !== undefined || from === "path") return value ?? "";
    }
    if (from === "any" || from === "querystring") {
      const pair = queryPairs(request.query).findLast((each) => each.name === name);
      if (pair !== undefined || from === "querystring") return pair === undefined ? "" : queryValue(pair);
    }
    return request.headers.findLast(([each]) => each === name)?.[1] ?? "";
  }
}
