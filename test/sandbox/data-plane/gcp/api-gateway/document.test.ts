import assert from "node:assert/strict";
import fc from "fast-check";
import { definition, gateway, refusal, swagger } from "./gateway.ts";

const login = { securityDefinitions: { login: definition() } };
const backend = { address: "https://backend.example.com", disable_auth: true };

describe("A GCP API Gateway's document is refused, with the place, when it", () => {
  const cases: readonly (readonly [string, object | string, string])[] = [
    ["is no text of an object", "[]", "document: must be an object, is a list"],
    ["is malformed", "{", "document: neither JSON nor YAML"],
    [
      "is OpenAPI 3, which Google takes in another form",
      { openapi: "3.0.3" },
      "openapi: OpenAPI 3.x with x-google-api-management is not modelled",
    ],
    ["is no Swagger 2.0", { ...swagger({ "GET /": {} }), swagger: 2 }, 'swagger: must be "2.0", is 2'],
    ["has an unknown member", swagger({ "GET /": {} }, { pahts: {} }), "pahts: not known here"],
    [
      "has an unknown Google extension",
      swagger({ "GET /": {} }, { "x-google-foo": 1 }),
      "x-google-foo: not known here",
    ],
    [
      "has one where nothing reads it",
      swagger({ "GET /": {} }, { info: { title: "a", version: "1", "x-google-foo": 1 } }),
      "info.x-google-foo: has no meaning here",
    ],
    [
      "has one on a response",
      swagger({ "GET /": { responses: { 200: { description: "", "x-google-quota": 1 } } } }),
      "paths./.get.responses.200.x-google-quota: has no meaning here",
    ],
    [
      "has quotas",
      swagger({ "GET /": {} }, { "x-google-management": {} }),
      "x-google-management: metrics and quotas are not modelled",
    ],
    ["has metric costs", swagger({ "GET /": { "x-google-quota": {} } }), "paths./.get.x-google-quota: quotas are not"],
    [
      "opens what it does not declare",
      swagger({ "GET /": {} }, { "x-google-allow": "all" }),
      'x-google-allow: must be "configured"',
    ],
    [
      "opens preflights",
      swagger({ "GET /": {} }, { "x-google-endpoints": [] }),
      "x-google-endpoints: API Gateway does not",
    ],
    ["has a port in its host", swagger({ "GET /": {} }, { host: "a.example.com:8443" }), "host: a custom port"],
    ["has no operation", swagger({}), "paths: no operation is declared"],
    [
      "has an operation without backend",
      swagger({ "GET /": {} }, { "x-google-backend": undefined }),
      "paths./.get: no x-google-backend",
    ],
    [
      "has an operation without id",
      swagger({ "GET /": { operationId: undefined } }),
      "paths./.get.operationId: must be a text",
    ],
    [
      "has one id twice",
      swagger({ "GET /": { operationId: "a" }, "PUT /": { operationId: "a" } }),
      "paths./.put.operationId: stands also at paths./.get",
    ],
    [
      "has an operation without responses",
      swagger({ "GET /": { responses: undefined } }),
      "paths./.get.responses: must be an object",
    ],
    [
      "does not declare a path parameter",
      swagger({ "GET /{id}": { parameters: [] } }),
      'paths./{id}.get.parameters: the path parameter "id" is not declared',
    ],
    [
      "points outside of itself",
      swagger({ "GET /": { parameters: [{ $ref: "other.yaml#/x" }] } }),
      'paths./.get.parameters.0: "other.yaml#/x" points outside the document',
    ],
    [
      "has two operations for the same requests",
      swagger({ "GET /{a}": {}, "GET /{b}": {} }),
      "paths./{b}.get: duplicate http pattern: the same requests as GET /{a}",
    ],
    [
      "mixes a parameter with text",
      swagger({ "GET /{id}.json": {} }),
      'paths./{id}.json: "{id}.json": a parameter must be a whole segment',
    ],
    ["ends a path in a slash", swagger({ "GET /a/": {} }), "paths./a/: a path has no empty segment"],
    [
      "has a wildcard after **",
      swagger({ "GET /{a=**}/{b}": {} }),
      "paths./{a=**}/{b}: only literal segments may follow **",
    ],
    ["has a colon before the end", swagger({ "GET /a:b/c": {} }), 'paths./a:b/c: "a:b": in the proxy\'s URI templates'],
    [
      "asks for an undeclared scheme",
      swagger({ "GET /": { security: [{ login: [] }] } }),
      "paths./.get.security.0.login: not in securityDefinitions",
    ],
    [
      "asks for two schemes at once",
      swagger({ "GET /": { security: [{ login: [], b: [] }] } }, login),
      "paths./.get.security.0: login and b at once is not supported",
    ],
    [
      "makes a token optional",
      swagger({ "GET /": { security: [{ login: [] }, {}] } }, login),
      "paths./.get.security.1: {} (optional) is not supported",
    ],
    [
      "has API keys",
      swagger({ "GET /": {} }, { securityDefinitions: { key: { type: "apiKey", name: "key", in: "query" } } }),
      "securityDefinitions.key: API keys are not modelled",
    ],
    [
      "has basic authentication",
      swagger({ "GET /": {} }, { securityDefinitions: { b: { type: "basic" } } }),
      "securityDefinitions.b: API Gateway cannot check",
    ],
    ...(
      [
        [
          "has a scheme without issuer",
          { "x-google-issuer": undefined },
          "x-google-issuer: must be a text, is missing",
        ],
        ["has an empty issuer", { "x-google-issuer": "" }, "x-google-issuer: an empty issuer lets every issuer in"],
        ["has an empty audience", { "x-google-audiences": "orders," }, "x-google-audiences: an empty audience lets"],
        ["has an unknown member in a scheme", { "x-google-audience": "a" }, "x-google-audience: not known here"],
        ["has keys at no URL", { "x-google-jwks_uri": "keys.json" }, "x-google-jwks_uri: not an http or https URL"],
        [
          "has an issuer without keys",
          { "x-google-issuer": "me@example.com", "x-google-jwks_uri": undefined },
          "x-google-jwks_uri: missing, and the issuer is not a URL",
        ],
        [
          "has a token in a cookie",
          { "x-google-jwt-locations": [{ cookie: "t" }] },
          "x-google-jwt-locations.0.cookie: not known here",
        ],
      ] as const
    ).map(
      ([name, more, message]) =>
        [
          name,
          swagger({ "GET /": {} }, { securityDefinitions: { login: definition(more) } }),
          `securityDefinitions.login.${message}`,
        ] as const,
    ),
    ...(
      [
        ["has an unknown member in a backend", { adress: "x" }, "adress: not known here"],
        [
          "has a gRPC backend",
          { address: "grpc://b.example.com" },
          "address: must be a URL with the scheme https or http",
        ],
        [
          "has a query in the address",
          { address: "https://b.example.com/?a=1" },
          "address: must be scheme, host, port and path alone",
        ],
        ["calls the backend by HTTP/2", { protocol: "h2" }, "protocol: only http/1.1 is modelled"],
        [
          "has an unknown translation",
          { path_translation: "APPEND" },
          'path_translation: must be "APPEND_PATH_TO_ADDRESS" or',
        ],
        ["waits no time at all", { deadline: 0 }, "deadline: must be a number of seconds above 0"],
      ] as const
    ).map(
      ([name, more, message]) =>
        [
          name,
          swagger({ "GET /": {} }, { "x-google-backend": { ...backend, ...more } }),
          `x-google-backend.${message}`,
        ] as const,
    ),
    [
      "says two things about the ID token",
      swagger({ "GET /": { "x-google-backend": { ...backend, jwt_audience: "a" } } }),
      "paths./.get.x-google-backend: jwt_audience and disable_auth exclude each other",
    ],
  ];
  for (const [name, document, message] of cases) {
    it(name, () => {
      const found = refusal(typeof document === "string" ? document : JSON.stringify(document));
      assert.ok(found.startsWith(message), found);
    });
  }

  it("has any member added that starts with x-google-, wherever it is put", () => {
    const document = swagger(
      { "GET /orders/{id}": { security: [{ login: [] }], tags: ["a"] } },
      {
        ...login,
        definitions: { Order: { type: "object" } },
      },
    );
    const places: object[] = [];
    const walk = (value: unknown): void => {
      if (typeof value !== "object" || value === null) return;
      if (!Array.isArray(value)) places.push(value);
      for (const member of Object.values(value)) walk(member);
    };
    const copy = structuredClone(document);
    walk(copy);
    fc.assert(
      fc.property(fc.nat(places.length - 1), fc.string({ minLength: 1 }), (index, suffix) => {
        const place = places[index] as Record<string, unknown>;
        const member = `x-google-${suffix}`;
        fc.pre(!Object.hasOwn(place, member));
        place[member] = {};
        try {
          refusal(JSON.stringify(copy));
        } finally {
          delete place[member];
        }
      }),
    );
  });
});

describe("A GCP API Gateway's document may", () => {
  it("be YAML, refer to its own parameters, and carry other vendors' extensions", () => {
    const { routes } = gateway(`
swagger: "2.0"
info: { title: Orders, version: "1", x-logo: a }
x-internal: true
x-google-backend: { address: "https://backend.example.com" }
parameters:
  id: { name: id, in: path, required: true, type: string }
paths:
  /orders/{id}:
    parameters: [{ $ref: "#/parameters/id" }]
    x-owner: ann
    get:
      operationId: order
      responses: { "200": { description: OK } }
`);
    assert.deepEqual(routes, ["GET /orders/{id}"]);
  });

  it("ask for scopes, which Google accepts and does not check", () => {
    gateway(swagger({ "GET /": { security: [{ login: ["orders:read"] }] } }, login));
  });
});
