import assert from "node:assert/strict";
import type { AwsSigner } from "../../../../../../sandbox/data-plane/aws/artefacts/signer.ts";
import {
  readResourcePolicy,
  withFullArns,
} from "../../../../../../sandbox/data-plane/aws/shared/iam/resource-policy.ts";
import { UnsupportedArtefact } from "../../../../../../sandbox/data-plane/interpreter.ts";
import { sign } from "../../../../../contract/world/signatures.ts";
import {
  allow,
  EXECUTION,
  lambda,
  lambdaAuthorizer,
  mock,
  RestStand,
  to,
} from "../../../../../support/sandbox/data-plane/aws/rest-api/service.ts";
import { answer } from "../../../../../support/sandbox/data-plane/test-data-plane.ts";

const everybody = { Principal: "*", Action: "execute-api:Invoke" };
const statement = (Effect: string, Resource: unknown = "*", members: object = {}) => ({
  Effect,
  ...everybody,
  Resource,
  ...members,
});
const policyOf = (...statements: readonly object[]) => JSON.stringify({ Version: "2012-10-17", Statement: statements });
const from = (...cidrs: readonly string[]) => ({ Condition: { IpAddress: { "aws:SourceIp": cidrs } } });
const notFrom = (...cidrs: readonly string[]) => ({ Condition: { NotIpAddress: { "aws:SourceIp": cidrs } } });
const HERE = "127.0.0.1/32";
const THERE = "192.0.2.0/24";

const PASSED = [200, "from the backend"] as const;
const refused = (resource: string, explicit: boolean, who = "anonymous") =>
  [
    403,
    `{"Message":"User: ${who} is not authorized to perform: execute-api:Invoke on resource: arn:aws:execute-api:eu-west-1:********9012:a1b2c3d4e5/prod/${resource}${explicit ? " with an explicit deny" : ""}"}`,
  ] as const;

