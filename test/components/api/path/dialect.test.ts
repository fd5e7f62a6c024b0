import assert from "node:assert/strict";
import fc from "fast-check";
import { isFault, parsePattern } from "../../../../components/api/path/pattern.ts";
import { description, problems } from "../../../support/components/api/check/descriptions.ts";
import { get, openApi, placesOf, problemsOf } from "../../../support/components/api/openapi/openapi-problems.ts";

/** Each segment and the parameters that its remedy offers where it is last. */
const segments: readonly (readonly [string, ...string[]])[] = [
  // https://expressjs.com/en/guide/routing.html, versions 4 and 5
  [":id", "{id}"],
  [":id?", "{id}"],
  [":id(\\d+)", "{id}"],
  [":rest*", "{rest+}", "{rest}"],
  [":rest+", "{rest+}", "{rest}"],
  [":0", "{_0}"],
  [":from-:to", "{from}"],
  [":name.json", "{name}"],
  ["*", "{rest+}", "{rest}"],
  ["*splat", "{splat+}", "{splat}"],
  // https://flask.palletsprojects.com/quickstart, "Variable Rules"
  ["<id>", "{id}"],
  ["<int:id>", "{id}"],
  ["<string(length=2):lang>", "{lang}"],
  ["<path:rest>", "{rest+}", "{rest}"],
  // API Management, "Add an API manually", wildcard operations
  ["{*rest}", "{rest+}", "{rest}"],
  // google/api/http.proto
  ["**", "{rest+}", "{rest}"],
  ["{id=*}", "{id}"],
  ["{rest=**}", "{rest+}", "{rest}"],
  // ASP.NET and Spring
  ["{**rest}", "{rest+}", "{rest}"],
  ["{id:int}", "{id}"],
  ["{id:[0-9]+}", "{id}"],
  ["{id?}", "{id}"],
];

const parse = (segment: string, after = "") => parsePattern(`/things/${segment}${after}`);

describe("a parameter in another notation", () => {
  for (const [segment, ...offered] of segments) {
    it(`is rejected: ${segment}`, () => {
      const fault = parse(segment);
      assert.ok(isFault(fault));
      assert.match(fault.rule, /^".+" is a parameter in the notation of .+, but not here\.$/);
      const [question = ""] = fault.remedy.split("?");
      assert.deepEqual(
        [...question.matchAll(/"([^"]+)"/g)].map(([, text]) => text),
        offered,
      );
      for (const parameter of offered) assert.ok(!isFault(parse(parameter)), parameter);
    });
  }

  it("is never offered as the rest of a path in the middle of it", () => {
    for (const [segment] of segments) {
      const fault = parse(segment, "/more");
      assert.ok(isFault(fault));
      assert.match(fault.remedy, /^Did you mean "\{\w+\}"\?/, segment);
    }
  });

  it("is never a literal, whatever its name, and is offered as a parameter that exists here", () => {
    const name = fc.stringMatching(/^[A-Za-z_][A-Za-z0-9_]{0,12}$/);
    const notation = fc.constantFrom<(name: string) => string>(
      (text) => `:${text}`,
      (text) => `:${text}*`,
      (text) => `:${text}(.*)`,
      (text) => `<${text}>`,
      (text) => `<float:${text}>`,
      (text) => `{*${text}}`,
      (text) => `{${text}=*}`,
      (text) => `{${text}=**}`,
      (text) => `*${text}`,
    );
    fc.assert(
      fc.property(name, notation, fc.constantFrom("", "/a"), (text, write, after) => {
        const fault = parse(write(text), after);
        assert.ok(isFault(fault));
        assert.ok(fault.remedy.includes(`"{${text}}"`), fault.remedy);
      }),
      { seed: 17 },
    );
  });

  it("is rejected in a description, in the path at its backend, and in an OpenAPI document", () => {
    const rule = '":id" is a parameter in the notation of Express, but not here.';
    const remedy = 'Did you mean "{id}"? For a literal segment, write "%3Aid".';
    const route = "GET /items/:id";
    assert.deepEqual(problems(description({ routes: { [route]: { to: "shop" } } })), [
      { code: "bad-path", route, place: `routes["${route}"]`, rule, remedy },
    ]);
    assert.deepEqual(problems(description({}, { path: "/items/:id" })), [
      { code: "bad-path", route: "GET /items/{id}", place: 'routes["GET /items/{id}"].path', rule, remedy },
    ]);
    const [problem] = problemsOf(openApi({ "/items/:id": get() }));
    assert.deepEqual([problem?.code, problem?.rule], ["bad-path", rule]);
    assert.ok(problem?.remedy.startsWith(`${remedy} Or, if the gateway may leave it out, `), problem?.remedy);
    assert.deepEqual(placesOf(openApi({ "/items/<id>": get(), "/a/*": get() })), [
      "bad-path #/paths/~1items~1<id>/get",
      "bad-path #/paths/~1a~1*/get",
    ]);
  });
});

describe("a literal that begins with a colon", () => {
  it("is written with %3A, and is the text that clients send", () => {
    for (const path of ["/things/%3Acancel", "/things/%3acancel"]) {
      assert.deepEqual(parsePattern(path), [
        { kind: "literal", text: "things" },
        { kind: "literal", text: ":cancel" },
      ]);
    }
    assert.deepEqual(problems(description({ routes: { "POST /items/%3Acancel": { to: "shop" } } })), []);
    assert.deepEqual(placesOf(openApi({ "/items/%3Acancel": get() })), []);
  });

  it("needs no %3A where it is no parameter in another notation", () => {
    for (const text of ["things:cancel", "12:30", ":", "::", ":-)", "@:a"]) {
      assert.deepEqual(parsePattern(`/${text}`), [{ kind: "literal", text }]);
    }
  });

  it("is the only one that may be percent-encoded", () => {
    for (const part of ["a%3Ab", "%2Fa", "%3A%3Aa", "%3Ca%3E"]) assert.ok(isFault(parse(part)), part);
  });
});
