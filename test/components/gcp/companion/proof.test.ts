import assert from "node:assert/strict";
import { X509Certificate } from "node:crypto";
import { request } from "node:http";
import * as pulumi from "@pulumi/pulumi";
import type { Bindings } from "../../../../components/api/binding/binding.ts";
import { checkBindings } from "../../../../components/api/binding/check.ts";
import { normalise } from "../../../../components/api/check/normalise.ts";
import { companionTarget } from "../../../../components/gcp/api-gateway/companion-target.ts";
import { proofFolder, proofVariable } from "../../../../components/gcp/companion/proof/proof.ts";
import { GcpApiGateway } from "../../../../components/gcp/index.ts";
import { findEnvoy } from "../../../../engine/index.ts";
import { CertificateAuthority } from "../../../../sandbox/certificate-authority.ts";
import type { CloudRunSecrets } from "../../../../sandbox/data-plane/gcp/cloud-run/artefacts.ts";
import { EnvoyContainers } from "../../../../sandbox/data-plane/gcp/cloud-run/envoy-containers.ts";
import { LoopbackHostMap } from "../../../../sandbox/host-map.ts";
import { selfSigned } from "../../../../sandbox/self-signed.ts";
import { ProvingBackend } from "../../../support/tls/proving-backend.ts";

const SECRET = "planted-%REQ(:path)%-hunter2";
const version = { secret: "projects/shop/secrets/erp", version: "3" } as const;
const name = "projects/shop/secrets/erp/versions/3";
const proofs = {
  secretHeader: { kind: "secretHeader", ...version },
  clientCertificate: { kind: "clientCertificate", ...version },
} as const;

const described = {
  version: 1,
  backends: { erp: { kind: "http", trust: { clientCertificate: true, secretHeader: "X-Gateway-Secret" } } },
  auth: { anyone: { kind: "open", reason: "a test" } },
  routes: { "GET /a": { to: "erp", auth: "anyone" } },
};
const api = normalise(described);
const target = companionTarget({ title: "orders" }, {});
const bindingsOf = (proof: object) =>
  ({ backends: { erp: { url: "https://erp.example.com", proof } }, auth: {} }) as unknown as Bindings;

describe("a companion that proves itself to a backend", function () {
  this.timeout(60_000);
  let authority: CertificateAuthority;
  const own = selfSigned("companion", 30);
  let backend: ProvingBackend;
  let containers: EnvoyContainers;

  async function start(secrets: CloudRunSecrets, content: string | undefined, accepted?: readonly string[]) {
    const { certificate, key } = await authority.issue("erp.example.com");
    backend = await new ProvingBackend({ cert: certificate, key }, accepted).start();
    containers = new EnvoyContainers({
      envoy: findEnvoy(),
      hosts: new LoopbackHostMap(new Map([["https://erp.example.com", backend.origin]])),
      secrets: (reference) => (reference === name ? content : undefined),
      warn: () => {},
    });
    const proof = Object.keys(secrets.files).length > 0 ? proofs.clientCertificate : proofs.secretHeader;
    const { envoy } = target.compile(api, bindingsOf(proof));
    assert.doesNotMatch(envoy, /planted|PRIVATE KEY/);
    const service = { kind: "gcp-cloud-run", service: "s", document: envoy, port: 8080, probes: [], urls: [] } as const;
    const rights = { customAudiences: [], invokers: [], isOpen: true, timeoutMs: 5_000 };
    await containers.run({ ...service, ...rights, secrets }, authority.certificate);
  }
  before(async () => {
    authority = await CertificateAuthority.create();
  });
  const send = (headers: Readonly<Record<string, string | readonly string[]>> = {}) =>
    new Promise<number | undefined>((resolve, reject) => {
      const port = containers.port("s") ?? 0;
      request({ host: "127.0.0.1", port, path: "/a", headers: headers as Record<string, string>, agent: false })
        .once("response", (response) => response.resume().once("end", () => resolve(response.statusCode)))
        .once("error", reject)
        .end();
    });
  afterEach(async () => {
    await containers.close(0);
    backend.close();
  });

  const variable = { variables: { [proofVariable(proofs.secretHeader)]: { secret: name } }, files: {} };
  const file = { variables: {}, files: { [`${proofFolder(proofs.clientCertificate)}/identity.pem`]: name } };

  it("sends the secret as it is in the backend's header, in place of every value that a client sends there", async () => {
    await start(variable, SECRET);
    assert.equal(await send({ "x-gateway-secret": ["forged", "twice"] }), 200);
    assert.equal(backend.seen[0]?.headers["x-gateway-secret"], SECRET);
    assert.equal(await send(), 200);
    assert.equal(backend.seen[1]?.headers["x-gateway-secret"], SECRET);
  });

  it("presents the certificate that its volume contains to a backend that accepts that one alone", async () => {
    await start(file, `${own.certificate}${own.key}`, [own.certificate]);
    assert.equal(await send(), 200);
    assert.equal(backend.seen[0]?.fingerprint, new X509Certificate(own.certificate).fingerprint256);
  });

  it("does not reach that backend with another certificate", async () => {
    const other = selfSigned("companion", 30);
    await start(file, `${other.certificate}${other.key}`, [own.certificate]);
    assert.equal(await send(), 503);
    assert.deepEqual(backend.seen, []);
  });

  it("does not run in the sandbox without the secret", async () => {
    await assert.rejects(
      start(variable, undefined),
      /does not know the secret projects\/shop\/secrets\/erp\/versions\/3/,
    );
  });
});

