import assert from "node:assert/strict";
import fc from "fast-check";
import { normalise } from "../../../../components/api/check/normalise.ts";
import { tokenOf } from "../../../../components/api/checked-api.ts";
import { PolygateError } from "../../../../components/api/problem.ts";
import {
  cors,
  description,
  itRejects,
  problems,
  type Rejection,
  route,
} from "../../../support/components/api/check/descriptions.ts";

const rejections: readonly Rejection[] = [
  ["a list", [], ["wrong-type", undefined, "The value must be an object, but it is a list.", "Write { ... }."]],
  [
    "another version",
    description({ version: 2 }),
    ["unknown-version", "version", "The version of a description must be 1.", "Write version: 1."],
  ],
  [
    "a title of two lines",
    description({ title: "a\nb" }),
    ["control-character", "title", "A title must be one line of text.", "Remove the control character."],
  ],
  [
    "a misspelt property",
    description({ route: {} }),
    ["unknown-property", "route", 'The property "route" is unknown here.', 'Did you mean "routes"?'],
  ],
  [
    "a bad name",
    description({ backends: { shop: { kind: "http" }, "a b": { kind: "http" } } }),
    [
      "bad-name",
      'backends["a b"]',
      'A name starts with a letter, contains only letters, digits, "_" and "-", and has at most 63 characters.',
      "Rename it.",
    ],
  ],
  [
    "a backend without a kind",
    description({ backends: { shop: {} } }),
    [
      "unknown-value",
      "backends.shop.kind",
      'The value must be "http", "fn" or "onPrem", but it is missing.',
      'Write "http", "fn" or "onPrem".',
    ],
  ],
  [
    "an API without routes",
    description({ routes: {} }),
    ["no-routes", "routes", "An API must have at least one route.", 'Write routes: { "GET /": { to: ... } }.'],
  ],
  [
    "an unknown default",
    description({ default: { auth: "staff", timeout: 5 } }),
    [
      "unknown-property",
      "default.timeout",
      'The property "timeout" is unknown here.',
      'Use "auth", "limits" or "timeoutSeconds".',
    ],
  ],
];

