import assert from "node:assert/strict";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { Pool } from "undici";
import { Deployment } from "../support/e2e/deployment.ts";

/** The number of requests that are under way at a time, for each gateway. */
const CONCURRENCY = 8;

describe("AWS gateways under load during an update", function () {
  this.timeout(600_000);
  let deployment: Deployment;
  const backends: Server[] = [];

  before(async () => {
    const start = async (name: string): Promise<string> => {
      const server = createServer((request, response) => response.end(`${name} ${request.url}`));
      backends.push(server);
      await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
      return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    };
    const hosts = { "https://old.example.com": await start("old"), "https://new.example.com": await start("new") };
    deployment = await Deployment.start("busy", "aws-busy", { hosts });
    await deployment.pulumi("up", "--yes", "--skip-preview");
  });

  after(async () => {
    await deployment?.stop();
    for (const server of backends) {
      server.closeAllConnections();
      server.close();
    }
  });

  it("fail no request, and never serve the old description again after the new one", async () => {
    const { web, rest } = (await deployment.outputs()).urls as { readonly web: string; readonly rest: string };
    const token = await deployment.sandbox.mintToken({ audience: "shop", expiresInSeconds: 600 });
    const requests = [
      { url: `${web}/busy/1`, headers: { authorization: `Bearer ${token}` } },
      { url: `${rest}/busy/1`, headers: { "x-api-key": "acme-acme-acme-acme-acme" } },
      { url: `${rest}/open`, headers: {} },
    ];
    let done = false;
    const updated = deployment.pulumiWith({ NEW: "1" }, "up", "--yes", "--skip-preview").finally(() => (done = true));
    const start = Date.now();
    const counts = await Promise.all(
      requests.map(async ({ url, headers }) => {
        const { origin, pathname: path } = new URL(url);
        const pool = new Pool(origin, { connections: CONCURRENCY });
        const answers = { old: 0, new: 0 };
        const worker = async (): Promise<void> => {
          let switched = false;
          for (let more = true; more; more = !done) {
            const { statusCode, body } = await pool.request({ method: "GET", path, headers });
            const text = await body.text();
            assert.equal(statusCode, 200, `${url}: ${text}`);
            assert.ok(text === "old /first/1" || text === "new /second/1", text);
            if (switched) assert.equal(text, "new /second/1");
            switched = text === "new /second/1";
            answers[switched ? "new" : "old"]++;
          }
        };
        await Promise.all(Array.from({ length: CONCURRENCY }, worker));
        await pool.close();
        return answers;
      }),
    );
    const { code, output } = await updated;
    assert.equal(code, 0, output);
    const seconds = (Date.now() - start) / 1000;
    const sent = counts.reduce((sum, { old, new: other }) => sum + old + other, 0);
    console.log(
      `      ${sent} requests in ${seconds.toFixed(1)} s (${Math.round(sent / seconds)} per second), none failed`,
    );
    for (const { old, new: other } of counts) assert.ok(old > 0 && other > 0, JSON.stringify(counts));
  });

  it("show no changes at a preview after the update", async () => {
    await deployment.pulumiIn({ NEW: "1" }, "preview", "--expect-no-changes");
  });
});
