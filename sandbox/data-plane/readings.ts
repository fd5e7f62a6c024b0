import { ownMember } from "../own-member.ts";

interface OpenQuestion {
  readonly question: string;
  /** What the vendor may do, by name. The sandbox does the first, unless another one is chosen. */
  readonly readings: Readonly<Record<string, string>>;
}

/**
 * The questions about vendors that decide requests, and that neither a recording nor a vendor's documentation answers. The first reading
 * of each is one that lets more through, or one of several that let as much through; except for `aws-odd-paths`, where two readings
 * serve different routes.
 */
export const OPEN_QUESTIONS = {
  "aws-policy-path": {
    question: "Which path do IAM policies, resource policies and the policies of Lambda authorizers match?",
    readings: { "as-sent": "the path as sent", decoded: "the decoded path" },
  },
  "aws-policy-colon": {
    question: "Does a `*` in the resource of such a policy match a colon of the ARN?",
    readings: { matched: "yes", "not-matched": "no, unless the resource is only `*`" },
  },
  "aws-two-signatures": {
    question: "Which signature counts in a request with several of them?",
    readings: {
      header: "that of the first `Authorization` header",
      query: "that of the query; otherwise that of the last header",
    },
  },
  "aws-any-permission": {
    question:
      "Which method does the source ARN of a Lambda function's permission contain, for a route with any method?",
    readings: { request: "that of the request", any: "`ANY`" },
  },
  "aws-zero-rate": {
    question: "What does a throttle with a rate of zero and a burst above zero do?",
    readings: { "no-limit": "its rate is that of the account", refuses: "it refuses every request" },
  },
  "aws-odd-paths": {
    question:
      "Which route receives an odd path, with dot segments, empty segments, a slash at the end, a decoded slash, an encoded literal or an unusual character?",
    readings: {
      refused: "none",
      taken: "the route that matches the decoded path",
      "taken-as-sent": "the route that matches the path as sent",
    },
  },
  "http-api-pss": {
    question: "Does a JWT authorizer of an HTTP API accept RSA signatures with PSS?",
    readings: { accepted: "yes", refused: "no" },
  },
  "http-api-two-tokens": {
    question: "Which token does a JWT authorizer of an HTTP API check in a request with several of them?",
    readings: { first: "the first", last: "the last", none: "none: it refuses the request" },
  },
  "rest-method-fallback": {
    question:
      "Does a literal resource of a REST API that lacks the method give way to a parameter of one segment that has it?",
    readings: { "gives-way": "yes, as to a greedy parameter", stays: "no" },
  },
  "rest-plan-throttle": {
    question: "Does the throttle of a usage plan also count requests to a method that has a throttle of its own there?",
    readings: { method: "no", both: "yes" },
  },
  "apim-overlap": {
    question: "Which of several matching operations of one method does API Management select?",
    readings: {
      "most-literal": "the one with the most literal template",
      "least-literal": "the one with the least literal template",
    },
  },
  "apim-letters": {
    question: "Does API Management compare paths with regard to case?",
    readings: { "any-case": "no", "exact-case": "yes" },
  },
  "apim-parameters": {
    question: "Which values of path parameters do policies of API Management receive?",
    readings: { "as-sent": "as sent", decoded: "percent-decoded" },
  },
  "apim-odd-paths": {
    question: "Does API Management forward a path with dot segments, also encoded ones, or backslashes?",
    readings: { forwarded: "yes", refused: "no: it refuses the request" },
  },
  "apim-unnamed-backend": {
    question:
      "Do the credentials and certificate checks of a backend entity apply to requests to its URL that no policy sends to it by `backend-id`?",
    readings: {
      acts: "yes, as the page `backends` says",
      "named-only": "no, as MicrosoftDocs/azure-docs#88246 reports",
    },
  },
  "apim-invalid-key": {
    question:
      "What does API Management do with a key that is not valid for an API, if the API has an open product or requires no subscription?",
    readings: {
      ignored: "it ignores the key, as the page `api-management-subscriptions` of 2025-12 says",
      refused: "it answers 401, as a customer reports (learn.microsoft.com/answers/questions/2082101)",
    },
  },
  "apim-optional-key": {
    question: "Does a valid key identify its subscription in the policies of an API that requires no subscription?",
    readings: { identifies: "yes", ignored: "no: the key is ignored" },
  },
  "apim-several-backends": {
    question: "Which of several backend entities applies to a request to the URLs of all of them?",
    readings: { longest: "the one with the longest URL", first: "the one that was created first" },
  },
  "apim-unmatched-origin": {
    question: "What does `cors` without `terminate-unmatched-request` do with a GET request from another origin?",
    readings: { passes: "the request passes", terminates: "the request is answered" },
  },
  "run-kept-paths": {
    question: "Which paths that end in `z` does Cloud Run keep for itself?",
    readings: { none: "none", healthz: "`/healthz`", all: "all" },
  },
  "run-escapes": {
    question: "Which escapes of a path does Cloud Run decode before the container receives it?",
    readings: {
      unreserved: "those of letters, digits, `-`, `.`, `_` and `~`",
      printable: "those of every printable ASCII character except `%`, `/`, `\\`, `?` and `#`",
    },
  },
  "run-audiences": {
    question: "Which addresses of a Cloud Run service are audiences of an ID token, beside the custom ones?",
    readings: { all: "every address in `urls`", uri: "`uri` alone" },
  },
} as const satisfies Readonly<Record<string, OpenQuestion>>;

export type Question = keyof typeof OPEN_QUESTIONS;

/** A reading of each question. */
export type Readings = { readonly [Q in Question]: keyof (typeof OPEN_QUESTIONS)[Q]["readings"] };

/** The reading of a question: the chosen one, or the first. */
export function readingOf<Q extends Question>(
  { readings = {} }: { readonly readings?: Partial<Readings> | undefined },
  question: Q,
): Readings[Q] {
  return (readings[question] ?? Object.keys(OPEN_QUESTIONS[question].readings)[0]) as Readings[Q];
}

/** A question or a reading that does not exist. */
export class UnknownReading extends Error {
  override readonly name = "UnknownReading";
}

/**
 * Checks readings that a person chose.
 *
 * @throws UnknownReading for a question or a reading that does not exist
 */
export function chosenReadings(chosen: Readonly<Record<string, string>>): Partial<Readings> {
  for (const [question, reading] of Object.entries(chosen)) {
    const found: OpenQuestion | undefined = ownMember(OPEN_QUESTIONS, question);
    if (found === undefined) {
      const known = Object.keys(OPEN_QUESTIONS).join(", ");
      throw new UnknownReading(`${JSON.stringify(question)} is no open question of the sandbox; choose from ${known}`);
    }
    if (!Object.hasOwn(found.readings, reading)) {
      const known = Object.keys(found.readings).join(" or ");
      throw new UnknownReading(`${JSON.stringify(reading)} is no reading of ${question}; choose ${known}`);
    }
  }
  return chosen as Partial<Readings>;
}
