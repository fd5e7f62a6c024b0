import { description, itRejects, type Rejection, route } from "../../../support/components/api/check/descriptions.ts";

const rejections: readonly Rejection[] = [
  [
    "an empty auth",
    description({ auth: { staff: {} } }),
    [
      "no-auth",
      "auth.staff",
      "An empty auth would let everybody in.",
      'Declare its kind: "jwt", "apiKey", "allOf" (a token and an API key), "iam", or "open" with a reason.',
    ],
  ],
  [
    "no audiences",
    description({ auth: { staff: { kind: "jwt", audiences: [] } } }),
    [
      "empty-audiences",
      "auth.staff.audiences",
      "An empty list of audiences would accept a token that is meant for anybody.",
      "List at least one of the audiences.",
    ],
  ],
  [
    "an audience of two lines",
    description({ auth: { staff: { kind: "jwt", audiences: ["a\u0000"] } } }),
    [
      "control-character",
      "auth.staff.audiences[0]",
      "An audience must be one line of text.",
      "Remove the control character.",
    ],
  ],
  [
    "an audience that is listed twice",
    description({ auth: { staff: { kind: "jwt", audiences: ["a", "a"] } } }),
    ["duplicate", "auth.staff.audiences[1]", '"a" is listed twice.', "Remove one."],
  ],
  [
    "an unknown claim in place of the audience",
    description({ auth: { staff: { kind: "jwt", audiences: ["a"], audienceFallback: "azp" } } }),
    [
      "unknown-value",
      "auth.staff.audienceFallback",
      'The value must be "client_id", but it is "azp".',
      'Write "client_id".',
    ],
  ],
  [
    "an open auth without a reason",
    description({ auth: { staff: { kind: "open", reason: " " } } }),
    ["empty", "auth.staff.reason", "An open auth must have a reason.", "Write why nobody must authenticate."],
  ],
  [
    "an unknown default auth",
    description({ default: { auth: "staf" } }),
    ["unknown-auth", "default.auth", 'The auth "staf" is not declared.', 'Did you mean "staff"?'],
  ],
  [
    "an unknown auth",
    description({}, { auth: "nobody-else" }),
    ["unknown-auth", `${route}.auth`, 'The auth "nobody-else" is not declared.', 'Use "staff" or "anyone".'],
  ],
  [
    "no auth",
    description({ default: {} }),
    [
      "no-auth",
      route,
      "The route has no auth, and the API has no default auth.",
      'Write auth: "..." at the route or default: { auth: "..." }. An auth of kind open lets everybody in.',
    ],
  ],
  [
    "an empty list of scopes",
    description({}, { scopes: [] }),
    [
      "empty-scopes",
      `${route}.scopes`,
      "An empty list of scopes would check nothing; omit scopes to require none.",
      "List at least one of the scopes.",
    ],
  ],
  [
    "a scope with a space",
    description({}, { scopes: ["a b"] }),
    [
      "bad-scope",
      `${route}.scopes[0]`,
      "A scope must be printable ASCII without space, quote and backslash (RFC 6749).",
      "Rename the scope.",
    ],
  ],
  [
    "scopes on an open route",
    description({}, { auth: "anyone", scopes: ["a"] }),
    [
      "scopes-without-token",
      route,
      "An open route has no token, and so no scopes to check.",
      "Choose an auth of kind jwt or allOf, or remove the scopes.",
    ],
  ],
  [
    "scopes on a signed route",
    description({ auth: { staff: { kind: "iam" } } }, { scopes: ["a"] }),
    [
      "scopes-without-token",
      route,
      "A route of signed requests has no token, and so no scopes to check.",
      "Choose an auth of kind jwt or allOf, or remove the scopes.",
    ],
  ],
  [
    "a member beside the kind of an iam auth",
    description({ auth: { staff: { kind: "iam", audiences: ["a"] } } }),
    ["unknown-property", "auth.staff.audiences", 'The property "audiences" is unknown here.', 'Use "kind".'],
  ],
];

describe("the auth of a description", () => {
  itRejects(rejections);
});
