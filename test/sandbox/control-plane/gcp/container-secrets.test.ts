import assert from "node:assert/strict";
import { containerSecrets } from "../../../../sandbox/control-plane/gcp/cloudrunv2/container.ts";

describe("the container of a Cloud Run service in the sandbox", () => {
  const secret = "projects/shop/secrets/erp";

  it("reads the versions of secrets that its variables and its volumes name", () => {
    const items = [{ path: "identity.pem", version: "2" }];
    const volumes = [{ name: "proof", secret: { secret, items } }];
    const envoy = {
      volumeMounts: [
        { name: "config", mountPath: "/etc/envoy-config" },
        { name: "proof", mountPath: "/etc/proofs/" },
      ],
      envs: [
        { name: "SECRET", valueSource: { secretKeyRef: { secret, version: "3" } } },
        { name: "PLAIN", value: "text" },
      ],
    };
    assert.deepEqual(containerSecrets({ template: { volumes }, containers: [envoy], envoy }), {
      variables: { SECRET: { secret: `${secret}/versions/3` }, PLAIN: { value: "text" } },
      files: { "/etc/proofs/identity.pem": `${secret}/versions/2` },
    });
  });

  it("has a file with the latest version for a volume that lists none", () => {
    const volumes = [{ name: "proof", secret: { secret } }];
    const envoy = { volumeMounts: [{ name: "proof", mountPath: "/etc/proofs" }] };
    assert.deepEqual(containerSecrets({ template: { volumes }, containers: [envoy], envoy }), {
      variables: {},
      files: { "/etc/proofs/erp": `${secret}/versions/latest` },
    });
  });
});
