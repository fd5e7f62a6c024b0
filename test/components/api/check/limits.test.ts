import { description, itRejects, type Rejection, route } from "../../../support/components/api/check/descriptions.ts";

const rejections: readonly Rejection[] = [
  [
    "a misspelt property of a limit",
    description({}, { limits: [{ request: 1, requests: 1, per: "minute", by: "route" }] }),
    [
      "unknown-property",
      `${route}.limits[0].request`,
      'The property "request" is unknown here.',
      'Did you mean "requests"?',
    ],
  ],
  [
    "a limit by consumer on a signed route",
    description({ auth: { staff: { kind: "iam" } } }, { limits: [{ requests: 1, per: "minute", by: "consumer" }] }),
    [
      "consumer-without-token",
      route,
      "The cloud's policies identify who signed a request; what counts requests does not.",
      'Limit the route by "ip" or "route".',
    ],
  ],
  [
    "a limit by consumer on an open route",
    description({}, { auth: "anyone", limits: [{ requests: 1, per: "minute", by: "consumer" }] }),
    [
      "consumer-without-token",
      route,
      "An open route does not identify its consumers.",
      'Limit the route by "ip" or "route".',
    ],
  ],
  [
    "two limits of the same per and by",
    description(
      {},
      {
        limits: [
          { requests: 1, per: "minute", by: "ip" },
          { requests: 2, per: "minute", by: "ip" },
        ],
      },
    ),
    ["duplicate-limit", `${route}.limits[1]`, "There are two limits per minute by ip.", "Keep the smaller one."],
  ],
  [
    "a limit of zero requests",
    description({}, { limits: [{ requests: 0, per: "minute", by: "ip" }] }),
    [
      "out-of-range",
      `${route}.limits[0].requests`,
      "The value must be a whole number from 1 to 1000000000, but it is 0.",
      "Choose a number in that range.",
    ],
  ],
  [
    "an unknown window",
    description({}, { limits: [{ requests: 1, per: "week", by: "ip" }] }),
    [
      "unknown-value",
      `${route}.limits[0].per`,
      'The value must be "second", "minute", "hour" or "day", but it is "week".',
      'Write "second", "minute", "hour" or "day".',
    ],
  ],
];

describe("the limits of a description", () => {
  itRejects(rejections);
});
