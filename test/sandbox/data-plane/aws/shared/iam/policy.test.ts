import assert from "node:assert/strict";
import type { PolicyContext } from "../../../../../../sandbox/data-plane/aws/shared/iam/condition.ts";
import {
  evaluate,
  type InvokePolicy,
  readIdentityPolicy,
} from "../../../../../../sandbox/data-plane/aws/shared/iam/policy.ts";
import { arnMatch } from "../../../../../../sandbox/data-plane/aws/shared/iam/wildcard.ts";
import { UnsupportedArtefact } from "../../../../../../sandbox/data-plane/interpreter.ts";
import type { Readings } from "../../../../../../sandbox/data-plane/readings.ts";

const api = "arn:aws:execute-api:eu-west-1:123456789012:a1b2c3d4e5/live";
const context: PolicyContext = {
  principalArn: "arn:aws:iam::123456789012:user/apps/billing",
  userId: "AIDAEXAMPLE",
  userName: "billing",
  accountId: "123456789012",
  sourceIp: "192.0.2.7",
};

function policy(...statements: readonly object[]): InvokePolicy {
  return readIdentityPolicy(JSON.stringify({ Version: "2012-10-17", Statement: statements }), "policy");
}

const allow = (Resource: unknown, more: object = {}) => ({
  Effect: "Allow",
  Action: "execute-api:Invoke",
  Resource,
  ...more,
});
const deny = (Resource: unknown, more: object = {}) => ({ ...allow(Resource, more), Effect: "Deny" });

const matches = arnMatch({});

function verdict(statements: readonly object[], path = "GET/orders/1", asked: PolicyContext = context) {
  return evaluate([policy(...statements)], undefined, `${api}/${path}`, asked, matches);
}

