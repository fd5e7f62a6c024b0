import assert from "node:assert/strict";
import type { ApimBackend } from "../../../../../sandbox/data-plane/azure/api-management/artefacts.ts";
import type { Forward } from "../../../../../sandbox/data-plane/interpreter.ts";
import type { Readings } from "../../../../../sandbox/data-plane/readings.ts";
import { policies, refused, service } from "../../../../support/sandbox/data-plane/azure/api-management/service.ts";

const erp: ApimBackend = {
  url: "https://erp.example.com/v1/",
  credentials: {
    header: { "X-Key": ["{{erp-key}}"] },
    query: { code: ["a b", "c"] },
    authorization: { scheme: "Basic", parameter: "{{erp-key}}" },
  },
};

describe("a backend entity of API Management", () => {
  const serve = (inbound: string, backends: Readonly<Record<string, ApimBackend>>, readings: Partial<Readings> = {}) =>
    service({ policy: policies({ inbound }) }, { backends, namedValues: { "erp-key": "secret" }, readings });
  const credentials = ({ headers }: Forward) =>
    headers.filter(([name]) => /^(?:x-key|authorization)$/i.test(name)).map(([name, value]) => `${name}: ${value}`);

  it("gets the requests that a policy sends to it by its id, with its credentials instead of the client's", async () => {
    for (const id of ["erp", "ERP", '@(context.Request.Headers.GetValueOrDefault("to", ""))']) {
      const subject = serve(`<set-backend-service backend-id="${id.replaceAll('"', "&quot;")}" />`, { erp });
      const sent = { to: "Erp", authorization: "Bearer client", "x-key": "client" };
      const forward = await subject.forward("GET /shop/orders?a=1", sent);
      assert.equal(forward.url, "https://erp.example.com/v1/orders?a=1&code=a%20b&code=c");
      assert.deepEqual(credentials(forward), ["X-Key: secret", "Authorization: Basic secret"]);
      assert.deepEqual(forward.certificates, { chain: true, name: true });
      assert.match((await subject.decide("GET /shop/orders", sent)).reason, /of the backend erp$/);
    }
  });

  it("can switch off the checks of certificates", async () => {
    const backends = { erp: { ...erp, tls: { validateCertificateName: false } } };
    const forward = await serve('<set-backend-service backend-id="erp" />', backends).forward("GET /shop/orders");
    assert.deepEqual(forward.certificates, { chain: true, name: false });
  });

  it("acts on requests to its URL that nothing sends to it by name, or does not, as the reading says", async () => {
    const byUrl = '<set-backend-service base-url="https://ERP.example.com/v1/shops" />';
    const subject = serve(byUrl, { erp });
    const forward = await subject.forward("GET /shop/orders");
    assert.deepEqual(credentials(forward), ["X-Key: secret", "Authorization: Basic secret"]);
    const { reason } = await subject.decide("GET /shop/orders");
    assert.match(reason, /\(with the settings of the backend erp, which has this URL\)$/);
    const other = await serve(byUrl, { erp }, { "apim-unnamed-backend": "named-only" }).forward("GET /shop/orders");
    assert.deepEqual([credentials(other), other.certificates], [[], undefined]);
  });

  it("does not act on requests to other URLs", async () => {
    for (const url of [
      "https://erp.example.com/v10",
      "http://erp.example.com/v1",
      "https://erp.example.com.evil.example/v1",
    ]) {
      const forward = await serve(`<set-backend-service base-url="${url}" />`, { erp }).forward("GET /shop/orders");
      assert.deepEqual(credentials(forward), [], url);
    }
  });

  it("acts with the longest URL or as the first one, as the reading says", async () => {
    const keyed = (url: string, key: string) => ({ url, credentials: { header: { "X-Key": [key] } } });
    const backends = {
      host: keyed("https://erp.example.com", "host"),
      path: keyed("https://erp.example.com/v1", "path"),
    };
    const byUrl = '<set-backend-service base-url="https://erp.example.com/v1" />';
    const key = async (readings: Partial<Readings>) =>
      credentials(await serve(byUrl, backends, readings).forward("GET /shop/orders"));
    assert.deepEqual(await key({}), ["X-Key: path"]);
    assert.deepEqual(await key({ "apim-several-backends": "first" }), ["X-Key: host"]);
  });

  it("must exist, and so must the named values of its credentials", async () => {
    refused(() => serve('<set-backend-service backend-id="crm" />', { erp }), /@backend-id$/, /has no backend "crm"/);
    refused(
      () => service({}, { backends: { erp } }),
      /^backends\.erp\.credentials\.authorization$/,
      /named value "erp-key" does not exist/,
    );
    const subject = serve('<set-backend-service backend-id="@(context.Request.Method)" />', { erp });
    assert.equal((await subject.reply("GET /shop/orders")).status, 500);
  });
});
