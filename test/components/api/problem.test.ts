import assert from "node:assert/strict";
import * as pulumi from "@pulumi/pulumi";
import fc from "fast-check";
import { byCause, causeLines, ROUTES } from "../../../components/api/problem/causes.ts";
import { PolygateError, type Problem, ProblemList } from "../../../components/api/problem.ts";

const scopes: Problem = {
  code: "not-carried",
  route: "POST /orders",
  feature: "auth.scopes",
  vendor: "gcp",
  rule: "GcpApiGateway does not support scopes of a token: it checks only the audience.",
  remedy: "Use AwsHttpApi or AzureApiManagementApi.",
};
const backend: Problem = {
  code: "unknown-backend",
  route: "GET /orders",
  place: 'routes["GET /orders"].to',
  rule: 'The backend "shpo" is not declared.',
  remedy: 'Did you mean "shop"?',
};
const root: Problem = {
  code: "wrong-type",
  rule: "The value must be an object, but it is a list.",
  remedy: "Write { ... }.",
};

describe("a PolygateError", () => {
  it("prints every problem with its place, rule, remedy and code", () => {
    const error = new PolygateError('The API "orders"', [scopes, backend, root]);
    assert.equal(
      String(error),
      `PolygateError: The API "orders": 3 problems
  - POST /orders, gcp: GcpApiGateway does not support scopes of a token: it checks only the audience.
    Use AwsHttpApi or AzureApiManagementApi. [not-carried]
  - GET /orders, routes["GET /orders"].to: The backend "shpo" is not declared.
    Did you mean "shop"? [unknown-backend]
  - The value must be an object, but it is a list.
    Write { ... }. [wrong-type]`,
    );
    assert.equal(new PolygateError("The API", [root]).message.split("\n")[0], "The API: 1 problem");
  });

  it("contains the same problems as plain JSON", () => {
    const { problems } = new PolygateError("The API", [scopes, backend, root]);
    assert.deepEqual(JSON.parse(JSON.stringify(problems)), [scopes, backend, root]);
  });

  it("is an Error that Pulumi shows without a stack trace", () => {
    const error = new PolygateError("The API", [root]);
    assert.equal(pulumi.RunError.isInstance(error), true);
    assert.ok(error instanceof Error);
    assert.equal(error.name, "PolygateError");
  });

  it("escapes control characters and line breaks, and keeps other scripts", () => {
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

  it("prints one line for the subject and two for each problem, whatever the texts", () => {
    const text = fc.string({
      unit: fc.constantFrom("a", "漢", "\n", "\r", "\u0085", "\u2028", "\u2029", "\u001b"),
      maxLength: 5,
    });
    fc.assert(
      fc.property(
        text,
        fc.uniqueArray(fc.record({ route: text, place: text, rule: text, remedy: text }), {
          maxLength: 3,
          selector: ({ rule, remedy }) => JSON.stringify([rule, remedy]),
        }),
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

describe("the causes of problems", () => {
  const at = (route: string, place: string): Problem => ({ ...backend, route, place });

  it("are one problem each, with the number and every route and place", () => {
    const causes = byCause([at("GET /a", "a"), root, at("GET /b", "b"), scopes]);
    assert.deepEqual(causes, [
      {
        ...at("GET /a", "a"),
        count: 2,
        at: [
          { route: "GET /a", place: "a" },
          { route: "GET /b", place: "b" },
        ],
      },
      root,
      scopes,
    ]);
    assert.deepEqual(byCause(causes), causes);
  });

  it("are printed with the first three places, and the number of the others", () => {
    const { message } = new PolygateError(
      "The API",
      ["a", "b", "c", "d", "e"].map((name) => at(`GET /${name}`, name)),
    );
    assert.equal(
      message,
      'The API: 1 problem\n  - GET /a, a; GET /b, b; GET /c, c and 2 more: The backend "shpo" is not declared.\n    Did you mean "shop"? [unknown-backend]',
    );
  });

  it("have the routes of all places in a remedy that names them", () => {
    const remedy = `Write "operations": [${JSON.stringify(ROUTES)}].`;
    const [cause] = byCause(["GET /a", "GET /b", "GET /a"].map((route) => ({ ...backend, route, remedy })));
    assert.equal(cause?.remedy, 'Write "operations": ["GET /a", "GET /b"].');
  });

  it("have at most 25 lines in a text, and the last one counts the others", () => {
    for (const count of [1, 12, 13, 400]) {
      const all = Array.from({ length: count }, (_, index) => ({ ...root, rule: `${index}` }));
      const lines = causeLines(all);
      assert.ok(lines.length <= 25);
      assert.equal(lines.length, count <= 12 ? count * 2 : 25);
      if (count > 12) assert.match(lines.at(-1) ?? "", new RegExp(`and ${count - 12} more`));
    }
  });
});

describe("a list of problems", () => {
  it("keeps the order of problems, and adds the members that they have in common", () => {
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
