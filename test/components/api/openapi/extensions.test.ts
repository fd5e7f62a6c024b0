import assert from "node:assert/strict";
import { normalise } from "../../../../components/api/check/normalise.ts";
import { fromOpenApi } from "../../../../components/api/openapi/from-openapi.ts";
import type { Overrides } from "../../../../components/api/openapi/overrides.ts";
import { vendorExtension, vendorExtensionNames } from "../../../../components/api/openapi/vendor-extensions.ts";
import {
  get,
  type Json,
  openApi,
  placesOf,
  problemsOf,
} from "../../../support/components/api/openapi/openapi-problems.ts";

describe("The extensions of other gateways in an OpenAPI document", () => {
  /** A document with the extension at each level that can have one, and its place there. */
  const levels = (name: string, value: unknown = {}): readonly (readonly [place: string, document: Json])[] => {
    const own = { [name]: value };
    const staff = { type: "oauth2", flows: {}, "x-polygate": { audiences: ["orders"] } };
    const parameter = { in: "query", name: "q", ...own };
    return [
      ["#", openApi({ "/a": get() }, own)],
      ["#/info", openApi({ "/a": get() }, { info: { title: "Orders", version: "1", ...own } })],
      ["#/servers/0", openApi({ "/a": get() }, { servers: [{ url: "https://a.example.com", ...own }] })],
      ["#/paths", openApi({ "/a": get(), ...own })],
      ["#/paths/~1a", openApi({ "/a": { ...get(), ...own } })],
      ["#/paths/~1a/parameters/0", openApi({ "/a": { ...get(), parameters: [parameter] } })],
      ["#/paths/~1a/get", openApi({ "/a": get(own) })],
      ["#/paths/~1a/get/parameters/0", openApi({ "/a": get({ parameters: [parameter] }) })],
      ["#/components", openApi({ "/a": get() }, { components: { securitySchemes: { staff }, ...own } })],
      [
        "#/components/securitySchemes/staff",
        openApi({ "/a": get() }, { components: { securitySchemes: { staff: { ...staff, ...own } } } }),
      ],
    ];
  };
  const ignoring = (name: string, reason = "not needed"): Overrides => ({ ignore: { [name]: reason } });

  it("are refused by name if they create routes, at every level, and cannot be ignored", () => {
    const names = vendorExtensionNames.filter((name) => vendorExtension(name)?.kind === "routes");
    assert.ok(names.includes("x-amazon-apigateway-any-method") && names.includes("x-ms-paths"));
    for (const name of names) {
      for (const [place, document] of levels(name)) {
        // There it is read.
        if (name === "x-amazon-apigateway-any-method" && place === "#/paths/~1a") continue;
        assert.deepEqual(placesOf(document), [`unread-routes ${place}/${name}`]);
        assert.deepEqual(placesOf(document, ignoring(name)).toSorted(), [
          `unread-routes ${place}/${name}`,
          `unused-ignore overrides.ignore["${name}"]`,
        ]);
      }
    }
  });

  it("of AWS for any method become a route, with its security and its x-polygate, which overrides name by its key", () => {
    const any = {
      responses: {},
      security: [{ staff: ["orders:write"] }],
      "x-polygate": { timeoutSeconds: 3 },
      "x-amazon-apigateway-integration": { type: "http_proxy" },
    };
    const document = openApi({ "/{proxy+}": { ...get(), "x-amazon-apigateway-any-method": any } });
    const { routes } = fromOpenApi(document);
    assert.deepEqual(Object.keys(routes), ["GET /{proxy+}", "ANY /{proxy+}"]);
    assert.deepEqual(routes["ANY /{proxy+}"], {
      auth: "staff",
      scopes: ["orders:write"],
      timeoutSeconds: 3,
      to: "backend",
    });
    const overridden = fromOpenApi(document, { routes: { "ANY /{proxy+}": null } });
    assert.deepEqual(Object.keys(overridden.routes), ["GET /{proxy+}"]);
    const at = "#/paths/~1{proxy+}/x-amazon-apigateway-any-method";
    const misspelt = openApi({ "/{proxy+}": { "x-amazon-apigateway-any-method": { ...any, secruity: [] } } });
    assert.deepEqual(placesOf(misspelt), [`unknown-property ${at}/secruity`]);
  });

  it("are refused by name if they protect routes, at every level, unless a reason is given", () => {
    const names = vendorExtensionNames.filter((name) => vendorExtension(name)?.kind === "protects");
    assert.ok(names.length > 20, String(names.length));
    for (const name of names) {
      for (const [place, document] of levels(name)) {
        assert.deepEqual(placesOf(document), [`unread-protection ${place}/${name}`]);
        const description = fromOpenApi(document, ignoring(name));
        assert.deepEqual(description.ignored, { [name]: "not needed" });
        assert.deepEqual({ ...normalise(description).ignored }, { [name]: "not needed" });
      }
    }
  });

  it("are notes if they describe, or if no gateway is known for them", () => {
    const names = vendorExtensionNames.filter((name) => vendorExtension(name)?.kind === "describes");
    assert.ok(names.includes("x-amazon-apigateway-integration") && names.includes("x-google-backend"));
    for (const name of [...names, "x-internal", "x-readme", "x-ms-enum", "x-total-count"]) {
      for (const [place, document] of levels(name)) assert.deepEqual(placesOf(document), [], `${name} ${place}`);
    }
  });

  it("are refused in any letter case, and if their gateway is known but they are not", () => {
    for (const name of ["x-google-security", "x-kong-plugin-acl", "x-amazon-apigateway-shield", "x-GOOGLE-quota"]) {
      assert.deepEqual(placesOf(openApi({ "/a": get() }, { [name]: {} })), [`unread-protection #/${name}`]);
    }
  });

  it("each have a remedy, and a link to the vendor's documentation", () => {
    for (const name of vendorExtensionNames) {
      assert.match(vendorExtension(name)?.see ?? "", /^https:\/\/\S+$/, name);
      for (const { rule, remedy } of problemsOf(openApi({ "/a": get() }, { [name]: {} }))) {
        assert.match(rule, /^"x-\S+" [a-z].*\.$/);
        assert.match(remedy, /^[A-Z].* See https:\S+\.$/);
      }
    }
  });

  it("do not matter at a route that is removed, or at a scheme that is replaced or unused", () => {
    const quota = { "x-google-quota": {} };
    const document = openApi({ "/a": get(quota), "/b": get() });
    assert.deepEqual(placesOf(document, { routes: { "GET /a": null } }), []);
    assert.deepEqual(placesOf(document, { ...ignoring("x-google-quota"), routes: { "GET /a": null } }), []);
    const schemes = (name: string) => ({
      staff: { type: "oauth2", flows: {}, "x-polygate": { audiences: ["orders"] } },
      [name]: { type: "oauth2", flows: {}, "x-polygate": { audiences: ["a"] }, "x-amazon-apigateway-authorizer": {} },
    });
    assert.deepEqual(placesOf(openApi({ "/a": get() }, { components: { securitySchemes: schemes("other") } })), []);
    const replaced = openApi({ "/a": get() }, { components: { securitySchemes: schemes("staff") } });
    assert.deepEqual(placesOf(replaced), [
      "unread-protection #/components/securitySchemes/staff/x-amazon-apigateway-authorizer",
    ]);
    assert.deepEqual(placesOf(replaced, { auth: { staff: { kind: "jwt", audiences: ["a"] } } }), []);
  });

  it("are protection beside the mark of signed requests, which is read", () => {
    const signed = (more: Json) =>
      openApi(
        { "/a": get() },
        {
          components: {
            securitySchemes: {
              staff: {
                type: "apiKey",
                name: "Authorization",
                in: "header",
                "x-amazon-apigateway-authtype": "awsSigv4",
                ...more,
              },
            },
          },
        },
      );
    assert.deepEqual(placesOf(signed({})), []);
    assert.deepEqual(placesOf(signed({ "x-amazon-apigateway-authorizer": {} })), [
      "unread-protection #/components/securitySchemes/staff/x-amazon-apigateway-authorizer",
    ]);
  });

  it("are ignored by the document too, with a reason that is text, and only if they exist", () => {
    const document = (ignore: unknown) => openApi({ "/a": get() }, { "x-google-quota": {}, "x-polygate": { ignore } });
    const description = fromOpenApi(document({ "x-google-quota": "our limits" }));
    assert.deepEqual(description.ignored, { "x-google-quota": "our limits" });
    const both = fromOpenApi(document({ "x-google-quota": "our limits" }), ignoring("x-google-quota", "others"));
    assert.deepEqual(both.ignored, { "x-google-quota": "others" });
    assert.deepEqual(placesOf(document({ "x-google-quota": " " })), ["bad-value #/x-polygate/ignore/x-google-quota"]);
    assert.deepEqual(placesOf(document({ quota: "a" })).toSorted(), [
      "bad-value #/x-polygate/ignore/quota",
      "unread-protection #/x-google-quota",
    ]);
    const [misspelt] = problemsOf(document({ "x-google-quota": "a", "x-google-qouta": "b" }));
    assert.deepEqual(
      [misspelt?.code, misspelt?.place, misspelt?.remedy],
      ["unused-ignore", "#/x-polygate/ignore/x-google-qouta", 'Did you mean "x-google-quota"?'],
    );
    for (const [reason, code] of [
      ["", "empty"],
      ["  ", "empty"],
      ["a\nb", "empty"],
      [null, "wrong-type"],
      [7, "wrong-type"],
    ] as const) {
      const places = placesOf(document(undefined), ignoring("x-google-quota", reason as unknown as string));
      assert.deepEqual(places, [`${code} overrides.ignore["x-google-quota"]`]);
    }
  });
});
