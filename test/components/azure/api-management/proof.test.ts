import assert from "node:assert/strict";
import { X509Certificate } from "node:crypto";
import * as pulumi from "@pulumi/pulumi";
import fc from "fast-check";
import { decodeJwt } from "jose";
import type { Bindings } from "../../../../components/api/binding/binding.ts";
import { checkBindings } from "../../../../components/api/binding/check.ts";
import { normalise } from "../../../../components/api/check/normalise.ts";
import { secretEntity } from "../../../../components/azure/api-management/proof.ts";
import { apiManagementTarget } from "../../../../components/azure/api-management/target.ts";
import { AzureApiManagementApi } from "../../../../components/azure/index.ts";
import { interpretApim } from "../../../../sandbox/data-plane/azure/api-management/api-management.ts";
import { EntraSignature } from "../../../../sandbox/data-plane/azure/entra-signature.ts";
import type { Interpreter } from "../../../../sandbox/data-plane/interpreter.ts";
import { ProcessCounters } from "../../../../sandbox/data-plane/verifying/counters.ts";
import { selfSigned } from "../../../../sandbox/self-signed.ts";
import { keys } from "../../../support/components/azure/api-management/deployed-api.ts";
import { ProvingStand } from "../../../support/sandbox/data-plane/proving-stand.ts";

const vault = "https://shop.vault.azure.net/secrets/erp";
const SECRET = "planted-hunter2";
const trust = { clientCertificate: true, secretHeader: "X-Gateway-Secret", identityToken: true };
const proofs = {
  secretHeader: { kind: "secretHeader", keyVaultSecret: vault },
  clientCertificate: { kind: "clientCertificate", keyVaultSecret: vault },
  identityToken: { kind: "identityToken", audience: 'api://erp "@(1)' },
} as const;

const api = normalise({
  version: 1,
  backends: { erp: { kind: "http", trust } },
  auth: { anyone: { kind: "open", reason: "a test" } },
  routes: { "GET /a": { to: "erp", auth: "anyone" }, "GET /b/{id}": { to: "erp", auth: "anyone", path: "/c/{id}" } },
});
const target = apiManagementTarget({ sku: "Developer", path: "shop", title: "shop" });
const bindingsOf = (proof: object) =>
  ({ backends: { erp: { url: "https://erp.example.com", proof } }, auth: {} }) as unknown as Bindings;

const entra = new EntraSignature();

/** The service as it is deployed with a proof. */
function served(proof: object, content: string | undefined): Interpreter {
  const { document, policy, secrets } = target.compile(api, bindingsOf(proof));
  assert.doesNotMatch(document + policy, /planted/);
  const entities = (kind: string) =>
    Object.fromEntries(
      secrets.flatMap((each) => (each.kind === kind ? [[each.id, { secretIdentifier: each.keyVaultSecret }]] : [])),
    );
  const own = { name: "shop", path: "shop", document, policy, protocols: ["https"], subscriptionRequired: false };
  const subscriptionKeyNames = { header: "Ocp-Apim-Subscription-Key", query: "subscription-key" };
  return interpretApim(
    {
      kind: "azure-api-management",
      sku: "Developer",
      apis: [{ ...own, subscriptionKeyNames }],
      namedValues: entities("secretHeader"),
      certificates: entities("clientCertificate"),
    },
    {
      now: Date.now,
      keys,
      counters: new ProcessCounters(),
      functions: { invoke: async () => ({ failed: "error", message: "none" }) },
      entra,
      secrets: (reference) => (reference === vault ? content : undefined),
    },
  );
}

describe("an API Management service that proves itself to a backend", () => {
  let stand: ProvingStand;
  beforeEach(() => {
    stand = new ProvingStand();
  });
  afterEach(() => stand.close());

  it("sends the secret of a key vault in the backend's header, in place of what a client sends there", async () => {
    await stand.start();
    const gateway = served(proofs.secretHeader, SECRET);
    for (const path of ["/shop/a", "/shop/b/1"]) {
      assert.equal(await stand.status(gateway, path, { "x-gateway-secret": "forged", "X-GATEWAY-SECRET": "two" }), 200);
      assert.equal(stand.seen.at(-1)?.headers["x-gateway-secret"], SECRET);
    }
    assert.doesNotMatch(JSON.stringify(stand.log), /planted/);
  });

  it("presents the certificate of a key vault, and no other gateway opens the backend", async () => {
    const [own, other] = [selfSigned("gateway", 30), selfSigned("gateway", 30)];
    const presenting = ({ certificate, key }: typeof own) => served(proofs.clientCertificate, `${certificate}${key}`);
    await stand.start([own.certificate]);
    assert.equal(await stand.status(presenting(own), "/shop/a"), 200);
    assert.equal(stand.seen[0]?.fingerprint, new X509Certificate(own.certificate).fingerprint256);
    assert.equal(await stand.status(presenting(other), "/shop/a"), 500);
    assert.equal(await stand.status(served(proofs.identityToken, undefined), "/shop/a"), 500);
    assert.equal(stand.seen.length, 1);
  });

  it("sends a token of its identity, and the client's own in another header that no client can set", async () => {
    await stand.start();
    const gateway = served(proofs.identityToken, undefined);
    const forged = { authorization: "Bearer forged", "x-forwarded-authorization": "Bearer other" };
    assert.equal(await stand.status(gateway, "/shop/a", forged), 200);
    const { authorization = "", ...headers } = stand.seen[0]?.headers ?? {};
    const [scheme, token = ""] = authorization.split(" ");
    assert.equal(scheme, "Bearer");
    assert.ok((await entra.verify(token, Date.now())).valid);
    assert.equal(decodeJwt(token).aud, proofs.identityToken.audience);
    assert.equal(headers["x-forwarded-authorization"], "Bearer forged");
    assert.equal(await stand.status(gateway, "/shop/a", { "x-forwarded-authorization": "Bearer other" }), 200);
    assert.equal(stand.seen[1]?.headers["x-forwarded-authorization"], undefined);
  });

  it("is not deployed in the sandbox without the secret, or with one that is no certificate, and never shows it", () => {
    assert.throws(() => served(proofs.secretHeader, undefined), /does not know the secret https:\/\/shop\.vault/);
    assert.throws(
      () => served(proofs.clientCertificate, SECRET),
      ({ message }: Error) =>
        /must contain a certificate and its private key/.test(message) && !/planted/.test(message),
    );
  });
});

