import assert from "node:assert/strict";
import { decodeJwt, decodeProtectedHeader } from "jose";
import type { Forward } from "../../../../../sandbox/data-plane/interpreter.ts";
import {
  gateway,
  refusal,
  service,
  swagger,
  values,
} from "../../../../support/sandbox/data-plane/gcp/api-gateway/gateway.ts";

const constant = { address: "https://backend.example.com/get-order/", disable_auth: true };

describe("A GCP API Gateway calls the backend", () => {
  it("at the address with the path of the request appended, for a backend at the top of the document", async () => {
    const { forward } = gateway(swagger({ "GET /orders/{id}": {}, "GET /": {} }));
    assert.equal((await forward("GET /orders/7?b=2&a=%20")).url, "https://backend.example.com/base/orders/7?b=2&a=%20");
    assert.equal((await forward("GET /orders/7/")).url, "https://backend.example.com/base/orders/7/");
    assert.equal((await forward("GET /")).url, "https://backend.example.com/base/");
  });

  it("at the address itself, with the path parameters in the query, for a backend in an operation", async () => {
    const { forward } = gateway(swagger({ "GET /shops/{shop}/orders/{id}": { "x-google-backend": constant } }));
    assert.equal(
      (await forward("GET /shops/a%20b/orders/7?x=1&x=2")).url,
      "https://backend.example.com/get-order?x=1&x=2&shop=a%20b&id=7",
    );
    assert.equal((await forward("GET /shops/a/orders/7/")).url, "https://backend.example.com/get-order?shop=a&id=7");
  });

  it("with the path translation of the document in both places", async () => {
    const append = { ...constant, path_translation: "APPEND_PATH_TO_ADDRESS" };
    const appended = gateway(swagger({ "GET /orders/{id}": { "x-google-backend": append } }));
    assert.equal((await appended.forward("GET /orders/7")).url, "https://backend.example.com/get-order/orders/7");
    const top = { address: "https://backend.example.com", disable_auth: true, path_translation: "CONSTANT_ADDRESS" };
    const fixed = gateway(swagger({ "GET /files/{rest=**}": {} }, { "x-google-backend": top }));
    assert.equal((await fixed.forward("GET /files/a/b")).url, "https://backend.example.com/?rest=a/b");
    const bare = gateway(swagger({ "GET /orders": {} }, { "x-google-backend": top }));
    assert.equal((await bare.forward("GET /orders")).url, "https://backend.example.com/");
  });

  it("at the address with its percent-encodings decoded, and refuses an address that is no path then", async () => {
    const at = (address: string) => swagger({ "GET /a": {} }, { "x-google-backend": { address, disable_auth: true } });
    const { forward } = gateway(at("https://backend.example.com/b%2Fc%41"));
    assert.equal((await forward("GET /a")).url, "https://backend.example.com/b/cA/a");
    for (const text of ["%20", "%3F", "%23", "%25", "%0A", "%ff"]) {
      assert.match(refusal(at(`https://backend.example.com/b${text}c`)), /decodes the percent-encodings/, text);
    }
  });

  it("with a deadline of 15 seconds, or that of the document", async () => {
    assert.equal((await gateway(swagger({ "GET /": {} })).forward("GET /")).timeoutMs, 15_000);
    const { forward } = gateway(swagger({ "GET /": { "x-google-backend": { ...constant, deadline: 2.5 } } }));
    assert.equal((await forward("GET /")).timeoutMs, 2_500);
  });

  it("and responds for a backend that is down or late, and to a body that is too large", async () => {
    const forward = await gateway(swagger({ "POST /": {} })).forward("POST /");
    assert.equal(forward.maxBodyBytes, 33_554_432);
    assert.equal(forward.tooLarge().status, 413);
    assert.deepEqual(
      [forward.down("timeout").status, forward.down("timeout").body],
      [504, '{"code":504,"message":"upstream request timeout"}'],
    );
    assert.equal(forward.down("refused").status, 503);
    assert.match(
      JSON.parse(forward.down("refused").body).message,
      /^upstream connect error or disconnect\/reset before headers\./,
    );
  });

  it("with all headers of the client, including an unchanged Authorization with disable_auth", async () => {
    const forward = await gateway(swagger({ "GET /": {} })).forward("GET /", {
      Authorization: "Basic YW5u",
      "X-Trace": "1",
      "X-Envoy-Retry-On": "5xx",
      "X-Forwarded-For": "198.51.100.9",
      "X-Forwarded-Proto": "http",
    });
    assert.deepEqual(values(forward, "host"), ["backend.example.com"]);
    assert.deepEqual(values(forward, "x-forwarded-for"), ["198.51.100.9, 192.0.2.1"]);
    assert.deepEqual(values(forward, "x-forwarded-proto"), ["https"]);
    assert.deepEqual(values(forward, "authorization"), ["Basic YW5u"]);
    assert.deepEqual(values(forward, "x-forwarded-authorization"), []);
    assert.deepEqual(values(forward, "x-trace"), ["1"]);
    assert.deepEqual(values(forward, "x-envoy-retry-on"), []);
  });

  it("with the host of the address, without its port", async () => {
    const address = "https://backend.example.com:8443";
    const { forward } = gateway(swagger({ "GET /": {} }, { "x-google-backend": { address, disable_auth: true } }));
    const sent = await forward("GET /", { Host: "forged.example.com" });
    assert.deepEqual([sent.url, values(sent, "host")], [`${address}/`, ["backend.example.com"]]);
  });

  it("with the original path where it rewrites the path, unless the client sends one of its own, which passes for it", async () => {
    const { forward } = gateway(swagger({ "GET /orders": {} }));
    const original = async (sent: Forward): Promise<readonly string[]> => values(sent, "x-envoy-original-path");
    assert.deepEqual(await original(await forward("GET /orders?a=1")), ["/orders?a=1"]);
    const forged = { "X-Envoy-Original-Path": "/forged" };
    assert.deepEqual(await original(await forward("GET /orders", forged)), ["/forged"]);
    const plain = { address: "https://backend.example.com", disable_auth: true };
    const unchanged = gateway(swagger({ "GET /orders": {} }, { "x-google-backend": plain }));
    assert.deepEqual(await original(await unchanged.forward("GET /orders")), []);
  });

  it("once more when the connection is reset, whatever the method", async () => {
    const { forward } = gateway(swagger({ "POST /orders": {} }));
    assert.equal((await forward("POST /orders")).retriesReset, true);
  });
});

