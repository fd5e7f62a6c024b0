import { cors, description, itRejects, type Rejection } from "../../../support/components/api/check/descriptions.ts";

const rejections: readonly Rejection[] = [
  [
    "a misspelt property of CORS",
    description({ cors: { ...cors, credential: true } }),
    [
      "unknown-property",
      "cors.credential",
      'The property "credential" is unknown here.',
      'Did you mean "credentials"?',
    ],
  ],
  [
    "an origin with a path",
    description({ cors: { origins: ["https://a.example/b"] } }),
    [
      "bad-origin",
      "cors.origins[0]",
      '"https://a.example/b" is not an origin as browsers send it.',
      'Write scheme and host in lower case, such as "https://shop.example.com", without a path and without the scheme\'s default port; or write "*".',
    ],
  ],
  [
    "a star beside another origin",
    description({ cors: { origins: ["*", "https://a.example"] } }),
    [
      "bad-origin",
      "cors.origins",
      '"*" must be the only origin of the list.',
      "Remove the other origins, or remove the star.",
    ],
  ],
  [
    "a CORS method that is listed twice",
    description({ cors: { ...cors, methods: ["GET", "POST", "GET"] } }),
    ["duplicate", "cors.methods[2]", '"GET" is listed twice.', "Remove one."],
  ],
  [
    "a CORS header in two spellings",
    description({ cors: { ...cors, expose: ["x-a", "X-A"] } }),
    [
      "header-twice",
      "cors.expose[1]",
      'The header "X-A" is listed twice. Case does not distinguish header names.',
      "Remove one.",
    ],
  ],
  [
    "credentials for every origin",
    description({ cors: { origins: ["*"], credentials: true } }),
    ["credentials-for-all", "cors", "Browsers refuse credentials for every origin.", "Name the origins."],
  ],
  [
    "an empty list of origins",
    description({ cors: { origins: [] } }),
    [
      "empty-origins",
      "cors.origins",
      "An empty list of origins would let no page in.",
      "List at least one of the origins.",
    ],
  ],
  [
    "a star as a CORS header",
    description({ cors: { ...cors, headers: ["*"] } }),
    [
      "bad-header",
      "cors.headers[0]",
      "The text is not the name of one header.",
      "Name each header; a star lets pages send headers that nobody reviewed.",
    ],
  ],
  [
    "a string in place of a boolean",
    description({ cors: { ...cors, credentials: "yes" } }),
    ["wrong-type", "cors.credentials", 'The value must be true or false, but it is "yes".', "Write true or false."],
  ],
  [
    "OPTIONS beside CORS",
    description({ cors, routes: { "OPTIONS /items": { to: "shop" } } }),
    [
      "options-with-cors",
      'routes["OPTIONS /items"]',
      "The gateway of an API with cors answers OPTIONS requests by itself.",
      "Remove the route or the cors.",
    ],
  ],
  ...["https://Shop.example.com", "https://shop.example.com:443", "https://shop..example:99999"].map(
    (text) =>
      [
        `the origin ${text}, which no browser sends`,
        description({ cors: { origins: ["https://a.example", text] } }),
        [
          "bad-origin",
          "cors.origins[1]",
          `"${text}" is not an origin as browsers send it.`,
          'Write scheme and host in lower case, such as "https://shop.example.com", without a path and without the scheme\'s default port; or write "*".',
        ],
      ] as const,
  ),
  [
    "an empty list of CORS methods, which one vendor reads as GET and POST",
    description({ cors: { ...cors, methods: [] } }),
    [
      "empty-methods",
      "cors.methods",
      "An empty list of methods would let no request through; omit methods to allow those of the routes.",
      "List at least one of the methods.",
    ],
  ],
];

describe("the CORS policy of a description", () => {
  itRejects(rejections);
});
