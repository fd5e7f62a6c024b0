import assert from "node:assert/strict";
import fc from "fast-check";
import { definition, swagger } from "../../../../support/sandbox/data-plane/gcp/api-gateway/gateway.ts";
import { documents } from "../../../../support/sandbox/data-plane/gcp/espv2/documents.ts";
import { renderedDocuments } from "../../../../support/sandbox/data-plane/gcp/espv2/rendered.ts";
import { requests, sweep } from "../../../../support/sandbox/data-plane/gcp/espv2/requests.ts";
import { type Result, SideBySide } from "../../../../support/sandbox/data-plane/gcp/espv2/side-by-side.ts";
import type { WireRequest } from "../../../../support/sandbox/data-plane/gcp/espv2/wire-client.ts";
import { seed } from "../../../../support/seed.ts";

/** How many requests each document gets. `POLYGATE_RUNS` tries more. */
const runs = Number(process.env.POLYGATE_RUNS ?? 100);

/** The results of the comparison so far, by Envoy's status. */
type Statuses = Map<number, number>;

/** Sends requests to both, and returns those that they decide differently. */
async function differences(
  both: SideBySide,
  chosen: (index: number) => readonly WireRequest[],
  statuses: Statuses = new Map(),
): Promise<readonly string[]> {
  const found: string[] = [];
  const compare = async (index: number): Promise<void> => {
    for (const request of chosen(index)) {
      const { envoy, sandbox } = await both.send(index, request);
      statuses.set(envoy.status, (statuses.get(envoy.status) ?? 0) + 1);
      if (JSON.stringify(envoy) !== JSON.stringify(sandbox)) found.push(shown(index, request, envoy, sandbox));
    }
  };
  await Promise.all(both.operations.map((_, index) => compare(index)));
  return found;
}

function shown(index: number, { method, target, headers }: WireRequest, envoy: Result, sandbox: Result): string {
  const lines = [`${method} ${target}`, ...headers.map(([name, value]) => `${name}: ${value}`)];
  return `document ${index}:\n${lines.join("\n")}\n  Envoy:   ${JSON.stringify(envoy)}\n  sandbox: ${JSON.stringify(sandbox)}`;
}

describe("The sandbox's API Gateway of Google Cloud, beside a real Envoy with the configuration of ESPv2", function () {
  // A machine that is busy with other work needs longer than the default.
  this.timeout(180_000);
  let both: SideBySide | undefined;
  afterEach(async () => {
    await both?.close();
    both = undefined;
  });

  for (const [kind, count, drawn] of [
    ["documents as people write them", 30, () => fc.sample(documents, { seed, numRuns: 30 })],
    ["documents that GcpApiGateway renders", 20, () => renderedDocuments(20, seed)],
  ] as const) {
    it(`decides and forwards generated requests to ${kind} as Envoy does (POLYGATE_SEED=${seed})`, async () => {
      both = await SideBySide.start(drawn());
      const { operations } = both;
      assert.ok(operations.length > count * 0.8, `${operations.length} documents`);
      const statuses: Statuses = new Map();
      const chosen = (index: number): readonly WireRequest[] =>
        fc.sample(requests(operations[index] ?? []), { seed: seed + index, numRuns: runs, unbiased: true });
      const found = await differences(both, chosen, statuses);
      assert.equal(found.length, 0, `${found.length} differences:\n\n${found.slice(0, 5).join("\n\n")}`);
      // Each kind of decision was compared, and not only a few times.
      for (const status of [200, 400, 401, 404, 405]) {
        assert.ok((statuses.get(status) ?? 0) > runs, `${status}: ${statuses.get(status)}`);
      }
    });
  }

  it("sends a request once more when its connection is reset, whatever its method, as Envoy does", async () => {
    both = await SideBySide.start([swagger({ "GET /orders": {}, "POST /orders": {} })]);
    for (const [method, resets, status, attempts] of [
      ["GET", 0, 200, 1],
      ["GET", 1, 200, 2],
      ["POST", 1, 200, 2],
      ["POST", 2, 503, 2],
    ] as const) {
      const trial = `${method} ${resets}`;
      const headers = [
        ["Host", "gateway.example.com"],
        ["X-Trial", trial],
        ["X-Resets", String(resets)],
        ["Content-Length", "0"],
      ] as const;
      const { envoy, sandbox } = await both.send(0, { method, target: "/orders", headers });
      assert.deepEqual([envoy.status, sandbox.status], [status, status], trial);
      assert.deepEqual(both.attempts(trial), { envoy: attempts, sandbox: attempts }, trial);
    }
  });

  it("reads every unusual token, in every place, and every Connection that lists itself, as Envoy does", async () => {
    const document = swagger(
      { "GET /orders": { security: [{ login: [] }] } },
      { securityDefinitions: { login: definition() } },
    );
    both = await SideBySide.start([document]);
    const found = await differences(both, () => sweep("GET", "/orders"));
    assert.equal(found.length, 0, `${found.length} differences:\n\n${found.slice(0, 5).join("\n\n")}`);
  });
});
