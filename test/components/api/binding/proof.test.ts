import assert from "node:assert/strict";
import type { BindingForms } from "../../../../components/api/binding/binding.ts";
import { proofOf } from "../../../../components/api/binding/binding.ts";
import { checkBindings } from "../../../../components/api/binding/check.ts";
import { placeholders } from "../../../../components/api/binding/placeholders.ts";
import { normalise } from "../../../../components/api/check/normalise.ts";

const forms: BindingForms = {
  proofs: {
    secretHeader: {
      shape: '{ kind: "secretHeader", secret }',
      required: { secret: "vault/placeholder" },
      optional: { version: "1" },
      check: ({ secret }, place) =>
        secret?.startsWith("vault/") === true
          ? []
          : [{ code: "bad-proof", place, rule: "A rule.", remedy: "A remedy." }],
    },
    identityToken: { shape: '{ kind: "identityToken", audience }', required: { audience: "someone.invalid" } },
  },
};

const api = (trust?: object) =>
  normalise({
    version: 1,
    backends: { erp: { kind: "http", ...(trust === undefined ? {} : { trust }) } },
    auth: { anyone: { kind: "open", reason: "a test" } },
    routes: { "GET /a": { to: "erp", auth: "anyone" } },
  });

const trust = { clientCertificate: true, secretHeader: "x-gateway", identityToken: true };
const good = { kind: "secretHeader", secret: "vault/erp" };

function check(
  proof: unknown,
  { url = "https://erp.example.com", wanted = trust }: { readonly url?: string; readonly wanted?: object } = {},
) {
  const binding = proof === undefined ? { url } : { url, proof };
  const bindings = { backends: { erp: binding }, auth: {} } as never;
  return checkBindings(api(Object.keys(wanted).length === 0 ? undefined : wanted), bindings, forms);
}
const codes = (...proof: Parameters<typeof check>) => check(...proof).map(({ code, place }) => [code, place]);

describe("the proof that is bound to a backend", () => {
  it("is of a kind that the backend accepts and the class can give, with its members", () => {
    assert.deepEqual(codes(good), []);
    assert.deepEqual(codes({ ...good, version: "7" }), []);
    assert.deepEqual(codes({ kind: "identityToken", audience: "erp" }), []);
    assert.deepEqual(codes({ kind: "clientCertificate" }), [["unknown-proof", "backends.erp.proof.kind"]]);
    assert.deepEqual(codes(good, { wanted: { identityToken: true } }), [["unknown-proof", "backends.erp.proof.kind"]]);
    assert.deepEqual(codes({ ...good, audience: "erp" }), [["unknown-property", "backends.erp.proof.audience"]]);
    assert.deepEqual(codes({ kind: "secretHeader" }), [["bad-proof", "backends.erp.proof.secret"]]);
    assert.deepEqual(codes({ ...good, version: 7 }), [["bad-proof", "backends.erp.proof.version"]]);
    assert.deepEqual(codes({ ...good, secret: "erp" }), [["bad-proof", "backends.erp.proof"]]);
    assert.deepEqual(codes("secretHeader"), [["bad-proof", "backends.erp.proof"]]);
  });

  it("is required exactly where the backend wants one that the class can give", () => {
    const [missing] = check(undefined);
    assert.equal(missing?.code, "missing-proof");
    assert.match(missing?.remedy ?? "", /\{ kind: "secretHeader", secret \} or \{ kind: "identityToken", audience \}/);
    assert.deepEqual(codes(undefined, { wanted: { clientCertificate: true } }), []);
    assert.deepEqual(codes(undefined, { wanted: {} }), []);
    assert.deepEqual(codes(good, { wanted: {} }), [["proof-not-used", "backends.erp.proof"]]);
  });

  it("is refused without TLS", () => {
    assert.deepEqual(codes(good, { url: "http://erp.example.com" }), [["proof-without-tls", "backends.erp.proof"]]);
  });

  it("never shows a value in a problem, since a user may have bound the secret itself", () => {
    const planted = "hunter2-hunter2";
    for (const proof of [planted, { ...good, secret: planted }, { kind: planted, secret: planted }, [planted]]) {
      const problems = check(proof);
      assert.notDeepEqual(problems, []);
      assert.doesNotMatch(JSON.stringify(problems), /hunter2/);
    }
  });

  it("has a placeholder of the first kind that fits", () => {
    for (const [wanted, kind] of [
      [trust, "secretHeader"],
      [{ identityToken: true }, "identityToken"],
      [{ clientCertificate: true }, undefined],
    ] as const) {
      const bindings = placeholders(api(wanted), forms);
      assert.equal(proofOf(bindings, "erp")?.kind, kind);
      assert.deepEqual(checkBindings(api(wanted), bindings, forms), []);
    }
  });
});
