import assert from "node:assert/strict";
import fc from "fast-check";
import { parse } from "yaml";
import { checkBindings } from "../../../../components/api/binding/check.ts";
import { carry } from "../../../../components/api/capability/carry.ts";
import { normalise } from "../../../../components/api/check/normalise.ts";
import { PolygateError } from "../../../../components/api/problem.ts";
import { apiGatewayTarget } from "../../../../components/gcp/api-gateway/target.ts";
import { gateway } from "../../../support/sandbox/data-plane/gcp/api-gateway/gateway.ts";

interface Fields {
  readonly title: string;
  readonly reason: string;
  readonly audience: string;
  readonly literal: string;
  readonly parameter: string;
  readonly issuer: string;
  readonly jwksUri: string;
  readonly backend: string;
}

const plain: Fields = {
  title: "Shop",
  reason: "a test",
  audience: "orders",
  literal: "orders",
  parameter: "id",
  issuer: "https://login.example.com",
  jwksUri: "https://login.example.com/keys",
  backend: "https://shop.example.com",
};

const target = apiGatewayTarget({ title: "shop" });

/** The document, or the codes of what is refused. */
function compiled(fields: Fields): string | readonly string[] {
  const description = {
    version: 1,
    title: fields.title,
    backends: { shop: { kind: "http" } },
    auth: {
      staff: { kind: "jwt", audiences: [fields.audience, "second"] },
      anyone: { kind: "open", reason: fields.reason },
    },
    routes: {
      [`GET /${fields.literal}`]: { to: "shop", auth: "staff" },
      [`GET /x/{${fields.parameter}}`]: { to: "shop", auth: "anyone" },
    },
  };
  const bindings = {
    backends: { shop: { url: fields.backend } },
    auth: { staff: { issuer: fields.issuer, jwksUri: fields.jwksUri } },
  };
  try {
    const { api } = carry(normalise(description), target.capabilities, {}, (carried) => [
      ...target.check(carried),
      ...checkBindings(carried, bindings, target),
    ]);
    return target.compile(api, bindings);
  } catch (error) {
    if (error instanceof PolygateError) return error.problems.map(({ code }) => code);
    throw error;
  }
}

/** The fields again, by a parser that has nothing to do with how the document was written. */
function readBack(document: string): Omit<Fields, "reason"> {
  const { info, paths, securityDefinitions } = parse(document);
  const [literal = ""] = Object.keys(paths).filter((path) => path !== "/x/{p2}");
  const { staff } = securityDefinitions;
  const [audience, second, ...more] = staff["x-google-audiences"].split(",");
  assert.deepEqual([second, more], ["second", []]);
  const parameter = paths["/x/{p2}"].get;
  assert.deepEqual(paths[literal].get.security, [{ staff: [] }]);
  assert.equal(parameter.security, undefined);
  return {
    title: info.title,
    audience,
    literal: literal.slice(1),
    parameter: parameter.parameters[0].description,
    issuer: staff["x-google-issuer"],
    jwksUri: staff["x-google-jwks_uri"],
    backend: paths[literal].get["x-google-backend"].address,
  };
}

function isCarried(fields: Fields): boolean {
  const document = compiled(fields);
  if (typeof document !== "string") return false;
  const { reason: _reason, ...expected } = fields;
  assert.deepEqual(readBack(document), expected);
  // And the interpreter reads the same document.
  assert.equal(gateway(document).routes.length, 2);
  return true;
}

const hostile = [
  'it\'s "quoted"',
  "\\",
  "\\u0022",
  "]]>",
  "${a} $a {{b}}",
  "@(1) @{2}",
  "<&>",
  "- a: b #c",
  "%41 100%",
  "ünïcödé 漢字 עברית 😀",
  "a\u2028\u2029\ufeff.",
  "'; DROP TABLE--",
  "*/ // /*",
];

describe("a text in the document of a Google API config", () => {
  it("is read back unchanged, whichever field contains it", () => {
    for (const text of hostile) {
      for (const field of ["title", "reason", "audience"] as const) {
        assert.ok(isCarried({ ...plain, [field]: text }), `${field}: ${JSON.stringify(text)}`);
      }
    }
    for (const literal of ["it's", "a$b", "(a)", "a+b", "a=b;c,d&e!", "@a~", "v1.2"]) {
      assert.ok(isCarried({ ...plain, literal }), literal);
    }
    assert.ok(isCarried({ ...plain, parameter: "_a.b-c" }));
    assert.ok(isCarried({ ...plain, backend: "https://shop.example.com:8443/a'b(c)$&*;=:@" }));
    assert.ok(isCarried({ ...plain, issuer: "https://login.example.com/a'$(b)/" }));
  });

  it("is rejected if it would change: control characters, commas or outer blanks in audiences, and percent-encodings in a backend's URL", () => {
    for (const text of ["a\nb", "a\rb", "a\tb", "a\u0000b", "a\u007fb", "a\u0085b"]) {
      assert.deepEqual(compiled({ ...plain, title: text }), ["control-character"], JSON.stringify(text));
      assert.deepEqual(compiled({ ...plain, audience: text }), ["control-character"], JSON.stringify(text));
    }
    assert.deepEqual(compiled({ ...plain, audience: "a,b" }), ["bad-audience"]);
    assert.deepEqual(compiled({ ...plain, backend: "https://shop.example.com/a%20b" }), ["encoded-url"]);
    for (const literal of ['a"b', "a b", "a%20b", "a*b", "ü", "a\\b", "a{b}"]) {
      assert.deepEqual(compiled({ ...plain, literal }), ["bad-path"], literal);
    }
  });

  it("is either deployed unchanged or rejected, whatever it contains", () => {
    const text = fc.oneof(fc.string({ unit: "binary" }), fc.string({ unit: "grapheme" }), fc.constantFrom(...hostile));
    const met = { carried: 0, refused: 0 };
    fc.assert(
      fc.property(
        fc.record({
          title: text,
          reason: text,
          audience: text,
          literal: fc.oneof(text, fc.stringMatching(/^[a-z0-9\-._~!$&'()+,;=@]{1,8}$/)),
          parameter: fc.oneof(text, fc.stringMatching(/^[A-Za-z_][A-Za-z0-9_.-]{0,9}$/)),
        }),
        fc.constantFrom("title", "reason", "audience", "literal", "parameter"),
        (texts, field) => {
          met[isCarried({ ...plain, [field]: texts[field] }) ? "carried" : "refused"]++;
        },
      ),
      { numRuns: 1000 },
    );
    assert.ok(met.carried > 200 && met.refused > 50, JSON.stringify(met));
  });
});
