import type { Question } from "../../components/api/problem.ts";

/** A kind of questions: where their answers are, and how they are named. */
export interface QuestionKind {
  /** The members of the root's `x-polygate` that contain the answers. */
  readonly at: readonly string[];
  /** Whether there is one question for each name, such as that of a security scheme. */
  readonly isNamed: boolean;
  /** The option that answers it. */
  readonly flag: string;
  readonly help: string;
  /** The question itself. */
  ask(name: string): string;
  /** Whether its answer decides who may call an operation. Then `--yes` does not answer it. */
  readonly isSecurity: boolean;
  /** What the recommended answer does, if there is one: the example of the question. */
  readonly recommended?: string;
}

/** The kinds of questions, in the order in which they are asked: the answers to the first decide which of the others are left. */
export const questionKinds: readonly QuestionKind[] = [
  {
    at: ["answers", "unservable"],
    isNamed: false,
    flag: "--unservable",
    help: "omit:REASON: the gateway leaves out operations that it cannot serve",
    ask: () => "Gateways cannot serve some operations as they are declared. May the gateway leave these out?",
    isSecurity: true,
  },
  {
    at: ["answers", "schemes"],
    isNamed: true,
    flag: "--scheme",
    help: "NAME=KIND[:VALUE]: what a security scheme becomes, e.g. staff=jwt:orders, old=sameAs:staff, old=backend:REASON, old=open:REASON, key=apiKey",
    ask: (name) => `What does the security scheme "${name}" become?`,
    isSecurity: true,
  },
  {
    at: ["answers", "prefer"],
    isNamed: false,
    flag: "--prefer",
    help: "the alternatives of security, the preferred one first, e.g. staff,token+key",
    ask: () => "Which alternative of security does the gateway require?",
    isSecurity: true,
  },
  {
    at: ["answers", "scopes"],
    isNamed: false,
    flag: "--scopes",
    help: "KIND[:VALUE]: what the gateway requires of several scopes, e.g. any:REASON",
    ask: () => "What does the gateway require where the document requires several scopes together?",
    isSecurity: true,
  },
  {
    at: ["answers", "segments"],
    isNamed: false,
    flag: "--segments",
    help: "whole:REASON: a parameter that is a part of a segment matches the whole segment",
    ask: () => "Parameters of gateways are whole segments. May they match the text beside them?",
    isSecurity: true,
  },
  {
    at: ["answers", "trailingSlash"],
    isNamed: false,
    flag: "--trailing-slash",
    help: "without:REASON: a path with a slash at its end becomes a route without it",
    ask: () => "Gateways do not match a slash at the end of a path alike. May the routes have none?",
    isSecurity: true,
  },
  {
    at: ["answers", "pathQuery"],
    isNamed: false,
    flag: "--path-query",
    help: "without:REASON: a path with a query in it becomes a route without the query",
    ask: () => "Gateways match paths without the query. May the routes of paths with a query match every query?",
    isSecurity: true,
  },
  {
    at: ["answers", "unsecured"],
    isNamed: false,
    flag: "--unsecured",
    help: "KIND[:VALUE]: what operations without security need, e.g. sameAs:staff, jwt:staff:AUDIENCE for a new auth, or open:REASON",
    ask: () => "What do operations need for which the document requires nothing?",
    isSecurity: true,
  },
  {
    at: ["ignore"],
    isNamed: true,
    flag: "--ignore",
    help: "NAME=REASON: why the protection by an extension of another gateway is not needed",
    ask: (name) => `Why is the protection by "${name}" not needed?`,
    isSecurity: true,
  },
  {
    at: ["plans"],
    isNamed: false,
    flag: "--plan",
    help: "the name of a plan without limits for the consumers of API keys",
    ask: () => "Each API key belongs to a consumer with a plan. Which plan?",
    isSecurity: false,
    recommended: 'one plan without limits, called "all"',
  },
];

/** The kind of a question, and the name that it is about. */
export function kindOf(at: Question["at"]): { readonly kind: QuestionKind; readonly name: string } | undefined {
  const kind = questionKinds.find(
    (each) => each.at.every((step, index) => step === at[index]) && at.length === each.at.length + Number(each.isNamed),
  );
  return kind === undefined ? undefined : { kind, name: kind.isNamed ? (at.at(-1) ?? "") : "" };
}
