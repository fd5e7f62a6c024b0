import { description, itRejects, type Rejection, route } from "../../../support/components/api/check/descriptions.ts";

const rejections: readonly Rejection[] = [
  [
    "a body in a response that cannot have one",
    description({ routes: { "GET /": { reply: { status: 204, body: "a" } } } }),
    [
      "body-not-allowed",
      'routes["GET /"].reply.body',
      "This response cannot have a body (RFC 9110).",
      "Remove the body.",
    ],
  ],
  [
    "a body that JSON cannot express",
    description({ routes: { "GET /": { reply: { status: 200, body: { at: Number.NaN } } } } }),
    [
      "not-json",
      'routes["GET /"].reply.body',
      "The body of a reply must be a string or plain JSON.",
      "Write data only. A value that is known only during a deployment belongs in a binding.",
    ],
  ],
  [
    "half of a surrogate pair",
    description({}, { path: "/\ud800" }),
    ["malformed-text", `${route}.path`, "The text contains half of a surrogate pair.", "Write whole characters."],
  ],
];

describe("the reply of a route", () => {
  itRejects(rejections);
});
