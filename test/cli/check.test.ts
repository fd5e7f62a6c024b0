import assert from "node:assert/strict";
import { mkdirSync } from "node:fs";
import { carry } from "../../components/api/capability/carry.ts";
import { normalise } from "../../components/api/check/normalise.ts";
import { fromOpenApi } from "../../components/api/openapi/from-openapi.ts";
import { PolygateError, type Problem } from "../../components/api/problem.ts";
import { capabilitiesOf } from "../../components/azure/api-management/capabilities.ts";
import { skus } from "../../components/azure/sku.ts";
import { gcpApiGateway } from "../../components/gcp/api-gateway/capabilities.ts";
import { companionTarget } from "../../components/gcp/api-gateway/companion-target.ts";
import { gcpApiGatewayWithCompanion } from "../../components/gcp/companion/capabilities.ts";
import { keys, type Report } from "../support/cli/check-report.ts";
import { Folder, moduleText, orders, plainApi, type Ran, run } from "../support/cli/command.ts";

describe("polygate check", () => {
  let folder: Folder;

  before(() => {
    folder = new Folder();
    folder.write("orders.yaml", orders);
    folder.write("keys.yaml", keys);
    folder.write("by-address.yaml", orders.replace("by: route", "by: ip"));
    folder.write("shop.ts", moduleText(`export const shop = ${plainApi};`));
  });

  after(() => folder.remove());

  function check(...args: string[]): Promise<Ran> {
    return run(["check", ...args], { cwd: folder.path });
  }

  it("reports how keys, plans and functions are supported, how limits of plans are counted, and by which class", async () => {
    const { code, stdout } = await check("keys.yaml", "--vendor", "aws");
    assert.equal(code, 0);
    for (const line of [
      /^aws: supported by AwsRestApi, in \d+ resources$/m,
      /^ {2}not supported by AwsHttpApi, which costs less: API keys \(`x-api-key`\); /m,
      /^ {4}native {4}Functions of the same cloud as backends: /m,
      /^ {4}native {4}Plans: limits of a consumer on all routes with an API key together: /m,
      /^ {2}how limits are counted$/m,
    ]) {
      assert.match(stdout, line);
    }
    const report = await json("keys.yaml", "--vendor", "gcp");
    assert.deepEqual(
      report.problems
        .concat(report.vendors.flatMap(({ problems }) => problems))
        .map(({ code, feature, route }) => [code, feature, route]),
      [
        ["not-carried", "auth.key", "GET /a"],
        ["not-carried", "auth.token-and-key", "GET /a"],
        ["not-carried", "auth.key", "POST /b"],
        ["not-carried", "backend.fn", "POST /b"],
        ["not-carried", "plans.limits", undefined],
      ],
    );
  });

  it("reports the extensions of an OpenAPI document that are ignored, with their reasons", async () => {
    const ignoring = `${keys}x-google-quota: {}\n`.replace(
      "  to: shop",
      '  to: shop\n  ignore: { x-google-quota: "plans" }',
    );
    folder.write("ignoring.yaml", ignoring);
    const { code, stdout } = await check("ignoring.yaml", "--vendor", "aws");
    assert.equal(code, 0);
    assert.match(stdout, /^ {2}ignored {2}x-google-quota: plans$/m);
    assert.deepEqual((await json("ignoring.yaml", "--vendor", "aws")).ignored, { "x-google-quota": "plans" });
  });

  it("lists what must be bound, and needs no audiences in an OpenAPI document", async () => {
    const bare = orders.replace(/x-polygate: \{ audiences: [^}]*\}/, "");
    assert.notEqual(bare, orders);
    folder.write("bare.yaml", bare);
    assert.deepEqual((await json("bare.yaml", "--vendor", "aws")).bind, [
      { place: "backends.backend", needs: ["url"] },
      { place: "auth.staff", needs: ["issuer", "audiences"] },
    ]);
    const { stdout } = await check("bare.yaml", "--vendor", "aws");
    assert.match(stdout, /^ {2}bind {2}auth\.staff: issuer, audiences$/m);
  });

  async function json(...args: string[]): Promise<Report> {
    const { stdout, stderr } = await check(...args, "--json");
    assert.equal(stderr, "");
    return JSON.parse(stdout) as Report;
  }

  it("exits with 0 if every vendor supports the API, and reports how", async () => {
    const { code, stdout, stderr } = await check("shop.ts", "--vendor", "gcp");
    assert.deepEqual([code, stderr], [0, ""]);
    const how = (feature: keyof typeof gcpApiGateway.features): string => {
      const support = gcpApiGateway.features[feature];
      return "how" in support ? support.how : assert.fail(feature);
    };
    assert.deepEqual(stdout.split("\n").slice(0, 15), [
      "shop.ts: Shop, 2 routes, 1 open",
      "  open  GET /shelves: the shelves are public",
      "  bind  backends.shop: url",
      "  bind  auth.staff: issuer",
      "",
      "gcp: supported by GcpApiGateway, in 3 resources",
      "  also supported by GcpApiGateway with a companion, which costs more",
      "  features of the API",
      `    native  Routes by method and literal path: ${how("route.literal")}`,
      `    native  Path parameters (\`{id}\`): ${how("route.parameter")}`,
      `    native  Public HTTP backends: ${how("backend.http")}`,
      `    native  JSON Web Tokens: signature, issuer, audience, expiry: ${how("auth.jwt")}`,
      `    native  Routes without authentication, for a stated reason: ${how("auth.open")}`,
      `    native  A timeout per route: ${how("timeout")}`,
      "  maximum numbers of the vendor",
    ]);
    const numbers = Object.values(gcpApiGateway.limits);
    assert.deepEqual(
      stdout.split("\n").slice(15, 15 + numbers.length),
      numbers.map(
        ({ value, unit, raisable }) =>
          `    ${value.toLocaleString("en-US")} ${unit}${raisable ? " (raised on request)" : ""}`,
      ),
    );
  });

  it("recommends Google's companion where the gateway alone lacks something, and says what", async () => {
    const { code, stdout } = await check("orders.yaml", "--vendor", "gcp");
    assert.equal(code, 0);
    const lines = stdout.slice(stdout.indexOf("gcp:")).split("\n");
    assert.deepEqual(lines.slice(0, 2), [
      "gcp: supported by GcpApiGateway with a companion, in 10 resources",
      "  not supported by GcpApiGateway, which costs less: Limits per second or minute by route; Scopes of a token",
    ]);
    const scopes = gcpApiGatewayWithCompanion.features["auth.scopes"];
    assert.ok(lines.includes(`    composed  Scopes of a token: ${scopes.support === "composed" ? scopes.how : ""}`));
  });

  it("exits with 2 if a vendor does not support the API, and reports routes, reasons and alternatives", async () => {
    const { code, stdout, stderr } = await check("by-address.yaml");
    assert.deepEqual([code, stderr], [2, ""]);
    assert.match(stdout, /^aws: supported by AwsRestApi, in \d+ resources$/m);
    assert.match(stdout, /^azure: supported by AzureApiManagementApi in the tier Developer \(or Basic, Standard, /m);
    const limits = gcpApiGatewayWithCompanion.features["limits.ip"];
    assert.ok(limits.support === "none");
    const lines = stdout.slice(stdout.indexOf("gcp:")).split("\n");
    assert.equal(lines[0], "gcp: not supported by GcpApiGateway with a companion: 1 problem");
    assert.ok(lines.includes("  not supported by GcpApiGateway either: 2 problems"));
    const problem = lines.findIndex((line) =>
      line.endsWith(`GcpApiGateway does not support limits per minute by client address: ${limits.why}.`),
    );
    assert.notEqual(problem, -1);
    assert.ok(lines[problem + 1]?.startsWith(`    ${limits.instead}`));
    assert.ok(lines.includes(`    no        Limits per minute by client address: ${limits.why}`));
    assert.ok(lines.includes(`    ${gcpApiGatewayWithCompanion.limitPrecision}`));
  });

  it("exits with 0 if only other vendors do not support the API", async () => {
    assert.equal((await check("orders.yaml", "--vendor", "azure", "--vendor", "azure")).code, 0);
  });

  it("prints with --json the problems of the error that a deployment would show", async () => {
    const api = normalise(fromOpenApi(folder.at("by-address.yaml")));
    const target = companionTarget({ title: "orders" }, { instances: { minimum: 1, maximum: 1 } });
    let problems: readonly Problem[] = [];
    try {
      carry(api, target.capabilities, {}, target.check);
    } catch (error) {
      if (error instanceof PolygateError) problems = error.problems;
    }
    assert.equal(problems.length, 1);
    const report = await json("by-address.yaml", "--vendor", "gcp");
    const [gcp] = report.vendors;
    assert.deepEqual(
      { ...report, vendors: report.vendors.length },
      {
        file: "by-address.yaml",
        carried: false,
        problems: [],
        title: "Orders",
        routes: 2,
        open: [],
        bind: [
          { place: "backends.backend", needs: ["url"] },
          { place: "auth.staff", needs: ["issuer"] },
        ],
        vendors: 1,
      },
    );
    assert.deepEqual(
      {
        ...gcp,
        others: gcp?.others.map(({ className, costsLess }) => [className, costsLess]),
        features: gcp?.features.map(({ feature, support }) => `${feature} ${support}`),
      },
      {
        vendor: "gcp",
        carried: false,
        className: "GcpApiGateway",
        form: "with a companion",
        others: [["GcpApiGateway", true]],
        problems,
        waived: [],
        unchecked: [],
        meetings: [],
        cautions: [],
        resources: 10,
        features: [
          "route.literal native",
          "backend.http composed",
          "auth.jwt composed",
          "auth.scopes composed",
          "limits.ip none",
          "timeout composed",
        ],
        limitPrecision: gcpApiGatewayWithCompanion.limitPrecision,
        limits: gcpApiGatewayWithCompanion.limits,
        divergences: gcpApiGatewayWithCompanion.divergences,
      },
    );
  });

  it("recommends the first tier that supports the API, and names the others", async () => {
    folder.write("long.yaml", orders.replace("per: minute", "per: hour"));
    const [azure] = (await json("long.yaml", "--vendor", "azure")).vendors;
    assert.deepEqual([azure?.tier, azure?.tiers], ["Developer", ["Developer", "Basic", "Standard", "Premium"]]);
    const routes = Object.fromEntries(
      Array.from({ length: 3001 }, (_, index) => [`GET /r${index}`, { to: "shop", auth: "anyone" }]),
    );
    const many = { version: 1, backends: { shop: { kind: "http" } }, auth: { anyone: { kind: "open", reason: "-" } } };
    folder.write("many.mjs", `export default ${JSON.stringify({ ...many, routes })};\n`);
    const [large] = (await json("many.mjs", "--vendor", "azure")).vendors;
    const sufficient = skus.filter((sku) => (capabilitiesOf(sku).limits.operations?.value ?? 0) > 3000);
    assert.ok(large?.problems.every(({ code }) => code === "policy-too-large") ?? false);
    assert.equal(large?.tier, sufficient[0]);
  });

  it("recommends the cheapest class that supports the API, and names what the others lack", async () => {
    assert.match(
      (await check("shop.ts", "--vendor", "aws")).stdout,
      /^ {2}also supported by AwsRestApi, which costs more$/m,
    );
    const keyed = (more: object): string =>
      `export default ${JSON.stringify({
        version: 1,
        backends: { shop: { kind: "http" } },
        auth: { partners: { kind: "apiKey" } },
        plans: { free: { quota: { requests: 100, per: "day" } } },
        routes: { "GET /prices": { to: "shop", auth: "partners", ...more } },
      })};\n`;
    folder.write("keyed.mjs", keyed({}));
    const { code, stdout } = await check("keyed.mjs", "--vendor", "aws");
    assert.deepEqual(
      [code, ...stdout.split("\n").slice(3, 5)],
      [
        0,
        "aws: supported by AwsRestApi, in 5 resources",
        "  not supported by AwsHttpApi, which costs less: API keys (`x-api-key`); Plans: quotas of a consumer by day, week or month",
      ],
    );
    const [aws] = (await json("keyed.mjs", "--vendor", "aws")).vendors;
    assert.deepEqual(
      aws?.others.map(({ className, costsLess, problems }) => [
        className,
        costsLess,
        problems.map(({ feature }) => feature),
      ]),
      [["AwsHttpApi", true, ["auth.key", "plans.quota"]]],
    );
    folder.write("slow.mjs", keyed({ timeoutSeconds: 60 }));
    const slow = await check("slow.mjs", "--vendor", "aws");
    assert.equal(slow.code, 2);
    assert.match(
      slow.stdout,
      /^aws: not supported by AwsRestApi: 1 problem\n {2}not supported by AwsHttpApi either: 3 problems$/m,
    );
  });

  it("accepts and shows a waiver, but none of authentication or scopes", async () => {
    folder.write("limited.yaml", orders.replace('security: [{ staff: ["orders:write"] }], ', ""));
    const waived = await check("limited.yaml", "--vendor", "gcp", "--waive", "limits=the backend counts");
    assert.equal(waived.code, 0);
    assert.match(waived.stdout, /^ {2}waived: limits \(GET \/orders\): the backend counts$/m);
    const refused = await check("orders.yaml", "--vendor", "gcp", "--waive", "scopes=nobody looks");
    assert.equal(refused.code, 2);
    assert.match(refused.stdout, /^ {2}- waive\.scopes: "scopes" cannot be waived\.$/m);
  });

  it("reports all problems of a description, and exits with 2", async () => {
    const body = `export default {
      version: 1, backend: {}, backends: { shop: http() }, auth: { staff: jwt({ audiences: [] }) },
      routes: { "GET /": { to: "shpo", auth: "staff" }, "POST /": { to: "shop" } },
    };`;
    folder.write("wrong.ts", moduleText(body));
    const { code, stdout, stderr } = await check("wrong.ts");
    assert.deepEqual([code, stdout], [2, ""]);
    const codes = [...stderr.matchAll(/\[([a-z-]+)\]$/gm)].map(([, found]) => found);
    assert.deepEqual(codes.toSorted(), ["empty-audiences", "no-auth", "unknown-backend", "unknown-property"]);
    const report = await json("wrong.ts");
    assert.deepEqual(report.problems.map((problem) => problem.code).toSorted(), codes.toSorted());
    assert.deepEqual({ ...report, problems: [] }, { file: "wrong.ts", carried: false, problems: [], vendors: [] });
  });

  it("reports the problems of a description whose module throws, and exits with 2", async () => {
    folder.write(
      "thrown.ts",
      moduleText(`export const api = ${plainApi.replace('to: "shop"', 'to: "shpo" as "shop"')};`),
    );
    const { code, stderr } = await check("thrown.ts");
    assert.equal(code, 2);
    assert.match(stderr, /^polygate: thrown\.ts: 1 problem\n {2}- GET \/carts\/\{id\}, .*\n.*\[unknown-backend\]\n$/);
  });

  it("exits with 2 for an OpenAPI document that is malformed, or whose security cannot be enforced", async () => {
    folder.write("malformed.yaml", "openapi: 3.1.0\npaths: [\n");
    folder.write(
      "basic.json",
      JSON.stringify({
        openapi: "3.0.3",
        info: { title: "Basic", version: "1" },
        security: [{ password: [] }],
        paths: { "/": { get: { responses: { 200: { description: "ok" } } } } },
        components: { securitySchemes: { password: { type: "http", scheme: "basic" } } },
      }),
    );
    const [malformed, basic] = await Promise.all([check("malformed.yaml"), check("basic.json")]);
    assert.deepEqual([malformed.code, basic.code], [2, 2]);
    assert.match(malformed.stderr, /malformed\.yaml:\d+:\d+.* neither YAML nor JSON/);
    assert.match(basic.stderr, /GET \/, basic\.json:1:\d+ #\/security\/0\/password: .* \[unenforceable-security\]\n$/s);
  });

  it("exits with 1 if the file does not exist or is not a regular file", async () => {
    mkdirSync(folder.at("folder.ts"));
    const none = "no such file; pass an OpenAPI document or a module";
    const cases = [
      ["nowhere.yaml", none],
      ["orders.yaml/nowhere", none],
      ["folder.ts", "this is a folder; pass the file in it"],
      ["/dev/null", "not a regular file; pass an OpenAPI document or a module"],
    ] as const;
    assert.deepEqual(
      await Promise.all(cases.map(([file]) => check(file, "--json"))),
      cases.map(([file, why]) => ({ code: 1, stdout: "", stderr: `polygate: ${file}: ${why}\n` })),
    );
  });

  it("escapes control characters of the description", async () => {
    const text = `export default ${plainApi.replace("the shelves are public", "quiet\\u001b[2J\\u202e")};`;
    folder.write("hostile.ts", moduleText(text));
    const { stdout } = await check("hostile.ts", "--vendor", "azure");
    assert.match(stdout, /GET \/shelves: quiet\\u001b\[2J\\u202e$/m);
    assert.doesNotMatch(stdout, /[\u001b\u202e]/);
  });
});
