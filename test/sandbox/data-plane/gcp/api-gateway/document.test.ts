import assert from "node:assert/strict";
import fc from "fast-check";
import {
  definition,
  gateway,
  Issuer,
  refusal,
  swagger,
} from "../../../../support/sandbox/data-plane/gcp/api-gateway/gateway.ts";

const login = { securityDefinitions: { login: definition() } };
const backend = { address: "https://backend.example.com", disable_auth: true };

describe("The document of a GCP API Gateway is rejected, with the place, when it", () => {
  const cases: readonly (readonly [string, object | string, string])[] = [
    ["is not an object", "[]", "document: must be an object, is a list"],
    ["is malformed", "{", "document: neither JSON nor YAML"],
    [
      "is OpenAPI 3",
      { openapi: "3.0.3" },
      "openapi: OpenAPI 3.x with x-google-api-management is not supported by the sandbox; use OpenAPI 2.0",
    ],
    ["is not Swagger 2.0", { ...swagger({ "GET /": {} }), swagger: 2 }, 'swagger: must be "2.0", is 2'],
    [
      "has an unknown member",
      swagger({ "GET /": {} }, { pahts: {} }),
      "pahts: the sandbox does not support this member",
    ],
    [
      "has an unknown Google extension",
      swagger({ "GET /": {} }, { "x-google-foo": 1 }),
      "x-google-foo: the sandbox does not support this member",
    ],
    [
      "has a Google extension where nothing reads it",
      swagger({ "GET /": {} }, { info: { title: "a", version: "1", "x-google-foo": 1 } }),
      "info.x-google-foo: has no meaning here",
    ],
    [
      "has a Google extension in a response",
      swagger({ "GET /": { responses: { 200: { description: "", "x-google-quota": 1 } } } }),
      "paths./.get.responses.200.x-google-quota: has no meaning here",
    ],
    [
      "has quotas",
      swagger({ "GET /": {} }, { "x-google-management": {} }),
      "x-google-management: metrics and quotas are not supported by the sandbox",
    ],
    ["has metric costs", swagger({ "GET /": { "x-google-quota": {} } }), "paths./.get.x-google-quota: quotas are not"],
    [
      "allows requests that it does not declare",
      swagger({ "GET /": {} }, { "x-google-allow": "all" }),
      'x-google-allow: must be "configured"',
    ],
    [
      "allows all preflights",
      swagger({ "GET /": {} }, { "x-google-endpoints": [] }),
      "x-google-endpoints: API Gateway does not",
    ],
    ["has a port in its host", swagger({ "GET /": {} }, { host: "a.example.com:8443" }), "host: a custom port"],
    ["has no operation", swagger({}), "paths: no operation is declared"],
    [
      "has an operation without a backend",
      swagger({ "GET /": {} }, { "x-google-backend": undefined }),
      "paths./.get: x-google-backend is missing",
    ],
    [
      "has an operation without an id",
      swagger({ "GET /": { operationId: undefined } }),
      "paths./.get.operationId: must be a text",
    ],
    [
      "uses an operation id twice",
      swagger({ "GET /": { operationId: "a" }, "PUT /": { operationId: "a" } }),
      "paths./.put.operationId: is also the operationId of paths./.get",
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
      "refers to another document",
      swagger({ "GET /": { parameters: [{ $ref: "other.yaml#/x" }] } }),
      'paths./.get.parameters.0: "other.yaml#/x" points outside the document',
    ],
    [
      "has two operations for the same requests",
      swagger({ "GET /{a}": {}, "GET /{b}": {} }),
      "paths./{b}.get: duplicate http pattern: matches the same requests as GET /{a}",
    ],
    [
      "mixes a parameter with text",
      swagger({ "GET /{id}.json": {} }),
      'paths./{id}.json: "{id}.json": a parameter must be a whole segment',
    ],
    ["ends a path with a slash", swagger({ "GET /a/": {} }), "paths./a/: a path must not have an empty segment"],
    [
      "has a wildcard after **",
      swagger({ "GET /{a=**}/{b}": {} }),
      "paths./{a=**}/{b}: only literal segments may follow **",
    ],
    [
      "has a colon before the end",
      swagger({ "GET /a:b/c": {} }),
      'paths./a:b/c: "a:b": in the URI templates of the proxy',
    ],
    [
      "requires an undeclared scheme",
      swagger({ "GET /": { security: [{ login: [] }] } }),
      "paths./.get.security.0.login: is not in securityDefinitions",
    ],
    [
      "requires two schemes at once",
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
      "securityDefinitions.key: API keys are not supported by the sandbox",
    ],
    [
      "has basic authentication",
      swagger({ "GET /": {} }, { securityDefinitions: { b: { type: "basic" } } }),
      "securityDefinitions.b: API Gateway cannot check",
    ],
    ...(
      [
        [
          "has a scheme without an issuer",
          { "x-google-issuer": undefined },
          "x-google-issuer: must be a text, is missing",
        ],
        [
          "has an empty issuer",
          { "x-google-issuer": "" },
          "x-google-issuer: an empty issuer makes Envoy accept every issuer",
        ],
        [
          "has an empty audience",
          { "x-google-audiences": "orders," },
          "x-google-audiences: an empty audience makes Envoy accept",
        ],
        [
          "has an unknown member in a scheme",
          { "x-google-audience": "a" },
          "x-google-audience: the sandbox does not support this member",
        ],
        [
          "has keys at an address that is not a URL",
          { "x-google-jwks_uri": "keys.json" },
          "x-google-jwks_uri: must be an http or https URL",
        ],
        [
          "has an issuer whose keys cannot be found",
          { "x-google-issuer": "me@example.com", "x-google-jwks_uri": undefined },
          "x-google-jwks_uri: is missing, and the issuer is not a URL",
        ],
        [
          "expects a token in a cookie",
          { "x-google-jwt-locations": [{ cookie: "t" }] },
          "x-google-jwt-locations.0.cookie: the sandbox does not support this member",
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
        ["has an unknown member in a backend", { adress: "x" }, "adress: the sandbox does not support this member"],
        [
          "has a gRPC backend",
          { address: "grpc://b.example.com" },
          "address: must be a URL with the scheme https or http",
        ],
        [
          "has a query in the address",
          { address: "https://b.example.com/?a=1" },
          "address: must have only a scheme, a host, a port and a path",
        ],
        ["calls the backend by HTTP/2", { protocol: "h2" }, "protocol: must be http/1.1"],
        [
          "has an unknown translation",
          { path_translation: "APPEND" },
          'path_translation: must be "APPEND_PATH_TO_ADDRESS" or',
        ],
        ["has a deadline of zero", { deadline: 0 }, "deadline: must be a number of seconds greater than 0"],
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
      "has two settings for the ID token",
      swagger({ "GET /": { "x-google-backend": { ...backend, jwt_audience: "a" } } }),
      "paths./.get.x-google-backend: jwt_audience and disable_auth cannot be used together",
    ],
  ];
  for (const [name, document, message] of cases) {
    it(name, () => {
      const found = refusal(typeof document === "string" ? document : JSON.stringify(document));
      assert.ok(found.startsWith(message), found);
    });
  }

  it("has an unknown member that starts with x-google-, in any place", () => {
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

describe("The document of a GCP API Gateway may", () => {
  it("be YAML, refer to its own parameters, and contain extensions of other vendors", () => {
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

  it("require scopes, which Google accepts and does not check", async () => {
    const login = await Issuer.start();
    try {
      const { decide, forward } = gateway(
        swagger(
          { "GET /": { security: [{ login: ["orders:read"] }] } },
          { securityDefinitions: { login: definition() } },
        ),
        login.keys,
      );
      await forward("GET /", { Authorization: `Bearer ${await login.token({ scope: "invoices:read" })}` });
      assert.equal((await decide("GET /")).decision, "unauthenticated");
    } finally {
      await login.close();
    }
  });
});
