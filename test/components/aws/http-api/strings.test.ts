import assert from "node:assert/strict";
import fc from "fast-check";
import { parse } from "yaml";
import { carry } from "../../../../components/api/capability/carry.ts";
import { normalise } from "../../../../components/api/check/normalise.ts";
import { PolygateError } from "../../../../components/api/problem.ts";
import { httpApiTarget } from "../../../../components/aws/http-api/target.ts";
import { refusalsOf } from "../../../../components/gateway/refusals.ts";

interface Fields {
  readonly title: string;
  readonly audience: string;
  readonly scope: string;
  readonly literal: string;
  readonly parameter: string;
  readonly header: string;
  readonly issuer: string;
}

const plain: Fields = {
  title: "Shop",
  audience: "orders",
  scope: "orders:read",
  literal: "orders",
  parameter: "id",
  header: "eu",
  issuer: "https://login.example.com",
};

const target = httpApiTarget({ name: "shop" });

/** The document, or the codes of the problems. */
function compiled(fields: Fields): string | readonly string[] {
  const description = {
    version: 1,
    title: fields.title,
    backends: { shop: { kind: "http" } },
    auth: { staff: { kind: "jwt", audiences: [fields.audience, "second"] } },
    default: { auth: "staff" },
    routes: {
      [`GET /${fields.literal}`]: { to: "shop", scopes: [fields.scope] },
      [`GET /x/{${fields.parameter}}`]: { to: "shop", requestHeaders: { set: { "x-tenant": fields.header } } },
    },
  };
  const bindings = {
    backends: { shop: { url: "https://shop.example.com" } },
    auth: { staff: { issuer: fields.issuer } },
  };
  try {
    const { api } = carry(normalise(description), target.capabilities, {}, (all) => refusalsOf(target, all, bindings));
    return target.compile(api, bindings).document;
  } catch (error) {
    if (error instanceof PolygateError) return error.problems.map(({ code }) => code);
    throw error;
  }
}

/** The fields, read by a parser that is independent of how the document was written. */
function readBack(document: string): Fields {
  const { info, paths, components } = parse(document);
  const [literal = ""] = Object.keys(paths).filter((path) => !path.startsWith("/x/{"));
  const [variable = ""] = Object.keys(paths).filter((path) => path.startsWith("/x/{"));
  const { issuer, audience } = components.securitySchemes.staff["x-amazon-apigateway-authorizer"].jwtConfiguration;
  const { parameters, security, "x-amazon-apigateway-integration": reference } = paths[variable].get;
  assert.deepEqual(security, [{ staff: [] }]);
  assert.equal(audience[1], "second");
  const { requestParameters } = components["x-amazon-apigateway-integrations"][reference.$ref.split("/").at(-1)];
  const [scope, ...more] = paths[literal].get.security[0].staff;
  assert.deepEqual(more, []);
  return {
    title: info.description,
    audience: audience[0],
    scope,
    literal: literal.slice(1),
    parameter: parameters[0].description,
    header: requestParameters["overwrite:header.x-tenant"],
    issuer,
  };
}

function isCarried(fields: Fields): boolean {
  const document = compiled(fields);
  if (typeof document !== "string") return false;
  assert.deepEqual(readBack(document), fields);
  return true;
}

const hostile = [
  'it\'s "quoted"',
  "\\",
  "\\u0022",
  "]]>",
  "{{b}}",
  "@(1) @{2}",
  "<&>",
  "- a: b #c",
  "%41 100%",
  "'; DROP TABLE--",
  "*/ // /*",
];

describe("a text in the document of an HTTP API", () => {
  it("is read back unchanged, in each field", () => {
    for (const text of [...hostile, "${a} $a", "ünïcödé 漢字 עברית 😀", "a\u2028\u2029\ufeff."]) {
      for (const field of ["title", "audience"] as const) {
        assert.ok(isCarried({ ...plain, [field]: text }), `${field}: ${JSON.stringify(text)}`);
      }
    }
    for (const header of hostile) assert.ok(isCarried({ ...plain, header }), header);
    for (const scope of ["it's", "@(x)", "{{s}}", "<&>", "${a}", "https://a.example/.default"]) {
      assert.ok(isCarried({ ...plain, scope }), scope);
    }
    for (const literal of ["it's", "a$b", "(a)", "a+b", "a=b;c,d&e!", "@a~", "v1.2", "a:b"]) {
      assert.ok(isCarried({ ...plain, literal }), literal);
    }
    assert.ok(isCarried({ ...plain, parameter: "_a.b-c" }));
    assert.ok(isCarried({ ...plain, issuer: "https://login.example.com/a'$(b)/" }));
  });

  it("is rejected if AWS has no escape for it: a dollar sign in headers, AWS's own variables in any field", () => {
    assert.deepEqual(compiled({ ...plain, header: "a$b" }), ["dollar"]);
    assert.deepEqual(compiled({ ...plain, header: "${x}" }), ["dollar"]);
    for (const field of ["title", "audience", "scope"] as const) {
      assert.deepEqual(compiled({ ...plain, [field]: "a${AWS::Region}" }), ["dollar"], field);
    }
  });

  it("is carried unchanged or rejected", () => {
    const text = fc.oneof(
      fc.string({ unit: "binary" }),
      fc.string({ unit: "grapheme" }),
      fc.constantFrom(...hostile, "${AWS::Partition}", "$request.path"),
    );
    const met = { carried: 0, refused: 0 };
    fc.assert(
      fc.property(
        fc.record({
          title: text,
          audience: text,
          scope: text,
          header: text,
          literal: fc.oneof(text, fc.stringMatching(/^[a-z0-9\-._~!$&'()+,;=@:]{1,8}$/)),
          parameter: fc.oneof(text, fc.stringMatching(/^[A-Za-z_][A-Za-z0-9_.-]{0,9}$/)),
        }),
        fc.constantFrom("title", "audience", "scope", "header", "literal", "parameter"),
        (made, field) => {
          met[isCarried({ ...plain, [field]: made[field] }) ? "carried" : "refused"]++;
        },
      ),
      { numRuns: 1000 },
    );
    assert.ok(met.carried > 200 && met.refused > 50, JSON.stringify(met));
  });
});
