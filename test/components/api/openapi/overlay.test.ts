import assert from "node:assert/strict";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { fromOpenApi } from "../../../../components/api/openapi/from-openapi.ts";
import { applyOverlay } from "../../../../components/api/openapi/overlay/apply-overlay.ts";
import type { Overrides } from "../../../../components/api/openapi/overrides.ts";
import { OpenApiSource } from "../../../../components/api/openapi/source.ts";
import {
  folderWith,
  get,
  type Json,
  openApi,
  placesOf,
  problemOf,
  problemsOf,
  removeFolders,
} from "../../../support/components/api/openapi/openapi-problems.ts";

const document = openApi(
  { "/a": get({ operationId: "readA" }), "/b": { ...get(), post: { responses: {} } } },
  { "x-polygate": { open: "public" }, servers: [{ url: "https://a.example.com" }] },
);

function overlay(...actions: readonly unknown[]): Json {
  return { overlay: "1.1.0", info: { title: "Gateway", version: "1" }, actions };
}

const limits = [{ requests: 5, per: "day", by: "api" }];
const limited = { "x-polygate": { limits } };

function applied(...actions: readonly unknown[]): ReturnType<typeof fromOpenApi> {
  return fromOpenApi(document, { overlay: overlay(...actions) });
}

describe("An overlay of an OpenAPI document", () => {
  afterEach(removeFolders);

  for (const [what, target, routes] of [
    ["one operation", "$.paths['/a'].get", ["GET /a"]],
    ["operations by their id", "$.paths[*][?@.operationId == 'readA']", ["GET /a"]],
    ["operations of a method", "$.paths.*.get", ["GET /a", "GET /b"]],
    ["paths", "$.paths[?@.post]", ["GET /b", "POST /b"]],
  ] as const) {
    it(`adds x-polygate to ${what}`, () => {
      const description = applied({ target, update: limited });
      const changed = Object.entries(description.routes).filter(([, route]) => "limits" in route);
      assert.deepEqual(
        changed.map(([key]) => key),
        routes,
      );
    });
  }

  it("adds to the x-polygate that the document has, and to that of an earlier action", () => {
    const description = applied(
      { target: "$", update: { "x-polygate": { default: { timeoutSeconds: 5 } } } },
      { target: "$['x-polygate'].default", update: { limits } },
    );
    assert.deepEqual(description.default, { timeoutSeconds: 5, limits });
  });

  it("reaches x-polygate through the members of the document", () => {
    const { routes } = applied({ target: "$", update: { paths: { "/a": { get: limited } } } });
    assert.ok("limits" in (routes["GET /a"] ?? {}));
  });

  it("copies x-polygate with version 1.1, and refers to actions with version 1.2", () => {
    const copy = applied(
      { target: "$.paths['/a'].get", update: limited },
      { target: "$.paths['/b'].get", update: { "x-polygate": {} } },
      { target: "$.paths['/b'].get['x-polygate']", copy: "$.paths['/a'].get['x-polygate']" },
    );
    assert.ok("limits" in (copy.routes["GET /b"] ?? {}));
    const newest = {
      ...overlay({ $ref: "#/components/actions/limit", target: "$.paths['/b'].get" }),
      overlay: "1.2.0",
      components: { actions: { limit: { fields: { update: limited } } } },
    };
    assert.ok("limits" in (fromOpenApi(document, { overlay: newest }).routes["GET /b"] ?? {}));
  });

  it("changes one of several places that share an object", () => {
    const shared = { responses: {} };
    const twice = openApi({ "/a": { get: shared }, "/b": { get: shared } });
    const { routes } = fromOpenApi(twice, { overlay: overlay({ target: "$.paths['/a'].get", update: limited }) });
    assert.deepEqual(
      Object.values(routes).map((route) => "limits" in route),
      [true, false],
    );
  });

  it("notes what decides who may call, and the report has the reasons", () => {
    const open = openApi({ "/a": get({ security: [] }), "/b": get() });
    const { notes, auth } = fromOpenApi(open, {
      overlay: overlay({ target: "$.paths['/a'].get", update: { "x-polygate": { open: "a page" } } }),
    });
    assert.deepEqual(notes, [{ what: 'the overlay sets "open"', routes: ["GET /a"] }]);
    assert.deepEqual(auth.open, { kind: "open", reason: "a page" });
  });

  const update = limited;
  for (const [what, action, problem] of [
    ["selects nothing", { target: "$.paths['/aa'].get", update }, "overlay-no-match #/actions/0/target"],
    ["is no JSONPath of RFC 9535", { target: "$.paths^", update }, "bad-target #/actions/0/target"],
    ["selects values of several types", { target: "$.info[*]['x']", update }, "overlay-no-match #/actions/0/target"],
    ["selects objects and lists", { target: "$[?@ != 'x']", update }, "mixed-target #/actions/0/target"],
    ["selects a list", { target: "$.servers", update: [{}] }, "overlay-changes #/actions/0/target"],
    ["selects a single value", { target: "$.info.title", update: "Other" }, "overlay-changes #/actions/0/target"],
    ["updates an object by something else", { target: "$.info", update: "x" }, "wrong-type #/actions/0/update"],
    [
      "changes security, which would append an alternative",
      { target: "$", update: { security: [{ other: [] }] } },
      "overlay-changes #/actions/0/update/security",
    ],
    [
      "adds security to an operation",
      { target: "$.paths['/a'].get", update: { security: [] } },
      "overlay-changes #/actions/0/update/security",
    ],
    [
      "changes servers, which would append one",
      { target: "$", update: { servers: [{ url: "https://b.example.com" }] } },
      "overlay-changes #/actions/0/update/servers",
    ],
    ["adds a path", { target: "$.paths", update: { "/c": get() } }, "overlay-no-match #/actions/0/update/~1c"],
    [
      "names a member that does not exist",
      { target: "$", update: { path: { "/a": update } } },
      "overlay-no-match #/actions/0/update/path",
    ],
    ["changes the title", { target: "$.info", update: { title: "Other" } }, "overlay-changes #/actions/0/update/title"],
    [
      "replaces what x-polygate sets",
      { target: "$", update: { "x-polygate": { open: "other" } } },
      "overlay-replaces #/actions/0/update/x-polygate/open",
    ],
    ["removes something", { target: "$.security", remove: true }, "overlay-changes #/actions/0/remove"],
    ["has a misspelt member", { target: "$", updaet: update }, "unknown-property #/actions/0/updaet"],
    ["does nothing", { target: "$" }, "bad-action #/actions/0"],
    ["has an update and a copy", { target: "$", update, copy: "$" }, "bad-action #/actions/0"],
    ["copies several values", { target: "$", copy: "$.paths.*" }, "overlay-no-match #/actions/0/copy"],
    ["has no target", { update }, "wrong-type #/actions/0/target"],
  ] as const) {
    it(`is rejected where an action ${what}`, () => {
      assert.ok(
        placesOf(document, { overlay: overlay(action) }).includes(problem),
        placesOf(document, { overlay: overlay(action) }).join("\n"),
      );
    });
  }

  for (const [what, wrong, problem] of [
    ["has an unknown version", { ...overlay({ target: "$", update }), overlay: "2.0.0" }, "unknown-version #/overlay"],
    ["has a misspelt member", { ...overlay({ target: "$", update }), extend: "x" }, "unknown-property #/extend"],
    ["has no title", { ...overlay({ target: "$", update }), info: { version: "1" } }, "wrong-type #/info/title"],
    ["has no actions", overlay(), "empty #/actions"],
    ["has an action twice", overlay({ target: "$", update }, { target: "$", update }), "duplicate #/actions/1"],
    [
      "copies with version 1.0",
      { ...overlay({ target: "$", copy: "$" }), overlay: "1.0.0" },
      "unknown-property #/actions/0/copy",
    ],
    ["is no object", [], "wrong-type "],
    [
      "refers to no action",
      { ...overlay({ target: "$", $ref: "#/components/actions/x" }), overlay: "1.2.0" },
      "bad-reference #/actions/0/$ref",
    ],
  ] as const) {
    it(`is rejected if it ${what}`, () => {
      const found = placesOf(document, { overlay: wrong });
      assert.ok(
        found.some((each) => each.trim().startsWith(problem.trim())),
        found.join("\n"),
      );
    });
  }

  describe("in a file", () => {
    const text = (target: string, added: string, more = ""): string =>
      `overlay: 1.0.0\ninfo: { title: Gateway, version: "1" }\n${more}actions:\n  - target: ${target}\n    update:\n      x-polygate:\n        ${added}\n`;
    const files = (overlayText: string): readonly [string, Overrides] => {
      const folder = folderWith({
        "orders.json": JSON.stringify(document),
        "orders.polygate.yaml": overlayText,
        "other.json": "{}",
      });
      return [join(folder, "orders.json"), { overlay: pathToFileURL(join(folder, "orders.polygate.yaml")) }];
    };

    it("is read from a path or a URL, for the document that it extends", () => {
      const [file, overrides] = files(text("$.paths['/a'].get", "timeoutSeconds: 5", "extends: orders.json\n"));
      assert.deepEqual(fromOpenApi(file, overrides).routes["GET /a"], {
        auth: "staff",
        timeoutSeconds: 5,
        to: "backend",
      });
    });

    it("is rejected for a document that it does not extend", () => {
      const { code, place } = problemOf(...files(text("$", "validate: true", "extends: other.json\n")));
      assert.equal(code, "overlay-of-another");
      assert.match(place ?? "", /orders\.polygate\.yaml:3:10 #\/extends$/);
    });

    it("has its problems at its own file and line", () => {
      const { code, place } = problemOf(...files(text("$.paths['/aa']", "timeoutSeconds: 5")));
      assert.equal(code, "overlay-no-match");
      assert.match(place ?? "", /orders\.polygate\.yaml:4:13 #\/actions\/0\/target$/);
    });

    it("has the problems of what it adds at its own file and line", () => {
      for (const [added, code, where] of [
        ["timeoutSeconds: 0", "out-of-range", "7:25 #/actions/0/update/x-polygate/timeoutSeconds"],
        ["to: nowhere", "unknown-backend", "7:13 #/actions/0/update/x-polygate/to"],
      ] as const) {
        const [problem] = problemsOf(...files(text("$.paths['/a'].get", added)));
        assert.equal(problem?.code, code);
        assert.ok(problem?.place?.endsWith(`orders.polygate.yaml:${where}`), problem?.place);
      }
    });

    it("has the places of what it adds in its own file, without a line as well", () => {
      const [file, { overlay: added = "" }] = files(text("$.paths['/a'].get", "timeoutSeconds: 5"));
      const source = applyOverlay(OpenApiSource.open(file), added);
      const operation = source.root.at("paths").at("/a").at("get");
      const place = (name: string): string => source.pointer(operation.at(name).place);
      assert.match(place("x-polygate"), /orders\.polygate\.yaml #\/actions\/0\/update\/x-polygate$/);
      assert.match(place("operationId"), /orders\.json #\/paths\/~1a\/get\/operationId$/);
    });
  });
});