describe("a description", () => {
  itRejects(rejections);

  it("names the route of every problem of a route", () => {
    const [problem] = problems(description({}, { to: "shpo" }));
    assert.equal(problem?.route, "GET /items/{id}");
  });

  it("reports all problems at once", () => {
    const found = problems({
      version: 1,
      backends: { shop: { kind: "http" } },
      auth: { staff: { kind: "jwt", audiences: [] } },
      routes: {
        "GET /a": { to: "shpo", auth: "staff" },
        "GET /b/{x}/{x}": { to: "shop", auth: "staff" },
        "GET /c": { to: "shop", scopes: [] },
      },
    });
    assert.deepEqual(found.map(({ code }) => code).toSorted(), [
      "bad-path",
      "empty-audiences",
      "empty-scopes",
      "no-auth",
      "unknown-backend",
    ]);
  });

  it("reports an unknown version, whatever other members are unknown", () => {
    const found = problems({ ...description({ version: 2 }), zones: {} });
    assert.deepEqual(
      found.map(({ code, place }) => [code, place]),
      [
        ["unknown-property", "zones"],
        ["unknown-version", "version"],
      ],
    );
  });

  it("names the place of each fault in a list, even after another fault", () => {
    const found = problems(
      description(
        { cors: { origins: [7, "nowhere"], headers: [7, "*"] } },
        { scopes: [7, "a b"], requestHeaders: { remove: [7, "Host"] } },
      ),
    );
    assert.deepEqual(
      found.map(({ code, place }) => [code, place?.replace(route, "route")]),
      [
        ["wrong-type", "route.scopes[0]"],
        ["bad-scope", "route.scopes[1]"],
        ["wrong-type", "route.requestHeaders.remove[0]"],
        ["fixed-header", "route.requestHeaders.remove[1]"],
        ["wrong-type", "cors.origins[0]"],
        ["bad-origin", "cors.origins[1]"],
        ["wrong-type", "cors.headers[0]"],
        ["bad-header", "cors.headers[1]"],
      ],
    );
  });

  it("rejects changes to the headers of the connection, in any case", () => {
    const own = [
      "Connection",
      "content-encoding",
      "CONTENT-LENGTH",
      "expect",
      "host",
      "keep-alive",
      "proxy-authenticate",
    ];
    const more = ["proxy-authorization", "proxy-connection", "te", "trailer", "transfer-encoding", "upgrade", "via"];
    for (const header of [...own, ...more]) {
      for (const change of [{ set: { [header]: "a" } }, { remove: [header] }]) {
        const found = problems(description({}, { requestHeaders: change }));
        assert.deepEqual(
          found.map(({ code }) => code),
          ["fixed-header"],
          header,
        );
      }
      const reply = problems(
        description({ routes: { "GET /": { reply: { status: 200, headers: { [header]: "a" } } } } }),
      );
      assert.deepEqual(
        reply.map(({ code }) => code),
        ["fixed-header"],
        header,
      );
    }
  });

  it("fills in every default", () => {
    assert.deepEqual(JSON.parse(JSON.stringify(normalise(description({ cors })))), {
      backends: { shop: { kind: "http" } },
      auth: { staff: { kind: "jwt", audiences: ["shop"] }, anyone: { kind: "open", reason: "public" } },
      cors: {
        origins: ["https://shop.example.com"],
        methods: ["GET"],
        headers: ["authorization", "content-type"],
        expose: [],
        maxAgeSeconds: 600,
        credentials: false,
      },
      plans: {},
      routes: [
        {
          key: "GET /items/{id}",
          method: "GET",
          path: "/items/{id}",
          pattern: [
            { kind: "literal", text: "items" },
            { kind: "parameter", name: "id" },
          ],
          authName: "staff",
          auth: { kind: "jwt", audiences: ["shop"] },
          scopes: { match: "any", names: [] },
          limits: [],
          kind: "proxy",
          backend: "shop",
          backendKind: "http",
          backendPath: [
            { kind: "literal", text: "items" },
            { kind: "parameter", name: "id" },
          ],
          timeoutSeconds: 15,
          setHeaders: {},
          removeHeaders: [],
        },
      ],
    });
  });

  it("applies its defaults to routes that set no value of their own", () => {
    const limits = [{ requests: 5, per: "minute", by: "route" }];
    const { routes } = normalise(
      description({
        default: { auth: "staff", limits, timeoutSeconds: 3 },
        routes: {
          "GET /a": { to: "shop" },
          "GET /b": { to: "shop", limits: [], timeoutSeconds: 4, auth: "anyone" },
        },
      }),
    );
    assert.deepEqual(
      routes.map((found) => [found.key, found.authName, found.limits, found.kind === "proxy" && found.timeoutSeconds]),
      [
        ["GET /a", "staff", limits, 3],
        ["GET /b", "anyone", [], 4],
      ],
    );
  });

  it("adds the content type of a reply, unless the description sets it", () => {
    const reply = (answer: Record<string, unknown>) => {
      const [found] = normalise(description({ routes: { "GET /": { reply: { status: 200, ...answer } } } })).routes;
      return found?.kind === "reply" ? [found.headers["content-type"], found.body] : [];
    };
    assert.deepEqual(reply({ body: "ü" }), ["text/plain; charset=utf-8", "ü"]);
    assert.deepEqual(reply({ body: { a: [1, null] } }), ["application/json", '{"a":[1,null]}']);
    assert.deepEqual(reply({ body: "<a/>", headers: { "Content-Type": "text/xml" } }), ["text/xml", "<a/>"]);
    assert.deepEqual(reply({}), [undefined, ""]);
  });

  it("accepts names that objects inherit, like any other name", () => {
    const named = JSON.parse(
      '{"version":1,"backends":{"constructor":{"kind":"http"}},"auth":{"toString":{"kind":"open","reason":"r"}},' +
        '"routes":{"GET /":{"to":"constructor","auth":"toString"}}}',
    );
    assert.deepEqual(problems(named), []);
    const proto = JSON.parse(
      '{"version":1,"backends":{},"auth":{},"__proto__":{},"routes":{"GET /":{"to":"toString","auth":"valueOf"}}}',
    );
    assert.deepEqual(
      problems(proto)
        .map(({ code }) => code)
        .toSorted(),
      ["unknown-auth", "unknown-backend", "unknown-property"],
    );
  });

  it("keeps hostile texts unchanged wherever they are allowed", () => {
    const hostile = ['"', "'", "@(1)", "]]>", "${x}", "{{y}}", "<a>&amp;", "ü漢字\u{1f600}", "\\", "%", "`", "--"];
    for (const text of hostile) {
      const api = normalise(
        description({
          title: text,
          auth: { staff: { kind: "jwt", audiences: [text] }, anyone: { kind: "open", reason: text } },
          routes: { "GET /": { reply: { status: 200, body: text } } },
        }),
      );
      assert.deepEqual(
        [api.title, api.auth.staff, api.auth.anyone, api.routes[0]?.kind === "reply" && api.routes[0].body],
        [text, { kind: "jwt", audiences: [text] }, { kind: "open", reason: text }, text],
      );
    }
  });

  it("becomes an API in which every route has a declared auth, or one error, whatever values it contains", () => {
    const names = ["shop", "staff", "anyone", "GET /items/{id}", "to", "auth", "scopes", "limits", "path", "reply"];
    const json = fc.oneof(fc.jsonValue(), fc.constantFrom(...names), fc.constant({}), fc.constant([]));
    const places = ["version", "title", "backends", "auth", "default", "cors", "plans", "routes"];
    const inRoute = ["to", "path", "auth", "scopes", "limits", "timeoutSeconds", "requestHeaders", "reply"];
    const mutated = fc.oneof(
      json,
      fc.tuple(fc.constantFrom(...places), json).map(([place, value]) => description({ [place]: value })),
      fc.tuple(fc.constantFrom(...inRoute), json).map(([place, value]) => description({}, { [place]: value })),
    );
    let accepted = 0;
    fc.assert(
      fc.property(mutated, (value) => {
        let api: ReturnType<typeof normalise>;
        try {
          api = normalise(value);
        } catch (error) {
          assert.ok(error instanceof PolygateError, String(error));
          assert.ok(error.problems.length > 0);
          return;
        }
        accepted++;
        for (const found of api.routes) {
          assert.equal(found.auth, api.auth[found.authName]);
          const token = tokenOf(found.auth);
          if (token !== undefined) assert.ok((token.audiences?.length ?? 1) > 0);
          else assert.deepEqual(found.scopes.names, []);
        }
      }),
      { numRuns: 1000 },
    );
    assert.ok(accepted > 10, `only ${accepted} were descriptions`);
  });
});
