import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { EnvoyConfiguration } from "../../../../components/gcp/companion/envoy.ts";
import { CompanionBench } from "../../../support/components/gcp/companion/companion-bench.ts";
import { bearing, tokenWith } from "../../../support/components/gcp/companion/companion-tokens.ts";
import { shopApi, shopBindings } from "../../../support/components/gcp/companion/shop-api.ts";

/** The same log in a file, which a test can read. */
function loggingTo(file: string): (configuration: EnvoyConfiguration) => EnvoyConfiguration {
  const types = /"@type":"[^"]+StdoutAccessLog"/g;
  const inFile = `"@type":"type.googleapis.com/envoy.extensions.access_loggers.file.v3.FileAccessLog","path":${JSON.stringify(file)}`;
  return (configuration) => JSON.parse(JSON.stringify(configuration).replace(types, inFile));
}

describe("The log of a companion", function () {
  this.timeout(60_000);

  it("has a line with the reason for each request that fails, and nothing that the client wrote", async () => {
    const folder = mkdtempSync(join(tmpdir(), "polygate-test-"));
    const file = join(folder, "log");
    try {
      const api = shopApi(
        {
          "GET /guarded/{id}": {},
          "GET /scoped": { scopes: ["a"] },
          "GET /limited": { auth: "anyone", limits: [{ requests: 1, per: "day", by: "route" }] },
          "GET /broken": { auth: "anyone", to: "broken" },
          "GET /open": { auth: "anyone" },
          "GET /missing": { auth: "anyone" },
        },
        { backends: { shop: { kind: "http", paths: "exact" }, broken: { kind: "http", paths: "exact" } } },
      );
      const backends = { ...shopBindings.backends, broken: { url: "https://broken.example.com" } };
      const bench = await CompanionBench.start(
        api,
        { ...shopBindings, backends },
        {
          change: loggingTo(file),
          certified: { "broken.example.com:443": "other.example.com" },
          behave: (request, response) => response.writeHead(request.url === "/missing" ? 404 : 200).end(),
        },
      );
      try {
        const token = bearing(tokenWith());
        await bench.send("/guarded/secret?key=secret", { headers: { "x-secret": "secret" } });
        await bench.send("/scoped", { headers: token });
        for (let index = 0; index < 2; index++) await bench.send("/limited");
        for (const path of ["/broken", "/open", "/missing", "/nowhere/secret"]) await bench.send(path);
        await bench.send("/open", { method: "POST", body: "secret" });
      } finally {
        await bench.stop();
      }
      const text = readFileSync(file, "utf8");
      assert.doesNotMatch(text, /secret|eyJ/);
      const lines = text
        .trim()
        .split("\n")
        .map((line) => JSON.parse(line));
      assert.deepEqual(
        lines.map(({ severity, route, status, reason }) => [severity, route, status, reason]),
        [
          ["WARNING", "GET /guarded/{id}", 401, "jwt_authn_access_denied{Jwt_is_missing}"],
          ["WARNING", "GET /scoped", 403, "rbac_access_denied_matched_policy[scopes]"],
          ["WARNING", "GET /limited", 429, "local_rate_limited"],
          ["WARNING", "GET /broken", 503, lines[3]?.reason],
          ["WARNING", "GET /missing", 404, "via_upstream"],
          ["WARNING", "404", 404, "direct_response"],
          ["WARNING", "405 /open", 405, "direct_response"],
        ],
      );
      assert.match(lines[3]?.connection, /CERTIFICATE_VERIFY_FAILED/);
      assert.equal(lines[2]?.message, "GET /limited was answered 429: local_rate_limited");
      assert.equal(typeof lines[0]?.milliseconds, "number");
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});
