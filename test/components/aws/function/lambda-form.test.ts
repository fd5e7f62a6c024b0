import assert from "node:assert/strict";
import fc from "fast-check";
import { type BindingForms, urlOf } from "../../../../components/api/binding/binding.ts";
import { checkBindings } from "../../../../components/api/binding/check.ts";
import { placeholders } from "../../../../components/api/binding/placeholders.ts";
import { normalise } from "../../../../components/api/check/normalise.ts";
import { functionArnOf, lambdaForm } from "../../../../components/aws/function/lambda-form.ts";

const forms: BindingForms = { functions: lambdaForm };
const arn = "arn:aws:lambda:eu-central-1:123456789012:function:ship";

describe("the binding of a Lambda function", () => {
  const api = normalise({
    version: 1,
    backends: { ship: { kind: "fn" }, shop: { kind: "http" } },
    auth: { anyone: { kind: "open", reason: "public" } },
    default: { auth: "anyone" },
    routes: { "GET /": { to: "ship" }, "GET /a": { to: "shop" } },
  });
  const shop = { url: "https://shop.example.com" };
  const check = (ship: unknown) =>
    checkBindings(api, { backends: { ship, shop }, auth: {} } as never, forms).map(({ code, place }) => [code, place]);

  it("accepts the ARN of a function in any partition", () => {
    for (const functionArn of [
      arn,
      "arn:aws-us-gov:lambda:us-gov-west-1:123456789012:function:Ship_it-2",
      "arn:aws-cn:lambda:cn-north-1:123456789012:function:ship",
    ]) {
      assert.deepEqual(check({ functionArn }), [], functionArn);
    }
  });

  it("rejects a version, an alias, another resource, and characters that a document would read as syntax", () => {
    const bad = [
      ...[`${arn}:7`, `${arn}:live`, `${arn}/invocations`, `${arn}\n`, ` ${arn}`, `${arn}\${x}`, `${arn}"`, "ship", ""],
      ...["arn:aws:s3:::bucket", arn.replace("123456789012", "12"), arn.replace(":ship", `:${"a".repeat(65)}`)],
      ...[7, null, undefined, {}],
    ];
    for (const functionArn of bad) {
      assert.deepEqual(check({ functionArn }), [["bad-function", "backends.ship.functionArn"]], String(functionArn));
    }
  });

  it("rejects a URL in place of a function", () => {
    assert.deepEqual(check(shop), [
      ["bad-function", "backends.ship.functionArn"],
      ["unknown-property", "backends.ship.url"],
    ]);
  });

  it("is suggested where it is missing", () => {
    const [missing] = checkBindings(api, { backends: { shop }, auth: {} }, forms);
    assert.equal(missing?.remedy, 'Write backends: { "ship": { functionArn } } where the gateway is declared.');
  });

  it("returns its ARN, and no URL", () => {
    const bindings = { backends: { ship: { functionArn: arn }, shop }, auth: {} };
    assert.equal(functionArnOf(bindings, "ship"), arn);
    assert.throws(() => functionArnOf(bindings, "shop"), /^RangeError: no function is bound to "shop"$/);
    assert.throws(() => urlOf(bindings, "ship"), /^RangeError: no URL is bound to "ship"$/);
  });

  it("has a placeholder that is a correct binding of an account that does not exist, whatever the backend's name", () => {
    fc.assert(
      fc.property(fc.stringMatching(/^[A-Za-z][A-Za-z0-9_-]{0,62}$/), (backend) => {
        const named = normalise({
          version: 1,
          backends: { [backend]: { kind: "fn" } },
          auth: { anyone: { kind: "open", reason: "public" } },
          routes: { "GET /": { to: backend, auth: "anyone" } },
        });
        const bindings = placeholders(named, forms);
        assert.deepEqual(checkBindings(named, bindings, forms), []);
        assert.match(functionArnOf(bindings, backend), /:000000000000:function:/);
      }),
    );
  });
});
