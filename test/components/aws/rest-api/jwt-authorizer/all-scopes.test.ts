import assert from "node:assert/strict";
import { AuthorizerBench } from "../../../../support/components/aws/rest-api/jwt-authorizer/authorizer-bench.ts";
import { signer } from "../../../../support/components/aws/rest-api/jwt-authorizer/local-issuer.ts";

describe("the function that verifies tokens with several scopes", () => {
  it("denies a token that lacks one of the scopes that are all required", async () => {
    const key = await signer("RS256", "one");
    const function_ = new AuthorizerBench({ scopes: { all: ["orders:read", "orders:write"] } });
    function_.issuer.published = [key.jwk];
    for (const [claims, expected] of [
      [{ scope: "orders:read orders:write" }, "allow"],
      [{ scp: ["orders:write", "x", "orders:read"] }, "allow"],
      [{ scope: "orders:read", scp: "a orders:write" }, "allow"],
      [{ scope: "orders:read" }, "deny"],
      [{ scp: ["orders:write"] }, "deny"],
      [{ scope: "orders:read orders:writer" }, "deny"],
      [{ scp: ["orders:read orders:write"] }, "deny"],
      [{ scope: "orders:read,orders:write" }, "deny"],
      [{}, "deny"],
    ] as const) {
      assert.equal(
        await function_.decide(`Bearer ${await function_.token(key, claims)}`),
        expected,
        JSON.stringify(claims),
      );
    }
    assert.deepEqual(function_.log.at(-1), {
      decision: "forbidden",
      token: "without all of the scopes",
      scopes: ["orders:read", "orders:write"],
    });
  });
});
