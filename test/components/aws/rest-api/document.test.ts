import assert from "node:assert/strict";
import { carry } from "../../../../components/api/capability/carry.ts";
import { normalise } from "../../../../components/api/check/normalise.ts";
import { authorizerName, restApiTarget } from "../../../../components/aws/rest-api/target.ts";
import { requiredBy } from "../../../support/components/aws/rest-api/generated.ts";

const target = restApiTarget({
  name: "orders",
  authorizers: (authorizer) =>
    `arn:aws:lambda:eu-west-1:123456789012:function:${requiredBy(authorizer).join("-").replaceAll(":", "_")}`,
});

/** An example of everything that a REST API supports. */
const description = {
  version: 1,
  title: "Orders",
  backends: { erp: { kind: "http" }, shipping: { kind: "fn" } },
  auth: {
    staff: { kind: "jwt", audiences: ["orders"] },
    partners: { kind: "apiKey" },
    partnersStaff: { kind: "allOf", of: [{ kind: "jwt", audiences: ["orders"] }, { kind: "apiKey" }] },
    anyone: { kind: "open", reason: "public" },
  },
  default: { auth: "staff" },
  plans: { standard: {} },
  routes: {
    "GET /": { to: "erp" },
    "GET /orders/{id}": {
      to: "erp",
      path: "/v1/items/{id}/all",
      scopes: ["orders:read"],
      timeoutSeconds: 29,
      requestHeaders: { set: { "x-shop": 'a "b" $c' } },
    },
    "GET /orders/{id}/{rest+}": { to: "erp", auth: "partners", path: "/rest/{rest}" },
    "POST /shipments": { to: "shipping", auth: "partnersStaff" },
    "GET /health": { auth: "anyone", reply: { status: 200, headers: { "x-a": "it's" }, body: { ok: "$1" } } },
  },
};

const bindings = {
  backends: {
    erp: { url: "https://erp.example.com:8443/base/" },
    shipping: { functionArn: "arn:aws:lambda:eu-west-1:123456789012:function:ship" },
  },
  auth: {
    staff: { issuer: "https://login.example.com" },
    partnersStaff: { issuer: "https://partners.example.com" },
  },
};

function compiled(more: object = {}) {
  const { api } = carry(normalise({ ...description, ...more }), target.capabilities, {}, target.check);
  return JSON.parse(target.compile(api, bindings).document);
}

const integration = "x-amazon-apigateway-integration";
const idParameter = { name: "id", in: "path", required: true, schema: { type: "string" } };
const restParameter = { ...idParameter, name: "rest" };

describe("the authorizer of a token whose audiences are bound", () => {
  const compiledWith = (audiences: readonly string[]) => {
    const auth = { ...description.auth, staff: { kind: "jwt" } };
    const { api } = carry(normalise({ ...description, auth }), target.capabilities, {}, target.check);
    const bound = { ...bindings, auth: { ...bindings.auth, staff: { ...bindings.auth.staff, audiences } } };
    return target.compile(api, bound).document;
  };

  it("has the same name whatever they are, since it is declared before they are known", () => {
    assert.equal(compiledWith(["a"]), compiledWith(["b", "c"]));
    const names = Object.keys(JSON.parse(compiledWith(["a"])).components.securitySchemes);
    const scopes: readonly string[] = [];
    assert.ok(names.includes(authorizerName({ auth: "staff", audiences: undefined, scopes })));
    assert.ok(!names.includes(authorizerName({ auth: "staff", audiences: ["a"], scopes })));
  });
});

describe("the authorizer of a token without aud", () => {
  it("is another one than for the same audiences alone, whose name does not change", () => {
    const requirement = { auth: "staff", audiences: ["orders"], scopes: [] };
    assert.equal(authorizerName(requirement), "staff_54611ad68852046d");
    assert.notEqual(authorizerName({ ...requirement, audienceFallback: "client_id" }), authorizerName(requirement));
  });
});

