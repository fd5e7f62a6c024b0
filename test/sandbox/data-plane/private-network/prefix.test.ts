import assert from "node:assert/strict";
import fc from "fast-check";
import { bitsOf, contains, longestMatch } from "../../../../sandbox/data-plane/private-network/prefix.ts";

const byte = fc.nat(255);
const bytes = fc.tuple(byte, byte, byte, byte);
const numberOf = (parts: readonly number[]): number => parts.reduce((all, each) => all * 256 + each, 0);

describe("a prefix of addresses", () => {
  it("contains the addresses that have its first bits, whatever follows them", () => {
    fc.assert(
      fc.property(bytes, bytes, fc.integer({ min: 0, max: 32 }), (network, address, bits) => {
        const size = 2 ** (32 - bits);
        const expected = Math.floor(numberOf(network) / size) === Math.floor(numberOf(address) / size);
        assert.equal(contains(`${network.join(".")}/${bits}`, address.join(".")), expected);
      }),
    );
    assert.equal(contains("fd00::/8", "fd12::1"), true);
    assert.equal(contains("10.20.0.5", "10.20.0.5"), true);
  });

  it("is nothing else, and contains nothing then", () => {
    for (const text of ["", "x", "10.0.0.0/33", "10.0.0.0/8/8", "10.0.0/8", "VirtualNetwork", "fd00::/129"]) {
      assert.equal(bitsOf(text), undefined, text);
      assert.equal(contains(text, "10.0.0.1"), false, text);
    }
  });

  it("has precedence over a shorter one, and the first of equal ones over the others", () => {
    const entries = ["10.0.0.0/8", "10.20.0.0/16", "10.20.0.0/16", "0.0.0.0/0"].map((prefix, at) => ({ prefix, at }));
    assert.equal(longestMatch(entries, "10.20.0.5")?.at, 1);
    assert.equal(longestMatch(entries, "10.30.0.5")?.at, 0);
    assert.equal(longestMatch(entries, "192.0.2.1")?.at, 3);
    assert.equal(longestMatch(entries.slice(0, 3), "192.0.2.1"), undefined);
  });
});