describe("the proofs of a companion", () => {
  const codes = (proof: object) =>
    checkBindings(api, bindingsOf(proof), target).map(({ code, place, rule, remedy }) => {
      assert.doesNotMatch(rule + remedy, /planted/);
      return `${code} ${place}`;
    });

  it("refer to a numbered version of a secret", () => {
    assert.deepEqual(Object.values(proofs).flatMap(codes), []);
    const at = "bad-proof backends.erp.proof";
    assert.deepEqual(codes({ ...proofs.secretHeader, secret: SECRET }), [`${at}.secret`]);
    assert.deepEqual(codes({ ...proofs.secretHeader, secret: name }), [`${at}.secret`]);
    assert.deepEqual(codes({ ...proofs.secretHeader, version: "latest" }), [`${at}.version`]);
    assert.deepEqual(codes({ kind: "identityToken", audience: "x" }), ["unknown-proof backends.erp.proof.kind"]);
  });

  it("change the configuration with their version, so that another companion is declared", () => {
    for (const proof of Object.values(proofs)) {
      const [one, other] = ["3", "4"].map((each) => target.compile(api, bindingsOf({ ...proof, version: each })).envoy);
      assert.notEqual(one, other);
    }
  });

  it("are read by the companion's account, as a variable or a file of its container", async () => {
    const registered: { type: string; name: string; inputs: Record<string, unknown> }[] = [];
    await pulumi.runtime.setMocks(
      {
        call: () => ({}),
        newResource: ({ type, name: child, inputs }) => {
          registered.push({ type, name: child, inputs });
          const email = `${child}@shop.iam.gserviceaccount.com`;
          const computed = { email, member: `serviceAccount:${email}`, defaultHostname: "h", uri: "https://c.run.app" };
          return { id: `${child}-id`, state: { ...inputs, ...computed } };
        },
      },
      "shops",
      "dev",
      false,
    );
    const gateway = new GcpApiGateway("orders", {
      api: {
        ...described,
        backends: { ...described.backends, crm: described.backends.erp },
        routes: { ...described.routes, "GET /b": { to: "crm", auth: "anyone" } },
      },
      region: "europe-west1",
      companion: {},
      backends: {
        erp: { url: "https://erp.example.com", proof: proofs.secretHeader },
        crm: { url: "https://crm.example.com", proof: { ...proofs.clientCertificate, version: pulumi.output("3") } },
      },
    } as never);
    await new Promise((resolve) => void gateway.id.apply(resolve));
    const readers = registered.filter(({ type }) => type.endsWith(":SecretIamMember"));
    const reader = { project: "shop", secretId: "erp", role: "roles/secretmanager.secretAccessor" };
    const member = "serviceAccount:orders-companion-account@shop.iam.gserviceaccount.com";
    assert.deepEqual(readers.map(({ name: child, inputs }) => [child, inputs]).toSorted(), [
      ["orders-secret-reader-crm", { ...reader, member }],
      ["orders-secret-reader-erp", { ...reader, member }],
    ]);
    const service = registered.find(({ name: child }) => child === "orders-companion") ?? assert.fail("no companion");
    const { template } = service.inputs as {
      readonly template: {
        readonly containers: readonly Record<string, unknown>[];
        readonly volumes: readonly unknown[];
      };
    };
    const [container] = template.containers;
    assert.deepEqual(container?.envs, [
      { name: proofVariable(proofs.secretHeader), valueSource: { secretKeyRef: version } },
    ]);
    const volume = `proof-${proofFolder(proofs.clientCertificate).split("/").at(-1)}`;
    const mounts = container?.volumeMounts as readonly unknown[];
    assert.deepEqual(mounts.at(-1), { name: volume, mountPath: proofFolder(proofs.clientCertificate) });
    const items = [{ path: "identity.pem", version: "3" }];
    assert.deepEqual(template.volumes.at(-1), { name: volume, secret: { secret: version.secret, items } });
  });
});
