import { readFileSync } from "node:fs";
import { parse } from "yaml";
import type { Overrides } from "../../components/api/openapi/overrides.ts";
import { answersTo } from "./answers.ts";
import { type Document, reductions } from "./documents.ts";
import type { AnswersText, SchemeAnswerText } from "./oracle/answers.ts";
import { isUnsecured, readDocument } from "./oracle/document.ts";

/** What a user does to answer what a document leaves open. */
export interface Script {
  /** What the user writes into the overlay before `init` runs, because `init` does not ask it. */
  readonly overlay: object | undefined;
  /** The options of `init`. */
  readonly options: readonly string[];
  /** What the user changes in code. */
  readonly routes: NonNullable<Overrides["routes"]>;
}

/** The members of `answers`, without the operations, which `init` adds. */
interface AskedText {
  readonly schemes?: AnswersText["schemes"];
  readonly prefer?: { readonly order: NonNullable<AnswersText["prefer"]> };
  readonly unsecured?: AnswersText["unsecured"];
  readonly scopes?: ReasonText;
  readonly segments?: ReasonText;
  readonly trailingSlash?: ReasonText;
}

interface ReasonText {
  readonly kind: string;
  readonly reason: string;
}

interface ActionText {
  readonly target: string;
  readonly update: { readonly "x-polygate": { readonly answers?: AskedText } };
}

export function scriptFor(document: Document): Script {
  return document.origin === reductions ? scriptOfOverlay(document.file) : scriptOf(document.file, answersTo(document));
}

/** A reduction has an overlay with everything: `init` gets what it asks as options, and the rest as it is. */
function scriptOfOverlay(file: string): Script {
  const overlay = parse(readFileSync(file.replace(/yaml$/, "polygate.yaml"), "utf8")) as {
    readonly actions: readonly ActionText[];
  };
  let asked: AskedText = {};
  const actions = overlay.actions.flatMap(({ target, update }) => {
    const { answers, ...others } = update["x-polygate"];
    asked = { ...asked, ...answers };
    return Object.keys(others).length === 0 ? [] : [{ target, update: { "x-polygate": others } }];
  });
  return {
    overlay: actions.length === 0 ? undefined : { ...overlay, actions },
    options: optionsOf(asked),
    routes: {},
  };
}

function scriptOf(file: string, answers: AnswersText): Script {
  const document = readDocument(file);
  const {
    auth,
    backends,
    to,
    operations = {},
    without = [],
    schemes = {},
    prefer,
    anyScope,
    unsecured,
    segments,
  } = answers;
  const { trailingSlash } = answers;
  // The same answers are for all documents of a family. Some of these need less.
  const isNeeded = document.operations.some(isUnsecured);
  const declared = Object.entries(schemes).filter(([name]) => Object.hasOwn(document.schemes, name));
  const root = defined({ auth: isNeeded ? auth : undefined, backends, to });
  const actions = [{ target: "$", update: { "x-polygate": root } }];
  const info = { title: "What init does not ask", version: "1" };
  return {
    overlay: Object.keys(root).length === 0 ? undefined : { overlay: "1.0.0", info, actions },
    options: optionsOf({
      schemes: Object.fromEntries(declared),
      ...defined({
        prefer: prefer === undefined ? undefined : { order: prefer },
        scopes: anyScope === undefined ? undefined : { kind: "any", reason: anyScope },
        segments: segments === undefined ? undefined : { kind: "whole", reason: segments },
        trailingSlash: trailingSlash === undefined ? undefined : { kind: "without", reason: trailingSlash },
        unsecured: isNeeded ? unsecured : undefined,
      }),
    }),
    routes: { ...operations, ...Object.fromEntries(without.map((key) => [key, null])) },
  };
}

function defined<T extends object>(members: T): { [Name in keyof T]?: Exclude<T[Name], undefined> } {
  const entries = Object.entries(members).filter(([, value]) => value !== undefined);
  return Object.fromEntries(entries) as { [Name in keyof T]?: Exclude<T[Name], undefined> };
}

/** The answers as a user types them. `--yes` takes a plan without limits. */
function optionsOf({ schemes = {}, prefer, scopes, segments, trailingSlash, unsecured }: AskedText): readonly string[] {
  const given = {
    "--scopes": scopes,
    "--segments": segments,
    "--trailing-slash": trailingSlash,
    "--unsecured": unsecured,
  };
  const order = prefer?.order.map((each) => (typeof each === "string" ? each : each.join("+")));
  return [
    "--yes",
    ...Object.entries(schemes).flatMap(([name, answer]) => ["--scheme", `${name}=${typed(answer)}`]),
    ...(order === undefined ? [] : ["--prefer", order.join(",")]),
    ...Object.entries(given).flatMap(([option, answer]) => (answer === undefined ? [] : [option, typed(answer)])),
  ];
}

/** An answer as the value of an option. */
function typed(answer: SchemeAnswerText | ReasonText): string {
  // What an overlay contains also lists the operations.
  const value = ["audiences", "auth", "reason"].flatMap(
    (name) => (answer as Readonly<Record<string, unknown>>)[name] ?? [],
  );
  return value.length === 0 ? answer.kind : `${answer.kind}:${value.join(",")}`;
}