describe("An identity's policies", () => {
  it("allow only the resources that they name, with wildcards that match slashes", () => {
    assert.equal(verdict([allow(`${api}/GET/orders/?*`)]), "allowed");
    assert.equal(verdict([allow(`${api}/GET/orders/?*`)], "GET/orders/1/lines"), "allowed");
    assert.equal(verdict([allow(`${api}/GET/orders/?*`)], "GET/orders/"), "implicit deny");
    assert.equal(verdict([allow(`${api}/GET/orders/?*`)], "GET/orders"), "implicit deny");
    assert.equal(verdict([allow(`${api}/GET/orders/?*`)], "POST/orders/1"), "implicit deny");
    assert.equal(verdict([allow("arn:aws:execute-api:*:*:*")]), "allowed");
    assert.equal(verdict([allow("*")]), "allowed");
    assert.equal(verdict([]), "implicit deny");
    assert.equal(evaluate([], undefined, api, context, matches), "implicit deny");
  });

  it("apply when an action matches execute-api:Invoke, in any letter case and with wildcards", () => {
    for (const Action of ["execute-api:invoke", "execute-api:*", "*", "execute-*:Inv?ke", ["s3:GetObject", "*"]]) {
      assert.equal(verdict([allow("*", { Action })]), "allowed", String(Action));
    }
    for (const Action of ["s3:*", "execute-api:ManageConnections", "execute-api"]) {
      assert.equal(verdict([allow("*", { Action })]), "implicit deny", String(Action));
    }
    const but = (NotAction: unknown) => ({ Effect: "Allow", NotAction, Resource: "*" });
    assert.equal(verdict([but("s3:*")]), "allowed");
    assert.equal(verdict([but("execute-api:*")]), "implicit deny");
  });

  it("deny before they allow, also by NotResource", () => {
    assert.equal(verdict([allow("*"), deny(`${api}/GET/orders/?*`)]), "explicit deny");
    assert.equal(verdict([allow("*"), deny(`${api}/GET/orders/?*`)], "GET/orders"), "allowed");
    const all = { Effect: "Allow", Action: "*", NotResource: `${api}/GET/orders/?*` };
    assert.equal(verdict([all]), "implicit deny");
    assert.equal(verdict([all], "GET/orders"), "allowed");
    const none = { Effect: "Deny", Action: "*", NotResource: `${api}/GET/orders/?*` };
    assert.equal(verdict([allow("*"), none]), "allowed");
    assert.equal(verdict([allow("*"), none], "GET/orders"), "explicit deny");
  });

  it("allow only what a permissions boundary also allows", () => {
    const within = (bounds: InvokePolicy) =>
      evaluate([policy(allow("*"))], bounds, `${api}/GET/orders`, context, matches);
    assert.equal(within(policy(allow(`${api}/GET/orders`))), "allowed");
    assert.equal(within(policy(allow(`${api}/GET/prices`))), "implicit deny");
    assert.equal(within(policy(allow("*"), deny("*"))), "explicit deny");
    assert.equal(evaluate([], policy(allow("*")), `${api}/GET/orders`, context, matches), "implicit deny");
  });

  it("match colons with a wildcard, or only within a part of the ARN, by the reading of aws-policy-colon", () => {
    for (const [reading, expected] of [
      ["matched", "allowed"],
      ["not-matched", "implicit deny"],
    ] as const satisfies readonly (readonly [Readings["aws-policy-colon"], string])[]) {
      const by = arnMatch({ readings: { "aws-policy-colon": reading } });
      const statements = policy(allow("arn:aws:execute-api:*"));
      assert.equal(evaluate([statements], undefined, `${api}/GET/orders`, context, by), expected);
      assert.equal(evaluate([policy(allow("*"))], undefined, `${api}/GET/orders`, context, by), "allowed");
    }
  });

  it("apply when every condition key matches one of its values, or none for a negated operator", () => {
    const under = (Condition: object, asked: PolicyContext = context) =>
      verdict([allow("*", { Condition })], undefined, asked) === "allowed";
    assert.ok(under({ StringEquals: { "aws:username": ["admin", "billing"], "AWS:UserId": "AIDAEXAMPLE" } }));
    assert.ok(!under({ StringEquals: { "aws:username": "Billing" } }));
    assert.ok(!under({ StringEquals: { "aws:username": "billing", "aws:userid": "AIDAOTHER" } }));
    assert.ok(under({ StringLike: { "aws:username": "bill*" }, StringNotLike: { "aws:userid": "AROA*" } }));
    assert.ok(!under({ StringNotEquals: { "aws:username": ["admin", "billing"] } }));
    assert.ok(under({ ArnLike: { "aws:PrincipalArn": "arn:aws:iam::*:user/apps/*" } }));
    assert.ok(!under({ ArnNotLike: { "aws:PrincipalArn": "arn:aws:iam::*:user/apps/*" } }));
    assert.ok(under({ IpAddress: { "aws:SourceIp": ["192.0.2.0/24"] } }));
    assert.ok(!under({ NotIpAddress: { "aws:SourceIp": ["192.0.2.0/24", "2001:db8::/32"] } }));
    assert.ok(!under({ IpAddress: { "aws:SourceIp": "192.0.2.8" } }));
    // A role's session has no user name.
    const session = { ...context, userName: undefined };
    assert.ok(!under({ StringLike: { "aws:username": "*" } }, session));
    assert.ok(under({ StringNotLike: { "aws:username": "*" } }, session));
    assert.equal(verdict([allow("*"), deny("*", { Condition: { StringEquals: { "aws:username": "x" } } })]), "allowed");
  });

  it("are refused for elements that would widen them if ignored, only in statements about invoking", () => {
    const refused = (place: string, statement: object) =>
      assert.throws(
        () => policy(statement),
        (error) => error instanceof UnsupportedArtefact && error.place === `policy.Statement.0${place}`,
        place,
      );
    refused(
      ".Condition.Bool.aws:SecureTransport",
      allow("*", { Condition: { Bool: { "aws:SecureTransport": "true" } } }),
    );
    refused(
      ".Condition.StringEquals.aws:PrincipalTag/team",
      allow("*", {
        Condition: { StringEquals: { "aws:PrincipalTag/team": "a" } },
      }),
    );
    refused(
      ".Condition.StringEqualsIfExists.aws:username",
      allow("*", {
        Condition: { StringEqualsIfExists: { "aws:username": "a" } },
      }),
    );
    refused(
      ".Condition.StringEquals.aws:username",
      allow("*", {
        Condition: { StringEquals: { "aws:username": "${aws:userid}" } },
      }),
    );
    refused(".Condition.IpAddress.aws:SourceIp", allow("*", { Condition: { IpAddress: { "aws:SourceIp": "here" } } }));
    refused(".Resource", allow("arn:aws:execute-api:*:*:*/${aws:username}/*"));
    refused(".Resource", allow([]));
    refused(".Principal", allow("*", { Principal: "*" }));
    refused(".Effect", allow("*", { Effect: "Perhaps" }));
    refused("", { ...allow("*"), NotResource: "*" });
    refused("", { ...allow("*"), NotAction: "*" });
    assert.deepEqual(
      policy({ ...allow("*"), Action: "s3:*", Condition: { Bool: { "aws:SecureTransport": "true" } } }),
      [],
    );
  });
});
