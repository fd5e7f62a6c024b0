import assert from "node:assert/strict";
import { generateKeyPairSync, sign } from "node:crypto";
import {
  candidates,
  isSigned,
  isTaken,
  readKeys,
} from "../../../../../components/aws/rest-api/jwt-authorizer/function/signature.mjs";
import {
  type PublishedSignature,
  publishedSignatures,
} from "../../../../support/components/aws/rest-api/jwt-authorizer/published-signatures.ts";

/** Whether the key verifies the token if no other key is published. */
function accepts({
  alg,
  jwk,
  signed,
  signature,
}: Pick<PublishedSignature, "alg" | "signed" | "signature"> & { jwk: object }) {
  const { kid } = JSON.parse(Buffer.from(signed.split(".")[0] ?? "", "base64url").toString()) as { kid?: string };
  const token = { alg, kid, signed: Buffer.from(signed), signature: Buffer.from(signature, "base64url") };
  return isSigned(candidates(readKeys([jwk]), token), token);
}

const example = (source: string): PublishedSignature => {
  const found = publishedSignatures.find((each) => each.source === source);
  assert.ok(found !== undefined);
  return found;
};
const rsa = example("RFC 7515, A.2");
const ec = example("RFC 7515, A.3");
const ed = example("RFC 8037, A.4");
const algorithms = [
  "RS256",
  "RS384",
  "RS512",
  "PS256",
  "PS384",
  "PS512",
  "ES256",
  "ES384",
  "ES512",
  "EdDSA",
  "Ed25519",
];

describe("a token's signature", () => {
  for (const published of publishedSignatures) {
    it(`is valid as published in ${published.source} (${published.alg}), and invalid with any bit changed`, () => {
      assert.equal(accepts(published), true);
      const bytes = Buffer.from(published.signature, "base64url");
      for (const index of [0, 1, Math.floor(bytes.length / 2), bytes.length - 1]) {
        const changed = Buffer.from(bytes);
        changed[index] = (changed[index] ?? 0) ^ 1;
        assert.equal(accepts({ ...published, signature: changed.toString("base64url") }), false, `byte ${index}`);
      }
      assert.equal(accepts({ ...published, signed: `${published.signed.slice(0, -1)}_` }), false);
    });

    it(`is invalid under another algorithm than that of ${published.source}`, () => {
      const others = algorithms.filter((alg) => alg !== published.alg);
      // Two names of the same algorithm, unless the issuer binds its key to one of them.
      const same = published.alg === "EdDSA" ? ["Ed25519"] : [];
      assert.deepEqual(
        others.filter((alg) => accepts({ ...published, alg })),
        same,
      );
      const bound = { ...published, jwk: { ...published.jwk, alg: published.alg } };
      assert.equal(accepts(bound), true);
      assert.deepEqual(
        others.filter((alg) => accepts({ ...bound, alg })),
        [],
      );
    });
  }

  it("is accepted for exactly the asymmetric algorithms, by their exact names", () => {
    assert.deepEqual(algorithms.filter(isTaken), algorithms);
    const others = [
      "none",
      "None",
      "HS256",
      "HS384",
      "HS512",
      "ES256K",
      "Ed448",
      "RS1",
      "rs256",
      "",
      "toString",
      "__proto__",
    ];
    assert.deepEqual(others.filter(isTaken), []);
    assert.deepEqual(
      others.filter((alg) => accepts({ ...rsa, alg, signature: "" })),
      [],
    );
  });

  it("is rejected without a crash when it is cut, too long, empty or all zero", () => {
    for (const published of publishedSignatures) {
      const bytes = Buffer.from(published.signature, "base64url");
      const forms = {
        empty: Buffer.alloc(0),
        "one byte": Buffer.alloc(1),
        cut: bytes.subarray(0, -1),
        "with a zero behind": Buffer.concat([bytes, Buffer.alloc(1)]),
        "with a zero before": Buffer.concat([Buffer.alloc(1), bytes]),
        // ECDSA with r = s = 0, which some verifiers accepted for any token (CVE-2022-21449).
        zero: Buffer.alloc(bytes.length),
        ones: Buffer.alloc(bytes.length, 0xff),
        twice: Buffer.concat([bytes, bytes]),
      };
      for (const [form, signature] of Object.entries(forms)) {
        const token = { ...published, signature: signature.toString("base64url") };
        assert.equal(accepts(token), false, `${published.source}: ${form}`);
      }
    }
  });

  it("of ECDSA in ASN.1 is rejected, since JOSE concatenates R and S", () => {
    const raw = Buffer.from(ec.signature, "base64url");
    const integer = (part: Buffer): Buffer => {
      const value = (part[0] ?? 0) >= 0x80 ? Buffer.concat([Buffer.alloc(1), part]) : part;
      return Buffer.concat([Buffer.of(2, value.length), value]);
    };
    const both = Buffer.concat([integer(raw.subarray(0, 32)), integer(raw.subarray(32))]);
    const der = Buffer.concat([Buffer.of(0x30, both.length), both]);
    assert.equal(accepts({ ...ec, signature: der.toString("base64url") }), false);
  });
});

