import assert from "node:assert/strict";
import fc from "fast-check";
import type { Method } from "../../../../components/api/description.ts";
import { type Pattern, parsePattern } from "../../../../components/api/path/pattern.ts";
import { operationId } from "../../../../components/azure/api-management/operation-id.ts";
import { routeKey } from "../../../../components/azure/api-management/route-key.ts";
import { normalizedOperationId } from "../../../../sandbox/data-plane/azure/api-management/operations.ts";

function idOf(key: string): string {
  const [method, path] = key.split(" ") as [Method, string];
  return operationId({ method, pattern: parsePattern(path) as Pattern });
}

const segment = fc.oneof(
  fc.constantFrom("a", "A", "b", "a-b", "a.b", "deadbeef", "{x}", "x".repeat(80)),
  fc
    .stringMatching(/^[A-Za-z0-9\-._~!$&'()+,;=:@]{1,12}$/)
    .filter((text) => text !== "." && text !== ".." && !/^:\w/.test(text)),
);
const keys = fc
  .tuple(fc.constantFrom("GET", "POST"), fc.array(segment, { maxLength: 4 }), fc.constantFrom("", "/{rest+}"))
  .map(([method, parts, rest]) => {
    const named = parts.map((part, index) => (part === "{x}" ? `{x${index}}` : part));
    return `${method} ${`/${named.join("/")}`.replace(/\/$/, "")}${rest}`.replace(/ $/, " /");
  });

describe("an operation's id", () => {
  it("consists of the words of method and path, if these can be derived from it", () => {
    assert.equal(idOf("GET /"), "get");
    assert.equal(idOf("POST /orders/v2"), "post-orders-v2");
  });

  it("ends in a hash otherwise", () => {
    assert.match(idOf("GET /orders/{id}"), /^get-orders-[0-9a-f]{8}$/);
    assert.match(idOf("GET /Orders"), /^get-orders-[0-9a-f]{8}$/);
    assert.match(idOf(`GET /${"long".repeat(30)}`), /^get-(long){15}l?o?n?g?-[0-9a-f]{8}$/);
  });

  it("does not depend on the name of a parameter", () => {
    assert.equal(idOf("GET /orders/{id}"), idOf("GET /orders/{number}"));
    assert.notEqual(idOf("GET /orders/{id}"), idOf("GET /orders/{id+}"));
  });

  it("never equals the id of another path that ends in a hash", () => {
    const hashed = idOf("GET /orders/{id}");
    assert.notEqual(idOf(`GET /orders/${hashed.slice(-8)}`), hashed);
  });

  it("is not changed by the vendor's import, and differs for each route", () => {
    fc.assert(
      fc.property(keys, keys, (left, right) => {
        const [a, b] = [idOf(left), idOf(right)];
        assert.equal(normalizedOperationId(a), a);
        const key = (full: string): string => {
          const [method, path] = full.split(" ") as [Method, string];
          return routeKey({ method, pattern: parsePattern(path) as Pattern });
        };
        assert.equal(a === b, key(left) === key(right));
      }),
    );
  });
});
