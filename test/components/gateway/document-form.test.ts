import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { normalise } from "../../../components/api/check/normalise.ts";
import { readOpenApi } from "../../../components/api/openapi/from-openapi.ts";
import type { Overrides } from "../../../components/api/openapi/overrides.ts";
import type { Problem } from "../../../components/api/problem.ts";
import { readingsOf } from "../../../components/gateway/readings.ts";
import { refusalsOf } from "../../../components/gateway/refusals.ts";
import { apiGatewayTarget } from "../../../components/gcp/api-gateway/target.ts";
import { applied, problemsOf } from "../../support/components/api/openapi/apply-remedies.ts";
import { get, type Json, openApi } from "../../support/components/api/openapi/openapi-problems.ts";

const target = apiGatewayTarget({ title: "shop" });
const bindings = {
  backends: { backend: { url: "https://shop.example.com" } },
  auth: { staff: { issuer: "https://a.example.com" } },
};

/** An open route and a guarded one of one server. */
function shop(audiences: object = { audiences: ["shop"] }, adminSecurity: unknown = [{ staff: [] }]): Json {
  const rest = { name: "id", in: "path", required: true, schema: { type: "string" } };
  return openApi(
    {
      "/{id}": get({ security: [], parameters: [rest], "x-polygate": { open: "public" } }),
      "/admin": get({ security: adminSecurity }),
    },
    {
      security: undefined,
      components: { securitySchemes: { staff: { type: "http", scheme: "bearer", "x-polygate": audiences } } },
    },
  );
}

function refusals(document: Json | string, overrides: Overrides, isCode: boolean): readonly Problem[] {
  return refusalsOf(target, normalise(readOpenApi(document, overrides, isCode)), bindings);
}

describe("A problem that a gateway finds in an OpenAPI document", () => {
  for (const [what, code, document] of [
    ["a server that may be lenient", "open-reading", shop()],
    ["missing audiences", "no-audiences", shop({})],
  ] as const) {
    for (const isCode of [false, true]) {
      it(`has a remedy that makes it go, ${isCode ? "in code" : "in the document"}: ${what}`, () => {
        const problems = refusals(document, {}, isCode);
        assert.ok(
          problems.some((each) => each.code === code),
          JSON.stringify(problems),
        );
        const [next, options] = applied(document, {}, problems);
        assert.deepEqual(
          refusals(next, options, isCode).filter((each) => each.code === code),
          [],
        );
      });
    }
  }

  it("has the place of the operation in the file, and what to write in x-polygate", () => {
    const folder = mkdtempSync(join(tmpdir(), "polygate-"));
    try {
      const file = join(folder, "shop.json");
      writeFileSync(file, JSON.stringify(shop(), null, 2));
      const [problem] = refusals(file, {}, false);
      assert.match(problem?.place ?? "", /^.*shop\.json:\d+:\d+ \(?/);
      assert.match(
        problem?.remedy ?? "",
        /declare that: write at the root: "x-polygate": \{ "backends": \{ "backend": \{ "kind": "http", "paths": "exact" \} \} \}\.$/,
      );
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  it("is also a caution in that form", () => {
    const weaker = shop();
    const api = normalise(
      readOpenApi(
        weaker,
        { auth: { partners: { kind: "jwt", audiences: ["p"] } }, routes: { "GET /{id}": { auth: "partners" } } },
        false,
      ),
    );
    const [caution] = readingsOf(api, api.routes, bindings, target.capabilities).cautions;
    assert.match(caution?.advice ?? "", /write at the root: "x-polygate": \{ "backends"/);
  });
});

describe("A remedy of an OpenAPI document", () => {
  const auths: Readonly<Record<string, object>> = {
    "an empty auth": {},
    "a token and a key in the wrong order": { kind: "allOf", of: [{ kind: "apiKey" }, { kind: "apiKey" }] },
  };
  for (const [what, auth] of Object.entries(auths)) {
    it(`names kinds, which a document and a program write alike, and calls no helper: ${what}`, () => {
      const helper = /\b(?:http|fn|onPrem|jwt|apiKey|allOf|iam|open)\(/;
      const own = { ...shop(), "x-polygate": { auth: { extra: auth }, default: { auth: "extra" } } } as Json;
      const inCode = { auth: { extra: auth }, default: { auth: "extra" } } as Overrides;
      for (const problems of [problemsOf(own, {}, false), problemsOf(shop(), inCode, true)]) {
        const remedies = problems.map(({ remedy }) => remedy);
        assert.deepEqual(
          remedies.filter((remedy) => helper.test(remedy)),
          [],
        );
        assert.ok(
          remedies.some((remedy) => /\bkind\b.*\bapiKey\b/.test(remedy)),
          JSON.stringify(remedies),
        );
      }
    });
  }
});