describe("the document of a REST API", () => {
  const document = compiled();
  const names = Object.keys(document.components.securitySchemes);
  const authorizer = (auth: string, scopes: readonly string[] = []) =>
    authorizerName({ auth, audiences: ["orders"], scopes });

  it("contains the API's name, the source of keys, and the binary media types", () => {
    assert.deepEqual(document.info, { title: "orders", version: "1", description: "Orders" });
    assert.equal(document.openapi, "3.0.1");
    assert.equal(document["x-amazon-apigateway-api-key-source"], "HEADER");
    assert.deepEqual(document["x-amazon-apigateway-binary-media-types"], ["*/*"]);
  });

  it("forwards a route to its backend with its path, headers and time-out", () => {
    const { get } = document.paths["/orders/{id}"];
    assert.deepEqual(get[integration], {
      type: "http_proxy",
      httpMethod: "GET",
      uri: "https://erp.example.com:8443/base/v1/items/{id}/all",
      connectionType: "INTERNET",
      passthroughBehavior: "when_no_match",
      timeoutInMillis: 29_000,
      requestParameters: {
        "integration.request.path.id": "method.request.path.id",
        "integration.request.header.x-shop": "'a \"b\" $c'",
      },
    });
    assert.deepEqual(get.parameters, [idParameter]);
    const rest = document.paths["/orders/{id}/{rest+}"].get;
    assert.equal(rest[integration].uri, "https://erp.example.com:8443/base/rest/{rest}");
    assert.deepEqual(rest[integration].requestParameters, {
      "integration.request.path.rest": "method.request.path.rest",
    });
    assert.deepEqual(rest.parameters, [idParameter, restParameter]);
    assert.equal(document.paths["/"].get[integration].uri, "https://erp.example.com:8443/base");
  });

  it("invokes a function", () => {
    assert.deepEqual(document.paths["/shipments"].post[integration], {
      type: "aws_proxy",
      httpMethod: "POST",
      uri: "arn:aws:apigateway:eu-west-1:lambda:path/2015-03-31/functions/arn:aws:lambda:eu-west-1:123456789012:function:ship/invocations",
      connectionType: "INTERNET",
      passthroughBehavior: "when_no_match",
      timeoutInMillis: 15_000,
    });
  });

  it("requires at each operation what its route requires, and nothing at the root", () => {
    assert.equal(document.security, undefined);
    const security = Object.entries(document.paths).flatMap(([path, item]) =>
      Object.entries(item as object).map(([method, operation]) => [`${method} ${path}`, operation.security]),
    );
    assert.deepEqual(Object.fromEntries(security), {
      "get /": [{ [authorizer("staff")]: [] }],
      "get /health": undefined,
      "post /shipments": [{ [authorizer("partnersStaff")]: [] }, { api_key: [] }],
      "get /orders/{id}": [{ [authorizer("staff", ["orders:read"])]: [] }],
      "get /orders/{id}/{rest+}": [{ api_key: [] }],
    });
  });

  it("has an authorizer for each requirement, whose results are not cached", () => {
    assert.deepEqual(document.components.securitySchemes.api_key, { type: "apiKey", name: "x-api-key", in: "header" });
    assert.equal(names.length, 4);
    const uris = names
      .filter((name) => name !== "api_key")
      .map((name) => {
        const scheme = document.components.securitySchemes[name];
        const { authorizerUri, ...rest } = scheme["x-amazon-apigateway-authorizer"];
        assert.deepEqual(rest, {
          type: "token",
          identitySource: "method.request.header.Authorization",
          authorizerResultTtlInSeconds: 0,
        });
        assert.deepEqual(
          [scheme.type, scheme.name, scheme.in, scheme["x-amazon-apigateway-authtype"]],
          ["apiKey", "Authorization", "header", "custom"],
        );
        return authorizerUri.split(":function:")[1];
      });
    assert.deepEqual(uris.toSorted(), [
      "partnersStaff/invocations",
      "staff-orders_read/invocations",
      "staff/invocations",
    ]);
  });

  it("replies by a mock, whose templates contain no text that they would interpret", () => {
    const { get } = document.paths["/health"];
    const { requestTemplates, ...mock } = get[integration];
    assert.deepEqual(mock, {
      type: "mock",
      contentHandling: "CONVERT_TO_TEXT",
      passthroughBehavior: "never",
      responses: {
        default: {
          statusCode: "200",
          contentHandling: "CONVERT_TO_TEXT",
          responseParameters: { "method.response.header.content-type": "'application/json'" },
          responseTemplates: {
            "application/json":
              "#set($context.responseOverride.header.x-a = $util.base64Decode('aXQncw=='))$util.base64Decode('eyJvayI6IiQxIn0=')",
          },
        },
      },
    });
    assert.deepEqual([...new Set(Object.values(requestTemplates))], ['{"statusCode": 200}']);
    assert.ok(Object.keys(requestTemplates).includes("text/plain"));
    assert.deepEqual(Object.keys(get.responses["200"].headers), ["x-a", "content-type"]);
  });

  it("responds with 401 without credentials, 404 without a route, and 403 without permission", () => {
    const responses = document["x-amazon-apigateway-gateway-responses"];
    assert.deepEqual(
      Object.fromEntries(
        Object.entries(responses).map(([type, own]) => [type, (own as { statusCode?: string }).statusCode]),
      ),
      {
        DEFAULT_4XX: undefined,
        DEFAULT_5XX: undefined,
        INVALID_API_KEY: "401",
        MISSING_AUTHENTICATION_TOKEN: "404",
        UNAUTHORIZED: "401",
      },
    );
    assert.deepEqual(responses.UNAUTHORIZED.responseParameters, {
      "gatewayresponse.header.www-authenticate": "'Bearer'",
    });
  });

  it("requires signatures by the method's authorization type, and responds with 403 to an unsigned request", () => {
    const {
      paths,
      components,
      "x-amazon-apigateway-gateway-responses": responses,
    } = compiled({
      auth: { ...description.auth, services: { kind: "iam" } },
      routes: { ...description.routes, "GET /signed/{id}": { to: "erp", auth: "services" } },
    });
    const { get } = paths["/signed/{id}"];
    assert.deepEqual(get["x-amazon-apigateway-auth"], { type: "AWS_IAM" });
    assert.equal(get.security, undefined);
    const asking = Object.values(paths as Record<string, Record<string, object>>).flatMap((item) =>
      Object.values(item).filter((each) => "x-amazon-apigateway-auth" in each),
    );
    assert.equal(asking.length, 1);
    assert.deepEqual(components, document.components);
    const { MISSING_AUTHENTICATION_TOKEN: _, ...others } = document["x-amazon-apigateway-gateway-responses"];
    assert.deepEqual(responses, others);
  });

  it("allows pages to read rejections if there is one origin, and responds to their preflights at each path", () => {
    const { paths, "x-amazon-apigateway-gateway-responses": responses } = compiled({
      cors: { origins: ["https://shop.example.com"], credentials: true, expose: ["etag"] },
    });
    for (const { responseParameters } of Object.values(responses) as { responseParameters: object }[]) {
      assert.deepEqual(
        { ...responseParameters, "gatewayresponse.header.www-authenticate": undefined },
        {
          "gatewayresponse.header.access-control-allow-origin": "'https://shop.example.com'",
          "gatewayresponse.header.access-control-allow-credentials": "'true'",
          "gatewayresponse.header.vary": "'Origin'",
          "gatewayresponse.header.access-control-expose-headers": "'etag'",
          "gatewayresponse.header.www-authenticate": undefined,
        },
      );
    }
    for (const item of Object.values(paths) as { options: Record<string, { responses: object }> }[]) {
      assert.deepEqual(item.options[integration]?.responses, {
        default: {
          statusCode: "204",
          contentHandling: "CONVERT_TO_TEXT",
          responseParameters: {
            "method.response.header.access-control-allow-credentials": "'true'",
            "method.response.header.vary": "'Origin'",
            "method.response.header.access-control-allow-methods": "'GET,POST'",
            "method.response.header.access-control-allow-headers": "'authorization,content-type'",
            "method.response.header.access-control-max-age": "'600'",
          },
          responseTemplates: {
            "application/json":
              "#set($upper = $input.params().header.get('Origin'))#set($lower = $input.params().header.get('origin'))#if($upper == 'https://shop.example.com' || $lower == 'https://shop.example.com')#set($context.responseOverride.header.access-control-allow-origin = 'https://shop.example.com')#end",
          },
        },
      });
    }
    const several = compiled({ cors: { origins: ["https://a.example.com", "https://b.example.com"] } });
    assert.deepEqual(several["x-amazon-apigateway-gateway-responses"].DEFAULT_4XX.responseParameters, {});
  });
});
