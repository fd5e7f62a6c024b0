import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import type { ResourceChange } from "../../sandbox/index.ts";
import { Store } from "../../sandbox/store.ts";
import { Deployment } from "./deployment.ts";

/** SUFFIX keys the names of one stack apart from another's. */
const program = `
import { apiKey, defineApi, http, jwt } from "polygate";
import { AwsHttpApi, AwsRestApi } from "polygate/aws";

const { SUFFIX: suffix, LOST, ID } = process.env;
/** What the runbook says: the id of what the engine never heard of, by the transform of its type. */
const found = (type) => (_args, options) => {
  if (type === LOST) options.import = ID;
};
const place = {
  backends: { erp: { url: "https://erp.example.com" } },
  auth: { staff: { issuer: "https://login.example.com" } },
};
const auth = { staff: jwt({ audiences: ["orders"] }), partners: apiKey() };
export const urls = [
  new AwsHttpApi("web" + suffix, {
    ...place,
    api: defineApi({
      version: 1,
      backends: { erp: http() },
      auth: { staff: auth.staff },
      routes: { "GET /orders": { to: "erp", auth: "staff" } },
    }),
    transform: { stage: found("apigatewayv2/stage:Stage") },
  }).url,
  new AwsRestApi("rest" + suffix, {
    ...place,
    api: defineApi({
      version: 1,
      backends: { erp: http() },
      auth,
      plans: { free: {} },
      routes: { "GET /orders": { to: "erp", auth: "staff" }, "GET /prices": { to: "erp", auth: "partners" } },
    }),
    consumers: { acme: { plan: "free", value: "acme-acme-acme-acme-acme" + suffix } },
    transform: {
      api: found("apigateway/restApi:RestApi"),
      stage: found("apigateway/stage:Stage"),
      apiKey: found("apigateway/apiKey:ApiKey"),
      usagePlanKey: found("apigateway/usagePlanKey:UsagePlanKey"),
      authorizer: found("lambda/function:Function"),
    },
  }).url,
];
`;

/** The id that the runbook of docs/aws.md gives, from the one by which the engine would have known it; by the end of a type. */
const ids: Readonly<Record<string, (id: string, state: ReadonlyMap<string, string>) => string>> = {
  "apigateway/restApi:RestApi": (id) => id,
  "apigateway/stage:Stage": (id) => id.replace(/^ags-(.*)-live$/, "$1/live"),
  "apigateway/apiKey:ApiKey": (id) => id,
  "apigateway/usagePlanKey:UsagePlanKey": (id, made) => `${made.get("apigateway/usagePlan:UsagePlan")}/${id}`,
  "apigatewayv2/stage:Stage": (id, made) => `${made.get("apigatewayv2/api:Api")}/${id}`,
  "lambda/function:Function": (id) => id,
};

const typeOf = ({ urn }: ResourceChange): string => urn.split("::")[2]?.split("$aws:").at(-1) ?? "";

describe("a stack on AWS whose engine was killed", function () {
  this.timeout(300_000);
  let deployment: Deployment;
  let told: (change: ResourceChange) => void = () => {};

  before(async () => {
    deployment = await Deployment.start("killed-aws", program, {
      hosts: { "https://erp.example.com": "http://127.0.0.1:9" },
      changed: (change) => told(change),
    });
  });

  it("converges by the runbook, whatever was being made: nothing is there twice, and nothing stays behind", async () => {
    for (const [index, type] of Object.keys(ids).entries()) {
      const stack = `k${index}`;
      const env = { SUFFIX: `-${stack}` };
      const up = ["up", "--yes", "--skip-preview", "--stack", stack];
      await deployment.pulumi("stack", "init", stack);
      const made = new Map<string, string>();
      let lost: ResourceChange | undefined;
      const { command, options } = deployment.command(env, ...up, "--parallel", "1");
      const child = spawn(command[0], command[1], { ...options, detached: true, stdio: "ignore" });
      told = (change) => {
        made.set(typeOf(change), change.id);
        if (typeOf(change) !== type || lost !== undefined) return;
        lost = change;
        process.kill(-(child.pid as number), "SIGKILL");
      };
      await once(child, "close");
      told = () => {};
      assert.ok(lost !== undefined, `there is no ${type}`);
      deployment.unlock();
      const found = { LOST: type, ID: ids[type]?.(lost.id, made) ?? "" };
      const repaired = await deployment.pulumiWith({ ...env, ...found }, ...up);
      assert.equal(repaired.code, 0, `${type}: ${repaired.output}`);
      const updated = await deployment.pulumiWith(env, ...up, "--expect-no-changes");
      assert.equal(updated.code, 0, `${type}: ${updated.output}`);
      const served = deployment.sandbox.endpoints().filter(({ name }) => name.endsWith(env.SUFFIX));
      assert.deepEqual(served.map(({ name }) => name).toSorted(), [`rest${env.SUFFIX}`, `web${env.SUFFIX}`]);
      const destroyed = await deployment.pulumiWith(env, "destroy", "--yes", "--skip-preview", "--stack", stack);
      assert.equal(destroyed.code, 0, destroyed.output);
    }
    await deployment.sandbox.close();
    const store = new Store(deployment.sandbox.dir);
    const left = store.list("").map(([key]) => key);
    store.close();
    assert.deepEqual(left, []);
  });

  after(async () => {
    await deployment?.stop();
  });
});
