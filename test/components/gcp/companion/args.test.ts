import assert from "node:assert/strict";
import { normalise } from "../../../../components/api/check/normalise.ts";
import { defineApi } from "../../../../components/api/define-api.ts";
import { http, open } from "../../../../components/api/description.ts";
import type { GcpCompanion } from "../../../../components/gcp/companion/args.ts";
import { checkCompanionArgs } from "../../../../components/gcp/companion/check-args.ts";
import { envoyImage } from "../../../../components/gcp/companion/image.ts";
import { PINNED_ENVOY } from "../../../../engine/envoy-wheel.js";

function api(limited: boolean) {
  const limits = [{ requests: 5, per: "minute", by: "route" }] as const;
  return normalise(
    defineApi({
      version: 1,
      backends: { erp: http() },
      auth: { anyone: open("a test") },
      routes: { "GET /": { to: "erp", auth: "anyone", ...(limited ? { limits } : {}) } },
    }),
  );
}

function codes(companion: unknown, limited = false): readonly string[] {
  return checkCompanionArgs(companion as GcpCompanion, api(limited)).map(({ code, place }) => `${code} ${place}`);
}

describe("the arguments of a companion", () => {
  it("accept whole numbers of instances, the maximum not below the minimum", () => {
    for (const instances of [{}, { minimum: 0 }, { maximum: 1 }, { minimum: 3, maximum: 3 }]) {
      assert.deepEqual(codes({ instances }), []);
    }
    for (const instances of [
      { minimum: -1 },
      { minimum: 1.5 },
      { maximum: 0 },
      { minimum: 20 },
      { minimum: 3, maximum: 2 },
      { maximum: "3" },
      { maximum: Symbol("3") },
    ]) {
      assert.deepEqual(codes({ instances }), ["bad-instances companion.instances"]);
    }
  });

  it("accept limits with one instance, or if the user accepts that each instance counts by itself", () => {
    assert.deepEqual(codes({}, true), ["limits-per-instance companion.instances"]);
    assert.deepEqual(codes({ instances: { maximum: 2 } }, true), ["limits-per-instance companion.instances"]);
    assert.deepEqual(codes({ instances: { maximum: 1 } }, true), []);
    assert.deepEqual(codes({ limits: "per-instance" }, true), []);
    assert.deepEqual(codes({ limits: "exact" }, true), ["bad-limits companion.limits"]);
  });

  it("accept an image with a digest only", () => {
    assert.deepEqual(codes({ image: envoyImage }), []);
    assert.deepEqual(codes({ image: "docker.io/envoyproxy/envoy:distroless-v1.39.1" }), [
      "unpinned-image companion.image",
    ]);
    assert.deepEqual(codes({ image: 5 }), ["unpinned-image companion.image"]);
  });

  it("have an image of the version that the sandbox runs by default", () => {
    assert.match(envoyImage, new RegExp(`:distroless-v${PINNED_ENVOY}@sha256:`));
  });
});
