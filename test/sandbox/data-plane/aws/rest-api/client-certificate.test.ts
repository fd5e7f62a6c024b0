import assert from "node:assert/strict";
import { X509Certificate } from "node:crypto";
import { selfSigned } from "../../../../../sandbox/self-signed.ts";
import { RestStand, to } from "../../../../support/sandbox/data-plane/aws/rest-api/service.ts";
import { BACKEND } from "../../../../support/sandbox/data-plane/test-data-plane.ts";
import { TestAuthority } from "../../../../support/tls/authority.ts";
import { ProvingBackend } from "../../../../support/tls/proving-backend.ts";

const authority = new TestAuthority("a public authority");
const identity = authority.client("backend.example.com");
const [first, second] = [selfSigned("ApiGateway", 365), selfSigned("ApiGateway", 365)];
const fingerprint = ({ certificate }: typeof first) => new X509Certificate(certificate).fingerprint256;

describe("the client certificate of a REST API's stage", () => {
  let stand: RestStand;
  let backend: ProvingBackend;

  const serve = (clientCertificate?: typeof first) => {
    stand.hosts.map(BACKEND, backend.origin);
    return stand.serve({ "/a": { get: to("/a") } }, { stage: clientCertificate ? { clientCertificate } : {} });
  };
  beforeEach(async () => {
    stand = await new RestStand().start();
    stand.trust(authority.cert);
  });
  afterEach(async () => {
    backend.close();
    await stand.close();
  });

  it("opens a backend that accepts that certificate alone", async () => {
    backend = await new ProvingBackend(identity, [first.certificate]).start();
    assert.equal((await fetch(`${serve(first)}/a`)).status, 200);
    assert.deepEqual(
      backend.seen.map((request) => request.fingerprint),
      [fingerprint(first)],
    );
    for (const other of [second, undefined]) {
      const response = await fetch(`${serve(other)}/a`);
      assert.equal(response.status, 504);
      await response.body?.cancel();
    }
    assert.equal(backend.seen.length, 1);
  });

  it("is changed for the next request, and not presented by a stage without one", async () => {
    backend = await new ProvingBackend(identity).start();
    for (const certificate of [first, second, undefined, first]) {
      await (await fetch(`${serve(certificate)}/a`)).text();
    }
    assert.deepEqual(
      backend.seen.map((request) => request.fingerprint),
      [fingerprint(first), fingerprint(second), undefined, fingerprint(first)],
    );
  });
});
