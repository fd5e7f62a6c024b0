import assert from "node:assert/strict";
import { stringify } from "yaml";
import type { AwsHttpApiArtefacts } from "../../../../../sandbox/data-plane/aws/artefacts/http-api.ts";
import { interpretAwsHttpApi } from "../../../../../sandbox/data-plane/aws/http-api/http-api.ts";
import { UnsupportedArtefact } from "../../../../../sandbox/data-plane/interpreter.ts";
import { ProcessCounters } from "../../../../../sandbox/data-plane/verifying/counters.ts";
import { HttpKeySource } from "../../../../../sandbox/data-plane/verifying/keys.ts";
import { LoopbackHostMap } from "../../../../../sandbox/host-map.ts";
import { noFunctions } from "../../../../support/sandbox/data-plane/functions/no-functions.ts";
import {
  BACKEND,
  type HttpApiOptions,
  httpApi,
  ISSUER,
  jwtScheme,
  staff,
  to,
} from "../../../../support/sandbox/data-plane/test-data-plane.ts";

const surroundings = {
  now: Date.now,
  keys: new HttpKeySource(new LoopbackHostMap(new Map())),
  counters: new ProcessCounters(),
  functions: noFunctions,
};

function routes(artefacts: AwsHttpApiArtefacts): readonly string[] {
  return interpretAwsHttpApi(artefacts, surroundings).routes;
}

function refused(place: string, problem: RegExp, paths: object, options: HttpApiOptions = {}): void {
  assert.throws(
    () => routes(httpApi(paths, options)),
    (error) => {
      assert.ok(error instanceof UnsupportedArtefact, String(error));
      assert.equal(error.place, place);
      assert.match(error.message, problem);
      return true;
    },
  );
}

const EXECUTION_ARN = "arn:aws:execute-api:eu-central-1:000000000000:a1b2c3d4e5";

const integration = "x-amazon-apigateway-integration";
const any = "x-amazon-apigateway-any-method";
const authorizer = "x-amazon-apigateway-authorizer";
const here = `paths./a.get.${integration}`;

