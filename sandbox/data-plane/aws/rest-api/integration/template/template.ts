import { UnsupportedArtefact } from "../../../../interpreter.ts";
import { type StageScope, stageVariable } from "../../../shared/stage-variables.ts";
import { type Read, readContextVariable } from "../../context-variables.ts";
import type { Exchange } from "../../exchange.ts";
import { parseTemplate } from "./parser.ts";
import { type Rendered, Rendering } from "./rendering.ts";
import type { Condition, Piece, Reference, Value } from "./syntax.ts";

/**
 * A mapping template.
 *
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/models-mappings.html
 */
export interface Template {
  /** The names of the headers that the template may override. */
  readonly overrides: readonly string[];
  /** @throws TemplateFailure */
  render(exchange: Exchange): Rendered;
}

/**
 * Reads a mapping template.
 * @param overrides whether the template may set `$context.responseOverride`; request templates may not
 * @param extra additional variables of `$context`, e.g. `error.messageString`
 * @throws UnsupportedArtefact for syntax and variables that the sandbox does not support
 */
export function readTemplate(
  source: string,
  place: string,
  scope: StageScope,
  overrides: boolean,
  extra: Readonly<Record<string, Read>> = {},
): Template {
  const pieces = parseTemplate(source, place);
  const check = new TemplateCheck(place, scope, overrides, extra);
  check.pieces(pieces);
  const [first] = pieces;
  if (pieces.length === 0 || (pieces.length === 1 && first?.kind === "text")) {
    // Most templates are plain text.
    const rendered = { text: source, headers: new Map<string, string>(), status: undefined };
    return { overrides: check.headers, render: () => rendered };
  }
  return { overrides: check.headers, render: (exchange) => new Rendering(exchange, check.reads).render(pieces) };
}

/** Checks the references of a template, and collects the variables and headers that it uses. */
class TemplateCheck {
  /** The reader of each `$context` variable in use. */
  readonly reads = new Map<string, Read>();
  /** The names of the overridden headers. */
  readonly headers: string[] = [];
  readonly #place: string;
  readonly #scope: StageScope;
  readonly #overrides: boolean;
  readonly #extra: Readonly<Record<string, Read>>;

  constructor(place: string, scope: StageScope, overrides: boolean, extra: Readonly<Record<string, Read>>) {
    this.#place = place;
    this.#scope = scope;
    this.#overrides = overrides;
    this.#extra = extra;
  }

  pieces(pieces: readonly Piece[]): void {
    for (const piece of pieces) {
      if (piece.kind === "shown") this.#reference(piece.reference);
      else if (piece.kind === "set") this.#set(piece);
      else if (piece.kind === "if") {
        for (const { condition, pieces: inner } of piece.branches) {
          this.#condition(condition);
          this.pieces(inner);
        }
        this.pieces(piece.otherwise);
      }
    }
  }

  #set({ target, value }: Extract<Piece, { readonly kind: "set" }>): void {
    this.#value(value);
    if (target.kind === "header") this.headers.push(target.name);
    if (target.kind !== "variable" && !this.#overrides) {
      throw new UnsupportedArtefact(this.#place, "$context.responseOverride may be set in response templates only");
    }
  }

  #condition(condition: Condition): void {
    if (condition.kind === "not") this.#condition(condition.inner);
    else if (condition.kind === "compared") {
      this.#value(condition.left);
      this.#value(condition.right);
    } else {
      this.#condition(condition.left);
      this.#condition(condition.right);
    }
  }

  #value(value: Value): void {
    if (value.kind !== "literal") this.#reference(value);
  }

  #reference(reference: Reference): void {
    if (reference.kind === "context") {
      const { name } = reference;
      const extra = Object.hasOwn(this.#extra, name) ? this.#extra[name] : undefined;
      this.reads.set(name, extra ?? readContextVariable(name, this.#place));
    } else if (reference.kind === "stage variable") stageVariable(reference.name, this.#place, this.#scope);
    else if (reference.kind === "decoded") this.#value(reference.value);
  }
}
