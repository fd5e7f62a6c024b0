import { answersTo } from "./answers.ts";
import type { Document } from "./documents.ts";
import type { AnswersText } from "./oracle/answers.ts";
import { isUnsecured, readDocument } from "./oracle/document.ts";

/** The options of `polygate init` that a user types to answer what a document leaves open. `--yes` takes a plan without limits. */
export function scriptFor(document: Document): readonly string[] {
  const answers = answersTo(document);
  const {
    schemes = {},
    prefer,
    anyScope,
    unsecured,
    segments,
    trailingSlash,
    pathQuery,
    unservable,
    ignore = {},
  } = answers;
  const text = readDocument(document.file);
  // The same answers are for all documents of a family. Some of these need less.
  const declared = Object.entries(schemes).filter(([name]) => Object.hasOwn(text.schemes, name));
  const isNeeded = text.operations.some(isUnsecured);
  const order = prefer?.map((each) => (typeof each === "string" ? each : each.join("+"))).join(",");
  return [
    "--yes",
    ...declared.flatMap(([name, answer]) => ["--scheme", `${name}=${typed(answer)}`]),
    ...Object.entries(ignore).flatMap(([name, reason]) => ["--ignore", `${name}=${reason}`]),
    ...option("--prefer", order),
    ...option("--scopes", anyScope, "any:"),
    ...option("--segments", segments, "whole:"),
    ...option("--trailing-slash", trailingSlash, "without:"),
    ...option("--path-query", pathQuery, "without:"),
    ...option("--unservable", unservable, "omit:"),
    ...(isNeeded && unsecured !== undefined ? ["--unsecured", typed(unsecured)] : []),
  ];
}

function option(name: string, value: string | undefined, kind = ""): readonly string[] {
  return value === undefined ? [] : [name, `${kind}${value}`];
}

type Typed = NonNullable<AnswersText["schemes"]>[string] | NonNullable<AnswersText["unsecured"]>;

/** An answer as the value of an option. */
function typed(answer: Typed): string {
  const members = answer as Readonly<Record<string, string | readonly string[] | undefined>>;
  const values = ["name", "audiences", "auth", "reason"].flatMap((name) => {
    const value = members[name];
    return value === undefined ? [] : [typeof value === "string" ? value : value.join(",")];
  });
  return [answer.kind, ...values].join(":");
}