describe("An AWS HTTP API's document", () => {
  it("is imported from JSON and YAML with every kind of route", () => {
    const artefacts = httpApi(
      {
        "/a": { get: to("/a"), post: { ...to("/a"), ...staff("a", "b"), tags: ["x"], "x-other": 1 } },
        "/b/{id}": { [any]: to("/b/{id}"), parameters: [] },
        "/c/{rest+}": { delete: to("/c/{rest}") },
        "/$default": { [any]: { ...to("/"), isDefaultRoute: true } },
        "x-something": {},
      },
      {
        root: {
          "x-amazon-apigateway-importexport-version": "1.0",
          "x-amazon-apigateway-cors": { allowOrigins: ["*"], maxAge: 5 },
          "x-google-backend": {},
          servers: [{ url: "/", "x-amazon-apigateway-endpoint-configuration": { disableExecuteApiEndpoint: false } }],
        },
      },
    );
    const expected = ["GET /a", "POST /a", "ANY /b/{id}", "DELETE /c/{rest+}", "$default"];
    assert.deepEqual(routes(artefacts), expected);
    assert.deepEqual(routes({ ...artefacts, document: stringify(JSON.parse(artefacts.document)) }), expected);
  });

  it("is refused in every version except OpenAPI 3.0", () => {
    refused("swagger", /OpenAPI 3\.0 only/, {}, { root: { swagger: "2.0" } });
    refused("openapi", /OpenAPI 3\.0 only/, {}, { root: { openapi: "3.1.0" } });
    refused("info.title", /must be a text/, {}, { root: { info: { version: "1" } } });
    refused(
      "x-amazon-apigateway-importexport-version",
      /must be "1\.0"/,
      {},
      {
        root: { "x-amazon-apigateway-importexport-version": "2.0" },
      },
    );
  });

  it("may share integrations by reference", () => {
    const shared = { "x-amazon-apigateway-integrations": { erp: (to("/erp") as never)[integration] } };
    const paths = { "/a": { get: { [integration]: { $ref: "#/components/x-amazon-apigateway-integrations/erp" } } } };
    assert.deepEqual(routes(httpApi(paths, { components: shared })), ["GET /a"]);
    refused(`${here}.$ref`, /points to nothing/, paths, { components: { "x-amazon-apigateway-integrations": {} } });
    refused(`${here}.$ref`, /must be #\/components\/x-amazon/, {
      "/a": { get: { [integration]: { $ref: "#/info" } } },
    });
  });

  it("is refused with an AWS extension that is unknown at its place", () => {
    const unknown = "x-amazon-apigateway-policy";
    refused(unknown, /not supported by the sandbox/, {}, { root: { [unknown]: {} } });
    refused(`paths./a.${unknown}`, /not supported by the sandbox/, { "/a": { get: to("/a"), [unknown]: 1 } });
    refused(`paths./a.get.${unknown}`, /not supported by the sandbox/, {
      "/a": { get: { ...to("/a"), [unknown]: 1 } },
    });
    refused(`paths./a.get.responses.200.${unknown}`, /not supported/, {
      "/a": { get: { ...to("/a"), responses: { 200: { [unknown]: 1 } } } },
    });
    refused(
      `components.schemas.A.0.${unknown}`,
      /not supported/,
      {},
      { components: { schemas: { A: [{ [unknown]: 1 }] } } },
    );
    refused(
      "tags.0.x-amazon-apigateway-tag-value",
      /not supported/,
      {},
      {
        root: { tags: [{ name: "k", "x-amazon-apigateway-tag-value": "v" }] },
      },
    );
    refused(
      `info.${integration}`,
      /not supported/,
      {},
      { root: { info: { title: "t", version: "1", [integration]: {} } } },
    );
    refused(`paths./a.${integration}`, /not supported/, { "/a": { get: to("/a"), [integration]: {} } });
  });

  it("is refused with a misspelt member that AWS would ignore", () => {
    refused("path", /the sandbox does not support this member/, {}, { root: { path: {} } });
    refused("paths./a.gett", /the sandbox does not support this member/, { "/a": { gett: to("/a") } });
    refused("paths./a.trace", /the sandbox does not support this member/, { "/a": { trace: to("/a") } });
    refused("paths./a.get.secuirty", /the sandbox does not support this member/, {
      "/a": { get: { ...to("/a"), secuirty: [{ staff: [] }] } },
    });
    refused(`${here}.timeoutInMilis`, /the sandbox does not support this member/, {
      "/a": { get: to("/a", { timeoutInMilis: 1 }) },
    });
    refused(`${here}.responses`, /the sandbox does not support this member/, {
      "/a": { get: to("/a", { responses: {} }) },
    });
  });

  it("is refused with an invalid path, and with a duplicate route", () => {
    refused("paths./a/", /must not end with \//, { "/a/": { get: to("/a") } });
    refused("paths./{x+}/b", /must be the last segment/, { "/{x+}/b": { get: to("/a") } });
    refused("paths./a/{y}.get", /same method and path/, { "/a/{x}": { get: to("/") }, "/a/{y}": { get: to("/") } });
    refused(`paths.$default.${any}`, /another default route exists/, {
      "/$default": { [any]: { ...to("/"), isDefaultRoute: true } },
      $default: { [any]: { ...to("/"), isDefaultRoute: true } },
    });
    refused(`paths./$default.${any}`, /isDefaultRoute: true/, { "/$default": { [any]: to("/") } });
    refused("paths./$default.get", /isDefaultRoute: true/, {
      "/$default": { get: { ...to("/"), isDefaultRoute: true } },
    });
    refused("paths./a.get", /isDefaultRoute: true/, { "/a": { get: { ...to("/"), isDefaultRoute: true } } });
  });

  it("is refused when a route might be deployed open: security at the root, unknown, several or optional", () => {
    const at = "paths./a.get.security";
    refused("security", /must be declared on each operation/, {}, { root: { security: [{ staff: [] }] } });
    const secured = (security: unknown): object => ({ "/a": { get: { ...to("/a"), security } } });
    refused(at, /no security scheme nobody/, secured([{ nobody: [] }]));
    refused(at, /no security scheme key/, secured([{ key: [] }]), {
      components: { securitySchemes: { key: { type: "apiKey", name: "x-api-key", in: "header" } } },
    });
    refused(at, /must be one requirement/, secured([{ staff: [] }, { staff: ["x"] }]));
    refused(at, /must be one requirement/, secured([{ staff: [], other: [] }]));
    refused(at, /must be one requirement/, secured([{}]));
    refused(at, /must be a list/, secured({ staff: [] }));
    refused(`${at}.0.staff`, /must be a list/, secured([{ staff: null }]));
    refused(at, /scope token/, secured([{ staff: ["a b"] }]));
    refused(
      at,
      /11 scopes; a route has at most 10/,
      secured([{ staff: Array.from({ length: 11 }, (_, n) => `s${n}`) }]),
    );
    const auth = "paths./a.get.x-amazon-apigateway-auth";
    const typed = (type: string, security?: unknown) => ({
      "/a": {
        get: { ...to("/a"), ...(security === undefined ? {} : { security }), "x-amazon-apigateway-auth": { type } },
      },
    });
    refused(auth, /combined with security/, typed("AWS_IAM", [{ staff: [] }]));
    refused(auth, /combined with security/, typed("NONE", [{ staff: [] }]));
    refused(`${auth}.type`, /NONE or AWS_IAM/, typed("CUSTOM"));
    refused("executionArn", /when requests must be signed/, typed("AWS_IAM"));
    assert.deepEqual(routes({ ...httpApi(typed("aws_iam")), executionArn: EXECUTION_ARN }), ["GET /a"]);
    assert.deepEqual(routes(httpApi(typed("none"))), ["GET /a"]);
    const signature = {
      type: "apiKey",
      name: "Authorization",
      in: "header",
      "x-amazon-apigateway-authtype": "awsSigv4",
    };
    const named = (scopes: readonly string[]) =>
      httpApi(secured([{ sigv4: scopes }]), { components: { securitySchemes: { sigv4: signature } } });
    assert.deepEqual(routes({ ...named([]), executionArn: EXECUTION_ARN }), ["GET /a"]);
    assert.throws(() => routes({ ...named(["a"]), executionArn: EXECUTION_ARN }), /scopes have no effect/);
    assert.deepEqual(routes(httpApi(secured([]))), ["GET /a"]);
  });

  it("is refused with an authorizer that would check nothing or that the sandbox does not serve", () => {
    const at = `components.securitySchemes.staff.${authorizer}`;
    const scheme = (value: object): HttpApiOptions => ({ components: { securitySchemes: { staff: value } } });
    refused(`${at}.jwtConfiguration.audience`, /1 to 50 audiences/, {}, scheme(jwtScheme({ audience: [] })));
    refused(`${at}.jwtConfiguration.audience`, /1 to 50/, {}, scheme(jwtScheme({ audience: [""] })));
    refused(`${at}.jwtConfiguration.audience`, /1 to 50/, {}, scheme(jwtScheme({ audience: Array(51).fill("a") })));
    refused(`${at}.jwtConfiguration.audience`, /must be a list/, {}, scheme(jwtScheme({ audience: "orders" })));
    refused(`${at}.jwtConfiguration.issuer`, /is missing/, {}, scheme(jwtScheme({ issuer: undefined })));
    refused(
      `${at}.jwtConfiguration.issuer`,
      /is a private address/,
      {},
      scheme(jwtScheme({ issuer: "https://10.20.0.5/realm" })),
    );
    refused(
      `${at}.jwtConfiguration.issuer`,
      /must be an http or https URL/,
      {},
      scheme(jwtScheme({ issuer: "login" })),
    );
    refused(
      `${at}.jwtConfiguration.aud`,
      /the sandbox does not support this member/,
      {},
      scheme(jwtScheme({ aud: [] })),
    );
    const of = (changed: object): object => ({
      type: "oauth2",
      [authorizer]: {
        type: "jwt",
        identitySource: "$request.header.Authorization",
        jwtConfiguration: { issuer: ISSUER, audience: ["a"] },
        ...changed,
      },
    });
    refused(`${at}.type`, /must be jwt; the sandbox serves no other authorizers/, {}, scheme(of({ type: "request" })));
    refused(`${at}.identitySource`, /must be a text/, {}, scheme(of({ identitySource: undefined })));
    refused(
      `${at}.identitySource`,
      /must be one/,
      {},
      scheme(of({ identitySource: "$request.header.a,$request.header.b" })),
    );
    refused(
      `${at}.authorizerResultTtlInSeconds`,
      /does not support this member/,
      {},
      scheme(of({ authorizerResultTtlInSeconds: 5 })),
    );
    const many = Object.fromEntries(Array.from({ length: 11 }, (_, index) => [`s${index}`, jwtScheme()]));
    refused("components.securitySchemes", /at most 10 authorizers/, {}, { components: { securitySchemes: many } });
  });

  it("is refused with an integration that the vendor refuses or the sandbox does not serve", () => {
    const get = (members: object): object => ({ "/a": { get: to("/a", members) } });
    refused(here, /the route has no integration/, { "/a": { get: {} } });
    refused(
      `${here}.integrationSubtype`,
      /AWS services/,
      get({ type: "AWS_PROXY", integrationSubtype: "SQS-SendMessage" }),
    );
    const lambda = {
      type: "AWS_PROXY",
      httpMethod: "POST",
      uri: "arn:aws:apigateway:eu-west-1:lambda:path/2015-03-31/functions/arn:aws:lambda:eu-west-1:123456789012:function:f/invocations",
      payloadFormatVersion: "2.0",
    };
    refused(here, /requires an execution ARN/, get(lambda));
    refused(`${here}.httpMethod`, /must be "POST"/, get({ ...lambda, httpMethod: "ANY" }));
    refused(
      `${here}.payloadFormatVersion`,
      /must be "1\.0" or "2\.0"|must be/,
      get({ ...lambda, payloadFormatVersion: undefined }),
    );
    refused(`${here}.uri`, /must be arn:aws:apigateway/, get({ ...lambda, uri: "https://backend.example.com" }));
    refused(`${here}.requestParameters`, /does not support this member/, get({ ...lambda, requestParameters: {} }));
    refused(`${here}.timeoutInMillis`, /30000/, get({ ...lambda, timeoutInMillis: 30_001 }));
    refused(`${here}.type`, /must be "HTTP_PROXY"/, get({ type: "HTTP" }));
    refused(`${here}.payloadFormatVersion`, /must be "1\.0"/, get({ payloadFormatVersion: undefined }));
    refused(`${here}.httpMethod`, /must be "GET"/, get({ httpMethod: undefined }));
    refused(
      `${here}.uri`,
      /the ARN of a load balancer.s listener/,
      get({ connectionType: "VPC_LINK", connectionId: "x" }),
    );
    refused(`${here}.timeoutInMillis`, /50 to 30000/, get({ timeoutInMillis: 49 }));
    refused(`${here}.timeoutInMillis`, /50 to 30000/, get({ timeoutInMillis: 30_001 }));
    refused(`${here}.uri`, /must be an http or https URL/, get({ uri: "ftp://x/" }));
    refused(`${here}.uri`, /without credentials/, get({ uri: "https://me:secret@backend.example.com/" }));
    refused(`${here}.uri`, /variables in its path only/, get({ uri: "https://{host}/a" }));
    refused(`${here}.uri`, /must contain variables in its path only/, get({ uri: `${BACKEND}/?a={x}` }));
    refused(`${here}.uri`, /the route has no variable id/, get({ uri: `${BACKEND}/{id}` }));
    refused(`${here}.uri`, /must be percent-encoded/, get({ uri: `${BACKEND}/é` }));
    refused(`${here}.uri`, /the stage has no variable host/, get({ uri: "https://${stageVariables.host}/" }));
  });

  it("is refused with a parameter mapping that API Gateway does not support", () => {
    const map = (key: string, value: unknown): object => ({
      "/a": { get: to("/a", { requestParameters: { [key]: value } }) },
    });
    const at = (key: string): string => `${here}.requestParameters.${key}`;
    for (const key of [
      "header.x",
      "set:header.x",
      "append:path",
      "overwrite:header.",
      "overwrite:body.x",
      "remove:path",
    ]) {
      refused(at(key), /must be append\|overwrite\|remove/, map(key, "v"));
    }
    const reserved = [
      "Authorization",
      "access-control-allow-origin",
      "X-Amz-Date",
      "x-amzn-trace-id",
      "apigw-x",
      "Via",
      "X-Forwarded-For",
      "transfer-encoding",
      "Origin",
    ];
    for (const name of reserved)
      refused(at(`overwrite:header.${name}`), /reserved header/, map(`overwrite:header.${name}`, "v"));
    refused(at("append:header.a b"), /not a header name/, map("append:header.a b", "v"));
    for (const value of [
      "$request.body",
      "$request.body.a",
      "$context.apiId",
      "$nothing",
      "$",
      "cost $5",
      "${request.path",
      "${}",
    ]) {
      refused(at("append:header.x"), /not supported|begins no variable/, map("append:header.x", value));
    }
    refused(at("append:header.x"), /the route has no variable id/, map("append:header.x", "$request.path.id"));
    refused(at("append:header.x"), /the stage has no variable v/, map("append:header.x", "$stageVariables.v"));
    refused(at("append:header.x"), /a control character/, map("append:header.x", "a\r\nb"));
    refused(at("append:header.x"), /must be a text/, map("append:header.x", 5));
    refused(at("remove:header.x"), /must be empty/, map("remove:header.x", "v"));
    refused(at("overwrite:path"), /without a query/, map("overwrite:path", "/a?b=c"));
    refused(at("remove:header.X"), /mapped more than once/, {
      "/a": { get: to("/a", { requestParameters: { "append:header.x": "v", "remove:header.X": "" } }) },
    });
  });

  it("is refused above the service's quotas", () => {
    const paths = (count: number): object =>
      Object.fromEntries(Array.from({ length: count }, (_, index) => [`/r${index}`, { get: to("/") }]));
    assert.equal(routes(httpApi(paths(300))).length, 300);
    refused("paths", /301 routes; an HTTP API has at most 300/, paths(301));
  });

  it("is refused with settings for a route that does not exist", () => {
    refused(
      "stage.routeSettings.GET /b",
      /Unable to find Route by key GET \/b/,
      { "/a": { get: to("/a") } },
      {
        stage: { routeSettings: { "GET /b": {} } },
      },
    );
  });

  it("is refused with CORS that allows credentials for all origins, or with an invalid origin", () => {
    refused("cors.allowCredentials", /all origins/, {}, { cors: { allowOrigins: ["*"], allowCredentials: true } });
    for (const origin of ["example.com", "https://a.example.com/", "https://*.example.com", ""]) {
      refused("cors.allowOrigins.0", /must be an origin/, {}, { cors: { allowOrigins: [origin] } });
    }
    refused(
      "x-amazon-apigateway-cors.allowOrigin",
      /does not support this member/,
      {},
      { root: { "x-amazon-apigateway-cors": { allowOrigin: [] } } },
    );
  });
});
