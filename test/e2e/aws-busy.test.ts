import assert from "node:assert/strict";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { Pool } from "undici";
import { Deployment } from "./deployment.ts";

/** At the same time, for each gateway. */
const LINES = 8;

describe("gateways on AWS that are busy while they are updated", function () {
  this.timeout(120_000);
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

  it("fail no request, and go from the one description to the other and never back", async () => {
    const { web, rest } = (await deployment.outputs()).urls as { readonly web: string; readonly rest: string };
    const token = await deployment.sandbox.mintToken({ audience: "shop", expiresInSeconds: 600 });
    const hot = [
      { url: `${web}/busy/1`, headers: { authorization: `Bearer ${token}` } },
      { url: `${rest}/busy/1`, headers: { "x-api-key": "acme-acme-acme-acme-acme" } },
      { url: `${rest}/open`, headers: {} },
    ];
    let done = false;
    const updated = deployment.pulumiWith({ NEW: "1" }, "up", "--yes", "--skip-preview").finally(() => (done = true));
    const began = Date.now();
    const counts = await Promise.all(
      hot.map(async ({ url, headers }) => {
        const { origin, pathname: path } = new URL(url);
        const pool = new Pool(origin, { connections: LINES });
        const answers = { old: 0, new: 0 };
        const line = async (): Promise<void> => {
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
        await Promise.all(Array.from({ length: LINES }, line));
        await pool.close();
        return answers;
      }),
    );
    const { code, output } = await updated;
    assert.equal(code, 0, output);
    const seconds = (Date.now() - began) / 1000;
    const sent = counts.reduce((sum, { old, new: other }) => sum + old + other, 0);
    console.log(
      `      ${sent} requests in ${seconds.toFixed(1)} s: ${Math.round(sent / seconds)} a second, none failed`,
    );
    for (const { old, new: other } of counts) assert.ok(old > 0 && other > 0, JSON.stringify(counts));
  });

  it("have nothing left to do after it", async () => {
    await deployment.pulumiIn({ NEW: "1" }, "preview", "--expect-no-changes");
  });
});
