import { ownMember } from "../../../../../own-member.ts";
import { headerText } from "../../../shared/header-text.ts";
import { queryPairs, queryValue } from "../../../shared/query.ts";
import type { Read } from "../../context-variables.ts";
import type { Exchange } from "../../exchange.ts";
import type { Condition, Piece, Reference, Value } from "./syntax.ts";

type Evaluated = string | number | boolean | undefined;

/** The result of rendering a template. */
export interface Rendered {
  readonly text: string;
  /** The headers that the template overrides, by name as written. */
  readonly headers: ReadonlyMap<string, string>;
  /** The status that the template overrides; undefined without an override. */
  readonly status: number | undefined;
}

/** A template cannot be rendered. API Gateway responds with a 500. */
export class TemplateFailure extends Error {}

/** Renders a template for one request. */
export class Rendering {
  readonly #exchange: Exchange;
  readonly #reads: ReadonlyMap<string, Read>;
  readonly #variables = new Map<string, Evaluated>();
  readonly #headers = new Map<string, string>();
  #status: Evaluated;
  #statusSet = false;
  #text = "";

  constructor(exchange: Exchange, reads: ReadonlyMap<string, Read>) {
    this.#exchange = exchange;
    this.#reads = reads;
  }

  render(pieces: readonly Piece[]): Rendered {
    this.#run(pieces);
    const status = this.#status;
    return {
      text: this.#text,
      headers: this.#headers,
      // An invalid status has no effect (as in the AWS-validated tests of localstack/localstack).
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
          // Velocity shows a reference without a value as its source.
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
    // A second override results in a 5XX (docs.aws.amazon.com, apigateway-override-request-response-parameters).
    if (target.kind === "status") {
      if (this.#statusSet) throw new TemplateFailure("the status is overridden twice");
      this.#statusSet = true;
      this.#status = evaluated;
      return;
    }
    const overridden = [...this.#headers.keys()].some((name) => name.toLowerCase() === target.name.toLowerCase());
    if (overridden) throw new TemplateFailure(`the header ${target.name} is overridden twice`);
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
        // Velocity compares values of different types as strings. A missing value equals only another missing value.
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
        // Unverified: an absent variable is shown as an empty string.
        return this.#reads.get(reference.name)?.(this.#exchange) ?? "";
      case "stage variable":
        return ownMember(this.#exchange.deployment.stageVariables, reference.name);
      case "parameter":
        return this.#parameter(reference.from, reference.name);
      case "decoded":
        return Buffer.from(String(this.#evaluate(reference.value) ?? ""), "base64").toString("utf8");
    }
  }

  /**
   * A parameter of the request, searched in the documented order: path, query, header. An absent one is an empty string, on which
   * the templates of the AWS CDK's `addCorsPreflight` rely. Names are case-sensitive, also those of headers: AWS lists
   * this among its known issues, and those templates read both `Origin` and `origin`.
   */
  #parameter(from: "any" | "header" | "querystring" | "path", name: string): string {
    const { request, variables } = this.#exchange;
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
