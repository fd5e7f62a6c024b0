import assert from "node:assert/strict";
import { carry } from "../../../../components/api/capability/carry.ts";
import { normalise } from "../../../../components/api/check/normalise.ts";
import { PolygateError } from "../../../../components/api/problem.ts";
import { awsHttpApi } from "../../../../components/aws/http-api/capabilities.ts";
import { awsRestApi } from "../../../../components/aws/rest-api/capabilities.ts";

const described = (trust: unknown, route: object = {}, kind = "http") => ({
  version: 1,
  backends: { erp: { kind, trust } },
  auth: { anyone: { kind: "open", reason: "a test" } },
  routes: { "GET /a": { to: "erp", auth: "anyone", ...route } },
});

function problemsOf(run: () => unknown): readonly (readonly (string | undefined)[])[] {
  try {
    run();
  } catch (error) {
    assert.ok(error instanceof PolygateError);
    return error.problems.map(({ code, place, route }) => [code, place ?? route]);
  }
  return [];
}

const refused = (...description: Parameters<typeof described>) =>
  problemsOf(() => normalise(described(...description)));

describe("a backend that wants a proof of the gateway", () => {
  it("lists the kinds of proof that it accepts, with the name of its header in lower case", () => {
    const trust = { clientCertificate: true, secretHeader: "X-Gateway-Secret", identityToken: true };
    for (const kind of ["http", "onPrem"]) {
      const { backends } = normalise(described(trust, {}, kind));
      assert.deepEqual(backends.erp, { kind, trust: { ...trust, secretHeader: "x-gateway-secret" } });
    }
    assert.deepEqual(normalise(described(undefined)).backends.erp, { kind: "http" });
  });

  it("is refused without a kind, with unknown ones, and as a function", () => {
    assert.deepEqual(refused({}), [["empty", "backends.erp.trust"]]);
    assert.deepEqual(refused("clientCertificate"), [["wrong-type", "backends.erp.trust"]]);
    assert.deepEqual(refused({ clientCertificate: false }), [
      ["unknown-value", "backends.erp.trust.clientCertificate"],
    ]);
    assert.deepEqual(refused({ password: true }), [["unknown-property", "backends.erp.trust.password"]]);
    assert.deepEqual(refused({ identityToken: true }, {}, "fn"), [["not-for-functions", "backends.erp.trust"]]);
  });

  it("cannot read its secret from a header of the connection or of the client's token", () => {
    const place = "backends.erp.trust.secretHeader";
    for (const secretHeader of ["Host", "content-length", "Authorization", "x-forwarded-authorization"]) {
      assert.deepEqual(refused({ secretHeader }), [["fixed-header", place]], secretHeader);
    }
    assert.deepEqual(refused({ secretHeader: "two words" }), [["bad-header", place]]);
    assert.deepEqual(refused({ secretHeader: 5 }), [["wrong-type", place]]);
  });

  it("keeps routes from changing the headers that prove the gateway", () => {
    const place = 'routes["GET /a"].requestHeaders';
    const changes = [{ set: { "X-Gateway": "mine" } }, { remove: ["x-gateway"] }];
    for (const requestHeaders of changes) {
      assert.deepEqual(refused({ secretHeader: "X-Gateway" }, { requestHeaders }), [["proof-header", place]]);
      assert.deepEqual(refused({ clientCertificate: true }, { requestHeaders }), []);
    }
    const requestHeaders = { remove: ["Authorization"] };
    assert.deepEqual(refused({ identityToken: true }, { requestHeaders }), [["proof-header", place]]);
  });
});

describe("a class of gateway", () => {
  const carried = (capabilities: typeof awsRestApi | typeof awsHttpApi, ...description: Parameters<typeof described>) =>
    problemsOf(() => carry(normalise(described(...description)), capabilities));

  it("carries a backend of which it can give at least one proof", () => {
    assert.deepEqual(carried(awsRestApi, { clientCertificate: true }), []);
    assert.deepEqual(carried(awsRestApi, { clientCertificate: true, secretHeader: "x-s", identityToken: true }), []);
  });

  it("refuses a backend of which it can give none, by name and with the reasons", () => {
    assert.deepEqual(carried(awsRestApi, { secretHeader: "x-s" }), [["not-carried", "backends.erp.trust"]]);
    assert.deepEqual(carried(awsHttpApi, { clientCertificate: true, identityToken: true }), [
      ["not-carried", "backends.erp.trust"],
      ["not-carried", "backends.erp.trust"],
    ]);
  });

  it("serves the routes of other backends", () => {
    const { backends, auth, routes } = described({ identityToken: true });
    const description = { version: 1, backends: { ...backends, shop: { kind: "http" } }, auth };
    const moved = { "GET /a": { ...routes["GET /a"], to: "shop" } };
    assert.deepEqual(
      problemsOf(() => carry(normalise({ ...description, routes: moved }), awsHttpApi)),
      [],
    );
  });
});
