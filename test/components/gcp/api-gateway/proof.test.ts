import assert from "node:assert/strict";
import * as pulumi from "@pulumi/pulumi";
import { decodeJwt } from "jose";
import type { Bindings } from "../../../../components/api/binding/binding.ts";
import { checkBindings } from "../../../../components/api/binding/check.ts";
import { normalise } from "../../../../components/api/check/normalise.ts";
import { apiGatewayTarget } from "../../../../components/gcp/api-gateway/target.ts";
import { GcpApiGateway } from "../../../../components/gcp/index.ts";
import { interpretGcpApiGateway } from "../../../../sandbox/data-plane/gcp/api-gateway/api-gateway.ts";
import { GoogleSignature } from "../../../../sandbox/data-plane/gcp/google-signature.ts";
import { ProcessCounters } from "../../../../sandbox/data-plane/verifying/counters.ts";
import { ProvingStand } from "../../../support/sandbox/data-plane/proving-stand.ts";

const described = {
  version: 1,
  backends: { erp: { kind: "http", trust: { identityToken: true } }, shop: { kind: "http" } },
  auth: { anyone: { kind: "open", reason: "a test" } },
  routes: {
    "GET /a": { to: "erp", auth: "anyone" },
    "GET /b": { to: "erp", auth: "anyone", path: "/fixed" },
    "GET /c": { to: "shop", auth: "anyone" },
  },
};
const api = normalise(described);
const target = apiGatewayTarget({ title: "orders" });
const url = "https://erp.example.com";
const bindingsOf = (audience: string) =>
  ({
    backends: { erp: { url, proof: { kind: "identityToken", audience } }, shop: { url: "https://shop.example.com" } },
    auth: {},
  }) as unknown as Bindings;

describe("an API gateway of Google that proves itself to a backend", () => {
  const stand = new ProvingStand();
  before(() => stand.start());
  after(() => stand.close());

  it("sends a token of its account for the bound audience, in place of what a client sends in Authorization", async () => {
    const google = new GoogleSignature();
    const email = "orders-caller@shop.iam.gserviceaccount.com";
    const document = target.compile(api, bindingsOf("the-erp"));
    const gateway = interpretGcpApiGateway(
      { kind: "gcp-api-gateway", document, managedService: "orders", serviceAccount: email },
      {
        now: Date.now,
        keys: { of: () => assert.fail("no token is checked") },
        counters: new ProcessCounters(),
        functions: { invoke: async () => ({ failed: "error", message: "none" }) },
        google,
      },
    );
    for (const path of ["/a", "/b"]) {
      assert.equal(await stand.status(gateway, path, { authorization: "Bearer forged" }), 200);
      const { authorization = "", ...headers } = stand.seen.at(-1)?.headers ?? {};
      const token = authorization.replace("Bearer ", "");
      assert.ok((await google.verify(token, Date.now())).valid);
      assert.deepEqual([decodeJwt(token).aud, decodeJwt(token).email], ["the-erp", email]);
      assert.equal(headers["x-forwarded-authorization"], "Bearer forged");
    }
  });

  it("sends nothing to a backend that wants no proof, and tells what a client can forge", () => {
    const { paths } = JSON.parse(target.compile(api, bindingsOf("the-erp")));
    const backends = Object.values(paths).map((item) => (item as Record<string, never>).get?.["x-google-backend"]);
    assert.deepEqual(backends, [
      { address: url, path_translation: "APPEND_PATH_TO_ADDRESS", deadline: 15, jwt_audience: "the-erp" },
      { address: `${url}/fixed`, path_translation: "CONSTANT_ADDRESS", deadline: 15, jwt_audience: "the-erp" },
      {
        address: "https://shop.example.com",
        path_translation: "APPEND_PATH_TO_ADDRESS",
        deadline: 15,
        disable_auth: true,
      },
    ]);
    assert.deepEqual(
      target.cautions(api).map(({ route }) => route),
      ["GET /a", "GET /b"],
    );
  });

  it("needs an audience that Google accepts, which no message repeats", () => {
    for (const audience of ["two words", "", "ü".repeat(3)]) {
      const [problem, ...others] = checkBindings(api, bindingsOf(audience), target);
      assert.deepEqual([problem?.code, others], ["bad-proof", []]);
    }
  });

  it("has an account of its own, which its output names", async () => {
    const registered: { type: string; name: string; inputs: Record<string, unknown> }[] = [];
    await pulumi.runtime.setMocks(
      {
        call: () => ({}),
        newResource: ({ type, name, inputs }) => {
          registered.push({ type, name, inputs });
          const computed = { email: `${name}@shop.iam.gserviceaccount.com`, uniqueId: "1234", defaultHostname: "h" };
          return { id: `${name}-id`, state: { ...inputs, ...computed } };
        },
      },
      "shops",
      "dev",
      false,
    );
    const gateway = new GcpApiGateway("orders", {
      api: described,
      region: "europe-west1",
      ...bindingsOf("the-erp"),
    } as never);
    const identity = await new Promise((resolve) => void gateway.backendIdentity.apply(resolve));
    const email = "orders-caller@shop.iam.gserviceaccount.com";
    assert.deepEqual(identity, { issuer: "https://accounts.google.com", email, subject: "1234" });
    await new Promise((resolve) => void gateway.id.apply(resolve));
    const config = registered.find(({ type }) => type.endsWith(":ApiConfig"));
    assert.deepEqual(config?.inputs.gatewayConfig, { backendConfig: { googleServiceAccount: email } });
  });
});