describe("The resource policy of an AWS REST API", () => {
  let stand: RestStand;

  beforeEach(async () => {
    stand = await new RestStand().start();
  });
  afterEach(() => stand.close());

  it("admits requests that it allows, and refuses those that it denies or does not mention", async () => {
    const paths = { "/a": { get: to("/a"), options: mock(200) } };
    const cases: readonly (readonly [string, boolean | "passed"])[] = [
      [policyOf(statement("Allow")), "passed"],
      [policyOf(statement("Allow"), statement("Deny", "*", notFrom(HERE))), "passed"],
      [policyOf(statement("Allow"), statement("Deny", "*", notFrom(THERE, "::1/128"))), true],
      [policyOf(statement("Allow", "*", from(THERE, HERE))), "passed"],
      [policyOf(statement("Allow", "*", from(THERE))), false],
      [policyOf(statement("Deny", "*", notFrom(HERE))), false],
      [policyOf(statement("Allow"), statement("Deny", "*", from("127.0.0.0/8"))), true],
      [policyOf({ ...statement("Allow"), Action: "s3:GetObject" }), false],
    ];
    for (const [policy, outcome] of cases) {
      const url = stand.serve(paths, { policy });
      const expected = outcome === "passed" ? PASSED : refused("GET/a", outcome);
      assert.deepEqual(await answer(fetch(`${url}/a`)), expected, policy);
      const preflight = outcome === "passed" ? [200, ""] : refused("OPTIONS/a", outcome);
      assert.deepEqual(await answer(fetch(`${url}/a`, { method: "OPTIONS" })), preflight, policy);
    }
    assert.equal(stand.log.at(-1)?.decision, "forbidden");
  });

  it("names stages, methods and paths, also in the short form", async () => {
    const resources = ["execute-api:/prod/GET/a/*", `${EXECUTION}/*/POST/*`];
    const policy = policyOf(statement("Allow", resources), statement("Deny", "execute-api:/*/*/a/secret"));
    const paths = { "/a/{p}": { get: to("/a/{p}"), put: to("/a/{p}") }, "/b": { get: to("/b"), post: to("/b") } };
    const url = stand.serve(paths, { policy });
    assert.deepEqual(await answer(fetch(`${url}/a/1`)), PASSED);
    assert.deepEqual(await answer(fetch(`${url}/b`, { method: "POST" })), PASSED);
    assert.deepEqual(await answer(fetch(`${url}/b`)), refused("GET/b", false));
    assert.deepEqual(await answer(fetch(`${url}/a/1`, { method: "PUT" })), refused("PUT/a/1", false));
    assert.deepEqual(await answer(fetch(`${url}/a/secret`)), refused("GET/a/secret", true));
    assert.deepEqual(await answer(fetch(`${url}/a/%73ecret`)), PASSED);
    stand.readings = { "aws-policy-path": "decoded" };
    const decoding = stand.serve(paths, { policy });
    assert.deepEqual(await answer(fetch(`${decoding}/a/%73ecret`)), refused("GET/a/secret", true));
    assert.deepEqual(await answer(fetch(`${url}/none`)), [403, '{"message":"Missing Authentication Token"}']);
  });

  it("denies with the API's gateway response", async () => {
    const root = { "x-amazon-apigateway-gateway-responses": { ACCESS_DENIED: { statusCode: 404 } } };
    const url = stand.serve({ "/a": { get: to("/a") } }, { root, policy: policyOf(statement("Deny")) });
    assert.equal((await fetch(`${url}/a`)).status, 404);
  });

  it("treats no request as one that came through a VPC endpoint", async () => {
    const through = (operator: string, key: string) => ({ Condition: { [operator]: { [key]: "vpce-0a1b2c3d" } } });
    for (const key of ["aws:SourceVpce", "aws:SourceVpc"]) {
      const denying = policyOf(statement("Allow"), statement("Deny", "*", through("StringNotEquals", key)));
      const closed = stand.serve({ "/a": { get: to("/a") } }, { policy: denying });
      assert.deepEqual(await answer(fetch(`${closed}/a`)), refused("GET/a", true));
      const allowing = policyOf(statement("Allow", "*", through("StringEquals", key)));
      const url = stand.serve({ "/a": { get: to("/a") } }, { policy: allowing });
      assert.deepEqual(await answer(fetch(`${url}/a`)), refused("GET/a", false));
    }
  });

  it("is evaluated before the authorizer, and together with the authorizer's policy", async () => {
    const security = [{ staff: [] }];
    const ask = async (policy: string, answered: object) => {
      stand.functions.returns("auth", () => ({ principalId: "someone", policyDocument: answered }));
      const components = { securitySchemes: { staff: lambdaAuthorizer("auth") } };
      const options = { components, functions: lambda("auth"), policy };
      const url = stand.serve({ "/a": { get: to("/a", {}, { security }) } }, options);
      return await answer(fetch(`${url}/a`, { headers: { authorization: "good" } }));
    };
    assert.deepEqual(await ask(policyOf(statement("Deny", "*", notFrom(THERE))), allow("*")), refused("GET/a", true));
    assert.equal(stand.functions.events.length, 0);
    assert.deepEqual(await ask(policyOf(statement("Deny", "*", notFrom(HERE))), allow("*")), PASSED);
    assert.deepEqual(await ask(policyOf(statement("Allow")), allow("*")), PASSED);
    // Table A: the resource policy allows what the authorizer's policy does not mention.
    assert.deepEqual(await ask(policyOf(statement("Allow")), allow(`${EXECUTION}/prod/GET/b`)), PASSED);
    assert.equal((await ask(policyOf(statement("Allow")), allow("*", "Deny")))[0], 403);
    assert.equal(
      (await ask(policyOf(statement("Deny", "*", notFrom(HERE))), allow(`${EXECUTION}/prod/GET/b`)))[0],
      403,
    );
  });

  it("is evaluated together with the signer's policies: either can allow and either can deny", async () => {
    const arn = "arn:aws:iam::123456789012:user/billing";
    const credentials = { accessKeyId: "AKIABILLING000000001", secretAccessKey: "billing/secret" };
    const ask = async (policy: string, policies: readonly object[], boundary?: object) => {
      const signer: AwsSigner = {
        ...credentials,
        active: true,
        principal: { arn, userId: "AIDABILLING", name: "billing" },
        policies: policies.map((each) => JSON.stringify(each)),
        ...(boundary === undefined ? {} : { boundary: JSON.stringify(boundary) }),
      };
      const operation = { "x-amazon-apigateway-auth": { type: "AWS_IAM" } };
      const url = new URL(
        `${stand.serve({ "/a": { get: to("/a", {}, operation) } }, { policy, signers: [signer] })}/a`,
      );
      const order = { credentials, region: "eu-west-1", service: "execute-api", at: Date.now() };
      const parts = { method: "GET", path: url.pathname, query: "", body: Buffer.alloc(0) };
      const signed = await sign(order, { ...parts, headers: [["host", url.host]] });
      const headers = Object.fromEntries(signed.headers.filter(([name]) => name !== "host"));
      return [await answer(fetch(url)), await answer(fetch(url, { headers }))] as const;
    };
    const unsigned = [403, '{"message":"Missing Authentication Token"}'];
    const openly = policyOf(statement("Allow"));
    const here = policyOf(statement("Deny", "*", notFrom(HERE)));
    const there = policyOf(statement("Deny", "*", notFrom(THERE)));
    assert.deepEqual(await ask(here, [allow("*")]), [unsigned, PASSED]);
    assert.deepEqual(await ask(here, []), [unsigned, refused("GET/a", false, arn)]);
    assert.deepEqual(await ask(there, [allow("*")]), [unsigned, refused("GET/a", true, arn)]);
    assert.deepEqual(await ask(openly, []), [unsigned, PASSED]);
    assert.deepEqual(await ask(openly, [allow("*", "Deny")]), [unsigned, refused("GET/a", true, arn)]);
    assert.deepEqual(await ask(openly, [], allow(`${EXECUTION}/prod/GET/b`)), [unsigned, refused("GET/a", false, arn)]);
  });

  it("is stored with full ARNs in place of the short form, and otherwise unchanged", () => {
    const policy = policyOf(statement("Allow", ["execute-api:/*", "*"]), {
      ...everybody,
      Effect: "Deny",
      NotResource: "execute-api:/live/GET/a",
      Condition: { IpAddress: { "aws:SourceIp": "execute-api:/" } },
    });
    assert.deepEqual(JSON.parse(withFullArns(policy, EXECUTION)).Statement, [
      statement("Allow", [`${EXECUTION}/*`, "*"]),
      {
        ...everybody,
        Effect: "Deny",
        NotResource: `${EXECUTION}/live/GET/a`,
        Condition: { IpAddress: { "aws:SourceIp": "execute-api:/" } },
      },
    ]);
  });

  for (const [what, policy] of Object.entries({
    "another version": { Version: "2020-01-01", Statement: [statement("Allow")] },
    "another member": { Version: "2012-10-17", Statement: [statement("Allow")], Principal: "*" },
    "no statements": { Version: "2012-10-17", Statement: [] },
    "an empty policy": {},
    "no principal": { Version: "2012-10-17", Statement: [{ ...statement("Allow"), Principal: undefined }] },
    "the principal of an account": {
      Version: "2012-10-17",
      Statement: [{ ...statement("Allow"), Principal: { AWS: "123456789012" } }],
    },
    "the principal of a service": {
      Version: "2012-10-17",
      Statement: [{ ...statement("Allow"), Principal: { Service: "*" } }],
    },
    NotPrincipal: { Version: "2012-10-17", Statement: [{ ...statement("Allow"), NotPrincipal: "*" }] },
    "no resource": { Version: "2012-10-17", Statement: [{ Effect: "Allow", ...everybody }] },
    "a resource that is no ARN": { Version: "2012-10-17", Statement: [statement("Allow", "/prod/GET/a")] },
    "no range": { Version: "2012-10-17", Statement: [statement("Deny", "*", notFrom("192.0.2.0/33"))] },
    "a key of who signs": {
      Version: "2012-10-17",
      Statement: [statement("Allow", "*", { Condition: { StringEquals: { "aws:PrincipalArn": "a" } } })],
    },
    "an operator for another key": {
      Version: "2012-10-17",
      Statement: [statement("Allow", "*", { Condition: { StringEquals: { "aws:SourceIp": "127.0.0.1" } } })],
    },
    "an unknown operator": {
      Version: "2012-10-17",
      Statement: [statement("Deny", "*", { Condition: { IpAddressIfExists: { "aws:SourceIp": HERE } } })],
    },
  })) {
    it(`refuses ${what}`, () => {
      const { name } = UnsupportedArtefact;
      assert.throws(
        () => readResourcePolicy(JSON.stringify(policy), EXECUTION, "policy"),
        (error: Error) => error.constructor.name === name,
      );
    });
  }
});