describe("the proofs of an API Management service", () => {
  const codes = (proof: object) =>
    checkBindings(api, bindingsOf(proof), target).map(({ code, place, rule, remedy }) => {
      assert.doesNotMatch(rule + remedy, /planted/);
      return `${code} ${place}`;
    });

  it("refer to a secret of a key vault without a version, and to an identity by its client id", () => {
    assert.deepEqual(Object.values(proofs).flatMap(codes), []);
    const at = "bad-proof backends.erp.proof";
    for (const keyVaultSecret of [SECRET, `${vault}/${"0".repeat(32)}`, "http://shop.vault.azure.net/secrets/erp"]) {
      assert.deepEqual(codes({ kind: "secretHeader", keyVaultSecret }), [`${at}.keyVaultSecret`]);
    }
    const identityClientId = "00000000-aaaa-bbbb-cccc-000000000000";
    assert.deepEqual(codes({ ...proofs.clientCertificate, identityClientId }), []);
    assert.deepEqual(codes({ ...proofs.identityToken, identityClientId: "planted" }), [`${at}.identityClientId`]);
  });

  it("have entities that no other component, backend or secret has", () => {
    const part = fc.tuple(
      fc.string({ maxLength: 90 }),
      fc.stringMatching(/^[A-Za-z][A-Za-z0-9_-]{0,62}$/),
      fc.constantFrom(proofs.secretHeader, proofs.clientCertificate, {
        ...proofs.secretHeader,
        keyVaultSecret: `${vault}2`,
      }),
    );
    const idOf = ([owner, backend, proof]: typeof part extends fc.Arbitrary<infer T> ? T : never) =>
      secretEntity(owner, backend, proof as never)?.id ?? "";
    fc.assert(
      fc.property(part, part, (one, other) => {
        assert.match(idOf(one), /^[A-Za-z0-9-]{1,80}$/);
        assert.equal(idOf(one) === idOf(other), JSON.stringify(one) === JSON.stringify(other));
      }),
    );
  });

  it("are declared before the policy names them, with the secret's reference alone", async () => {
    const registered: { type: string; name: string; inputs: Record<string, unknown> }[] = [];
    await pulumi.runtime.setMocks(
      {
        call: () => ({}),
        newResource: ({ type, name, inputs }) => {
          registered.push({ type, name, inputs });
          return { id: `/id/${name}`, state: inputs };
        },
      },
      "shops",
      "dev",
      false,
    );
    const gateway = new AzureApiManagementApi("orders", {
      api: {
        version: 1,
        backends: {
          erp: { kind: "http", trust: { secretHeader: "x-secret" } },
          crm: { kind: "http", trust: { clientCertificate: true } },
        },
        auth: { anyone: { kind: "open", reason: "a test" } },
        routes: { "GET /a": { to: "erp", auth: "anyone" }, "GET /b": { to: "crm", auth: "anyone" } },
      },
      service: {
        resourceGroupName: "shops",
        serviceName: "contoso",
        gatewayUrl: "https://contoso.azure-api.net",
        location: "westeurope",
        sku: "Consumption",
      },
      backends: {
        erp: { url: "https://erp.example.com", proof: proofs.secretHeader },
        crm: {
          url: "https://crm.example.com",
          proof: { ...proofs.clientCertificate, keyVaultSecret: pulumi.output(vault) },
        },
      },
    } as never);
    await new Promise((resolve) => void gateway.id.apply(resolve));
    while (registered.length < 5) await new Promise((resolve) => setTimeout(resolve, 5));
    const [crm, erp] = registered
      .filter(({ name }) => /-secret-|-certificate-/.test(name))
      .toSorted((one, other) => (one.name < other.name ? -1 : 1));
    assert.deepEqual([crm?.name, erp?.name], ["orders-client-certificate-crm", "orders-secret-erp"]);
    const keyVault = { secretIdentifier: vault };
    const place = { resourceGroupName: "shops", serviceName: "contoso" };
    assert.deepEqual(crm?.inputs, { ...place, keyVault, certificateId: crm?.inputs.certificateId });
    const { namedValueId } = erp?.inputs ?? {};
    assert.deepEqual(erp?.inputs, { ...place, keyVault, namedValueId, displayName: namedValueId, secret: true });
    const policy = String(registered.at(-1)?.inputs.value);
    assert.match(policy, new RegExp(`<value>\\{\\{${namedValueId}\\}\\}</value>`));
    assert.match(policy, new RegExp(`<authentication-certificate certificate-id="${crm?.inputs.certificateId}"/>`));
  });
});