describe("A GCP API Gateway that authenticates to its backend", () => {
  const backend = { address: "https://backend.example.com:8443/base" };

  it("sends an ID token in Google's format for the whole address of the backend, and the client's Authorization in another header", async () => {
    const { forward } = gateway(swagger({ "GET /": {} }, { "x-google-backend": backend }));
    const sent = await forward("GET /", { Authorization: "Bearer abc", "X-Forwarded-Authorization": "Bearer forged" });
    assert.deepEqual(values(sent, "x-forwarded-authorization"), ["Bearer abc"]);
    const [authorization = "", ...more] = values(sent, "authorization");
    assert.deepEqual(more, []);
    const token = authorization.replace(/^Bearer /, "");
    assert.equal(decodeProtectedHeader(token).alg, "RS256");
    const { iss, aud, sub, iat = 0, exp } = decodeJwt(token);
    assert.deepEqual([iss, aud, sub], ["https://accounts.google.com", backend.address, service]);
    assert.equal(exp, iat + 3600);
  });

  it("uses the audience of the document, and renews the token before it expires", async () => {
    let now = 1_800_000_000_000;
    const withAudience = { ...backend, jwt_audience: "iap-client" };
    const { forward } = gateway(swagger({ "GET /": {} }, { "x-google-backend": withAudience }), undefined, () => now);
    const token = async (): Promise<string> => values(await forward("GET /"), "authorization")[0] ?? "";
    const first = await token();
    assert.equal(decodeJwt(first.slice(7)).aud, "iap-client");
    now += 3_299_000;
    assert.equal(await token(), first);
    now += 1_000;
    assert.equal(decodeJwt((await token()).slice(7)).iat, 1_800_003_300);
  });

  it("forwards a forged X-Forwarded-Authorization when the client sends no Authorization, like ESPv2", async () => {
    const { forward } = gateway(swagger({ "GET /": {} }, { "x-google-backend": backend }));
    const sent = await forward("GET /", { "X-Forwarded-Authorization": "Bearer forged" });
    assert.deepEqual(values(sent, "x-forwarded-authorization"), ["Bearer forged"]);
  });
});
