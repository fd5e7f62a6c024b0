import assert from "node:assert/strict";
import * as pulumi from "@pulumi/pulumi";
import fc from "fast-check";
import { PolygateError, type Problem, ProblemList } from "../../../components/api/problem.ts";

const scopes: Problem = {
  code: "not-carried",
  route: "POST /orders",
  feature: "auth.scopes",
  vendor: "gcp",
  rule: "GcpApiGateway does not carry scopes of a token: it looks at no claim but the audience",
  remedy: "Use AwsHttpApi or AzureApiManagementApi.",
};
const backend: Problem = {
  code: "unknown-backend",
  route: "GET /orders",
  place: 'routes["GET /orders"].to',
  rule: 'there is no backend "shpo"',
  remedy: 'Did you mean "shop"?',
};
const root: Problem = { code: "wrong-type", rule: "an object is wanted, this is a list", remedy: "Write { ... }." };

describe("a PolygateError", () => {
  it("prints every problem: where, what must hold, what to do, and the code", () => {
    const error = new PolygateError('The API "orders"', [scopes, backend, root]);
    assert.equal(
      String(error),
      `PolygateError: The API "orders": 3 problems
  - POST /orders, gcp: GcpApiGateway does not carry scopes of a token: it looks at no claim but the audience
    Use AwsHttpApi or AzureApiManagementApi. [not-carried]
  - GET /orders, routes["GET /orders"].to: there is no backend "shpo"
    Did you mean "shop"? [unknown-backend]
  - an object is wanted, this is a list
    Write { ... }. [wrong-type]`,
    );
    assert.equal(new PolygateError("The API", [root]).message.split("\n")[0], "The API: 1 problem");
  });

  it("holds the same problems as plain JSON, for a program", () => {
    const { problems } = new PolygateError("The API", [scopes, backend, root]);
    assert.deepEqual(JSON.parse(JSON.stringify(problems)), [scopes, backend, root]);
  });

  it("is shown by Pulumi without a stack trace, and is an Error with a name like any other", () => {
    const error = new PolygateError("The API", [root]);
    assert.equal(pulumi.RunError.isInstance(error), true);
    assert.ok(error instanceof Error);
    assert.equal(error.name, "PolygateError");
  });

  it("gives a terminal nothing to obey and no line of its own to a stranger's text, and other scripts as they are", () => {
    const evil = "a\u001b[31m\r\nb\u0085\u2028\u202e";
    const { message, problems } = new PolygateError(evil, [
      { ...backend, route: evil, rule: evil, remedy: `漢字 ${evil}` },
    ]);
    const shown = "a\\u001b[31m\\u000d\\u000ab\\u0085\\u2028\\u202e";
    assert.equal(
      message,
      `${shown}: 1 problem\n  - ${shown}, routes["GET /orders"].to: ${shown}\n    漢字 ${shown} [unknown-backend]`,
    );
    assert.equal(problems[0]?.rule, evil);
  });

  it("prints two lines a problem and one for all, whatever the texts", () => {
    const text = fc.string({
      unit: fc.constantFrom("a", "漢", "\n", "\r", "\u0085", "\u2028", "\u2029", "\u001b"),
      maxLength: 5,
    });
    fc.assert(
      fc.property(
        text,
        fc.array(fc.record({ route: text, place: text, rule: text, remedy: text }), { maxLength: 3 }),
        (subject, all) => {
          const { message } = new PolygateError(
            subject,
            all.map((problem) => ({ code: "bad-path", ...problem })),
          );
          assert.equal(message.split(/\r\n|[\n\r\u2028\u2029]/).length, 1 + Math.max(1, 2 * all.length));
        },
      ),
    );
  });
});

describe("a list of problems", () => {
  it("keeps the order of what is found, and adds to each problem what it shares with others", () => {
    const problems = new ProblemList({ vendor: "aws" });
    const ofRoute = problems.for({ route: "GET /orders" });
    ofRoute.refuse("too-many-scopes", "There are 12 scopes.", "Remove 2.", { feature: "auth.scopes" });
    problems.refuse("name-too-long", "The name has 200 characters.", "Shorten it.", { place: "title" });
    assert.deepEqual(problems.all, [
      {
        code: "too-many-scopes",
        vendor: "aws",
        route: "GET /orders",
        feature: "auth.scopes",
        rule: "There are 12 scopes.",
        remedy: "Remove 2.",
      },
      {
        code: "name-too-long",
        vendor: "aws",
        place: "title",
        rule: "The name has 200 characters.",
        remedy: "Shorten it.",
      },
    ]);
    assert.equal(ofRoute.all, problems.all);
  });
});
