import assert from "node:assert/strict";
import { BlockList } from "node:net";
import fc from "fast-check";
import {
  addressIn,
  containsAddress,
  containsRange,
  ipv4Range,
  isPrivateAddress,
  isPrivateRange,
  overlap,
} from "../../../components/gateway/ipv4-range.ts";

const range = (cidr: string) => ipv4Range(cidr) ?? assert.fail(`no range: ${cidr}`);

/** Ranges near each other, so that many of them overlap. */
const cidrs = fc
  .tuple(fc.integer({ min: 0, max: 15 }), fc.integer({ min: 28, max: 32 }))
  .map(([last, bits]) => `10.0.0.${last - (last % 2 ** (32 - bits))}/${bits}`);

describe("a range of IPv4 addresses", () => {
  it("is a CIDR that begins with its first address, and nothing else", () => {
    assert.deepEqual(ipv4Range("10.20.0.0/16"), {
      text: "10.20.0.0/16",
      bits: 16,
      first: 169_082_880,
      last: 169_148_415,
    });
    for (const cidr of ["0.0.0.0/0", "255.255.255.255/32", "128.0.0.0/1"]) assert.equal(ipv4Range(cidr)?.text, cidr);
    for (const text of [
      "10.20.0.1/16",
      "10.20.0.0",
      "10.20.0.0/33",
      "10.20.0/16",
      "256.0.0.0/8",
      "010.0.0.0/8",
      "::/0",
      "",
      7,
    ])
      assert.equal(ipv4Range(text), undefined, String(text));
  });

  it("contains the same addresses as Node's own list, and its own from the first to the last", () => {
    fc.assert(
      fc.property(cidrs, fc.integer({ min: 0, max: 20 }), (cidr, last) => {
        const [network = "", bits] = cidr.split("/");
        const list = new BlockList();
        list.addSubnet(network, Number(bits));
        assert.equal(containsAddress(range(cidr), `10.0.0.${last}`), list.check(`10.0.0.${last}`));
        assert.equal(addressIn(range(cidr), 0), network);
      }),
    );
  });

  it("overlaps with another one exactly when one of the two contains the other", () => {
    fc.assert(
      fc.property(cidrs, cidrs, (one, other) => {
        const [left, right] = [range(one), range(other)];
        assert.equal(overlap(left, right), containsRange(left, right) || containsRange(right, left));
        assert.equal(
          overlap(left, right),
          containsAddress(left, addressIn(right, 0)) || containsAddress(right, addressIn(left, 0)),
        );
      }),
    );
  });

  it("is private if all of its addresses are", () => {
    for (const cidr of ["10.0.0.0/8", "172.31.0.0/16", "192.168.0.0/16", "100.127.0.0/16"])
      assert.ok(isPrivateRange(range(cidr)), cidr);
    for (const cidr of ["10.0.0.0/7", "172.0.0.0/8", "192.0.0.0/8", "100.128.0.0/9", "0.0.0.0/0"])
      assert.equal(isPrivateRange(range(cidr)), false, cidr);
    assert.deepEqual(["10.0.0.1", "11.0.0.1", "fd00::1", "x"].map(isPrivateAddress), [true, false, false, false]);
  });
});
