import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import type { RouteKey } from "../../components/api/description.ts";
import type { RequestLog } from "../../sandbox/data-plane/serving/request-log.ts";
import { matrix } from "../oas-examples/matrix.ts";
import { Deployment } from "../support/e2e/deployment.ts";

interface Example {
  /** The name of the gateway. */
  readonly name: string;
  readonly document: string;
  readonly vendor: string;
  readonly routes: readonly RouteKey[];
  readonly args: object;
}

/** Returns every supported pair of a document and a vendor. Documents with the same description, such as JSON and YAML twins, count once. */
function examples(): readonly Example[] {
  const found = new Map<string, Example>();
  for (const { document, description, verdicts } of matrix()) {
    if (description === undefined) continue;
    for (const { vendor, problems } of verdicts) {
      const identity = `${vendor.vendor} ${JSON.stringify(description)}`;
      if (problems.length > 0 || found.has(identity)) continue;
      const backends = Object.keys(description.backends).map((name) => [name, { url: "https://backend.example.com" }]);
      const auth = Object.keys(description.auth).map((name) => [name, { issuer: "https://login.example.com" }]);
      found.set(identity, {
        name: `${vendor.vendor}-${found.size}`,
        document,
        vendor: vendor.vendor,
        routes: Object.keys(description.routes) as RouteKey[],
        args: { api: description, backends: Object.fromEntries(backends), auth: Object.fromEntries(auth) },
      });
    }
  }
  return [...found.values()];
}

describe("the documents of oas-examples that a vendor supports", function () {
  // A machine that is busy with other work needs many minutes.
  this.timeout(900_000);
  const log: RequestLog[] = [];
  const all = examples();
  let deployment: Deployment;
  let urls: Readonly<Record<string, string>>;

  before(async () => {
    deployment = await Deployment.start("examples", "oas-examples", { log: (line) => log.push(line) });
  });

  after(async () => {
    await deployment?.stop();
  });

  it("can all be deployed", async () => {
    const file = join(deployment.folder, "descriptions.json");
    writeFileSync(file, JSON.stringify(all));
    // Otherwise the engine writes the state of all gateways after each resource. Other tests kill it between two resources.
    const once = { PULUMI_SKIP_CHECKPOINTS: "true" };
    await deployment.pulumiIn({ DESCRIPTIONS: file, ...once }, "up", "--yes", "--skip-preview");
    urls = (await deployment.outputs()).urls as Readonly<Record<string, string>>;
    assert.deepEqual(Object.keys(urls).toSorted(), all.map(({ name }) => name).toSorted());
  });

  it("reject every request without a token before it reaches a backend", async () => {
    const wrong: string[] = [];
    let sent = 0;
    for (const { name, document, vendor, routes } of all) {
      for (const route of routes) {
        const [method = "", path = ""] = route.split(" ");
        const url = `${urls[name]}${path.replace(/\{[^}]*\+\}/, "some/rest").replace(/\{[^}]*\}/g, "some")}`;
        const { status, body } = await fetch(url, { method });
        await body?.cancel();
        sent++;
        if (status !== 401) wrong.push(`${document} on ${vendor}: ${route}: ${status}`);
      }
    }
    assert.deepEqual(wrong, []);
    assert.equal(log.length, sent);
    assert.deepEqual(
      log.filter(({ decision, backend }) => decision !== "unauthenticated" || backend),
      [],
    );
  });
});
