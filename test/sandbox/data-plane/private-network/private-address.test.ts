import assert from "node:assert/strict";
import { isPrivateAddress } from "../../../../sandbox/data-plane/private-network/private-address.ts";

describe("a private address", () => {
  it("is an address that the public internet does not route", () => {
    for (const address of [
      "10.0.0.0",
      "10.255.255.255",
      "100.64.0.1",
      "100.127.255.255",
      "169.254.169.254",
      "172.16.0.1",
      "172.31.255.255",
      "192.168.1.1",
      "198.18.0.1",
      "224.0.0.1",
      "255.255.255.255",
      "0.0.0.0",
      "[fd00::1]",
      "[fe80::1]",
      "[ff02::1]",
      "[::ffff:10.0.0.1]",
      "[::ffff:a00:1]",
    ]) {
      assert.equal(isPrivateAddress(address), true, address);
    }
  });

  it("is not a public address, a loopback address or a name", () => {
    for (const host of [
      "9.255.255.255",
      "11.0.0.0",
      "100.63.255.255",
      "100.128.0.0",
      "172.15.0.1",
      "172.32.0.1",
      "192.167.0.1",
      "192.169.0.1",
      "127.0.0.1",
      "[::1]",
      "[2001:db8::1]",
      "localhost",
      "10.example.com",
      "10.0.0",
    ]) {
      assert.equal(isPrivateAddress(host), false, host);
    }
  });
});