describe("a key of an elliptic curve", () => {
  it("signs only with the algorithm of its curve, although the arithmetic would allow others", () => {
    const curves = { "P-256": "ES256", "P-384": "ES384", "P-521": "ES512" };
    const digests = { ES256: "sha256", ES384: "sha384", ES512: "sha512" };
    for (const [namedCurve, own] of Object.entries(curves)) {
      const { privateKey, publicKey } = generateKeyPairSync("ec", { namedCurve });
      for (const [alg, digest] of Object.entries(digests)) {
        const signed = `${Buffer.from(JSON.stringify({ alg })).toString("base64url")}.e30`;
        const bytes = sign(digest, Buffer.from(signed), { key: privateKey, dsaEncoding: "ieee-p1363" });
        const token = { alg, signed, signature: bytes.toString("base64url"), jwk: publicKey.export({ format: "jwk" }) };
        assert.equal(accepts(token), alg === own, `${alg} by ${namedCurve}`);
      }
    }
  });
});

describe("a key of an issuer", () => {
  const unusable: Readonly<Record<string, unknown>> = {
    "for encryption": { ...rsa.jwk, use: "enc" },
    "for signing only": { ...rsa.jwk, key_ops: ["sign"] },
    "with operations that are no list": { ...rsa.jwk, key_ops: "verify" },
    "with an id that is no text": { ...rsa.jwk, kid: 7 },
    "for an algorithm that is no text": { ...rsa.jwk, alg: ["RS256"] },
    symmetric: {
      kty: "oct",
      k: "AyM1SysPpbyDfgZld3umj1qzKObwVMkoqQ-EstJQLr_T-1qS0gZH75aKtMN3Yj0iPS4hcgUuTwjAzZr1Z9CAow",
    },
    "of an unknown type": { ...rsa.jwk, kty: "XYZ" },
    "without a type": { ...rsa.jwk, kty: undefined },
    "short of 2048 bits": { ...rsa.jwk, n: rsa.jwk.n?.slice(0, 300) },
    "of exponent 1, under which every text is its own signature": { ...rsa.jwk, e: "AQ" },
    "of a point that is not on its curve": { ...ec.jwk, y: ec.jwk.x },
    "of a point that is too far out": { ...ec.jwk, x: `____${ec.jwk.x}` },
    "of no curve": { ...ec.jwk, crv: undefined },
    "of a curve for key agreement": { ...ed.jwk, crv: "X25519" },
    "of half a point": { ...ed.jwk, x: ed.jwk.x?.slice(0, 20) },
    null: null,
    "that is a list": [rsa.jwk],
    "that is a text": "RSA",
  };

  it("that cannot verify a signature is skipped, and the others are used", () => {
    const token = { ...rsa, kid: undefined, signature: Buffer.from(rsa.signature, "base64url") };
    const signed = Buffer.from(rsa.signed);
    for (const [what, jwk] of Object.entries(unusable)) {
      const usable = algorithms.filter((alg) => candidates(readKeys([jwk]), { alg, kid: undefined }).length > 0);
      assert.deepEqual(usable, [], what);
      const keys = candidates(readKeys([jwk, rsa.jwk]), token);
      assert.equal(isSigned(keys, { ...token, signed }), true, what);
    }
  });

  it("is used without its private members if an issuer publishes them", () => {
    const [key] = readKeys([{ ...ed.jwk, d: "nWGxne_9WmC6hEr0kuwsxERJxWl7MmkZcDusAxyuf2A" }]);
    assert.equal(key?.key.type, "public");
    assert.equal(key?.key.export({ format: "jwk" }).d, undefined);
  });

  it("may list its operations", () => {
    assert.equal(accepts({ ...rsa, jwk: { ...rsa.jwk, key_ops: ["verify"] } }), true);
  });

  it("is found by the token's key id; a key without an id does not match a token with one", () => {
    const named = (kid: string | undefined) => readKeys([{ ...rsa.jwk, ...(kid === undefined ? {} : { kid }) }]);
    const found = (keys: ReturnType<typeof readKeys>, kid: string | undefined) =>
      candidates(keys, { alg: "RS256", kid }).length;
    assert.equal(found(named("a"), "a"), 1);
    assert.equal(found(named("a"), "b"), 0);
    assert.equal(found(named(undefined), "a"), 0);
    assert.equal(found(named("a"), undefined), 1);
    assert.equal(found(named(undefined), undefined), 1);
    // The issuer used the key id twice, so either key may have signed.
    assert.equal(found([...named("a"), ...named("a")], "a"), 2);
  });
});
