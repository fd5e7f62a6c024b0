import assert from "node:assert/strict";
import { admitSignature, type SignatureFacts } from "./credential.ts";
import type { DescriptionText, Places } from "./description.ts";
import { type Decision, Oracle } from "./oracle.ts";

const description: DescriptionText = {
  version: 1,
  backends: { shop: { kind: "http" } },
  auth: { services: { kind: "iam" } },
  default: { auth: "services" },
  routes: {
    "GET /orders/{id}": { to: "shop" },
    "GET /orders/{id}/lines": { to: "shop" },
    "POST /orders": { to: "shop" },
  },
};
const caller = {
  accessKeyId: "",
  secretAccessKey: "",
  session: false,
  active: true,
  may: "everything",
  mayNot: [],
} as const;
const places: Places = {
  backends: { shop: { url: "https://shop.test" } },
  auth: {},
  consumers: {},
  callers: {
    all: caller,
    one: { ...caller, may: ["GET /orders/{id}"] },
    lines: { ...caller, may: ["GET /orders/{id}/lines"] },
    barred: { ...caller, mayNot: ["GET /orders/{id}"] },
    off: { ...caller, active: false },
  },
};
const at = Date.UTC(2031, 0, 1);
const by = (name: string, change: object = {}): SignatureFacts => ({
  kind: "signed",
  caller: name,
  holds: true,
  at,
  ...change,
});

function decided(line: string, signature: SignatureFacts): readonly Decision[] {
  const [method = "", path = ""] = line.split(" ");
  const credential = { kind: "none" } as const;
  const request = { method, path, query: "", headers: [], credential, key: credential, bodyBytes: 0, address: "", at };
  return [...new Oracle(description, places, 1000).judge({ ...request, signature }, () => "up").allowed].sort();
}

describe("the oracle, for signatures,", () => {
  it("accepts the callers that the policies allow, and forbids all others", () => {
    assert.deepEqual(decided("POST /orders", by("all")), ["proxied"]);
    assert.deepEqual(decided("POST /orders", by("one")), ["forbidden"]);
    assert.deepEqual(decided("GET /orders/1", by("one")), ["proxied"]);
    assert.deepEqual(decided("GET /orders/1", by("lines")), ["forbidden"]);
    assert.deepEqual(decided("GET /orders/1", by("barred")), ["forbidden"]);
    assert.deepEqual(decided("POST /orders", by("barred")), ["proxied"]);
  });

  it("accepts both decisions where a policy cannot distinguish two routes", () => {
    assert.deepEqual(decided("GET /orders/1/lines", by("one")), ["forbidden", "proxied"]);
    assert.deepEqual(decided("GET /orders/1/lines", by("barred")), ["forbidden", "proxied"]);
    assert.deepEqual(decided("GET /orders/1/lines", by("lines")), ["proxied"]);
  });

  it("accepts only valid signatures with an enabled access key", () => {
    for (const signature of [
      { kind: "none" },
      { kind: "unreadable" },
      by("all", { holds: false }),
      by("nobody"),
      by("off"),
      by("all", { at: at - 361_000 }),
    ] as const) {
      assert.deepEqual(decided("POST /orders", signature), ["unauthenticated"]);
    }
  });

  it("accepts a signature for five minutes, give or take one, and a signature in the query until it expires", () => {
    const admitted = (change: object) => admitSignature(by("all", change), places.callers ?? {}, at);
    assert.equal(admitted({ at: at - 240_000 }), "accepted");
    assert.equal(admitted({ at: at + 240_000 }), "accepted");
    assert.equal(admitted({ at: at - 300_000 }), "either");
    assert.equal(admitted({ at: at + 359_000 }), "either");
    assert.equal(admitted({ at: at - 361_000 }), "refused");
    assert.equal(admitted({ at: at + 361_000 }), "refused");
    assert.equal(admitted({ at: at - 3_600_000, expiresSeconds: 3_600 }), "accepted");
    assert.equal(admitted({ at: at - 3_601_000, expiresSeconds: 3_600 }), "refused");
  });
});
