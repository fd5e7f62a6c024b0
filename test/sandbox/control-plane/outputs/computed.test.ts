import assert from "node:assert/strict";
import { globSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { withComputed } from "../../../../sandbox/control-plane/outputs/computed.ts";
import { generateOutputs, sdks } from "../../../../sandbox/control-plane/outputs/generate.ts";
import { computedOutputs, type OutputType } from "../../../../sandbox/control-plane/outputs/output-types.ts";
import type { Properties, PropertyValue } from "../../../../sandbox/control-plane/property-value.ts";
import {
  type EngineStandIn,
  type TestCloud,
  testCloud,
} from "../../../support/sandbox/control-plane/engine-stand-in.ts";

const require = createRequire(import.meta.url);

const facts = (type: string) => ({
  type,
  urn: `urn:pulumi:dev::test::${type}::orders`,
  id: "orders-1",
  name: "orders-1",
  domain: "service.example",
  place: "eu-central-1",
  state: "ACTIVE",
  arn: "arn:aws:service:eu-central-1:000000000000:thing/orders-1",
  uuids: false,
});

/** The types of an SDK, each with the outputs that it types as present, apart from those that a program must pass. */
function* requiredOutputs(sdk: string): Generator<readonly [type: string, names: readonly string[]]> {
  const root = dirname(require.resolve(`@pulumi/${sdk}/package.json`));
  for (const file of globSync("*/*.js", { cwd: root })) {
    const [, type] = /static __pulumiType = '([^']+)'/.exec(readFileSync(join(root, file), "utf8")) ?? [];
    if (type === undefined) continue;
    const source = readFileSync(join(root, file.replace(/\.js$/, ".d.ts")), "utf8");
    const [whole = "", args = ""] = source.split(/^export interface \w+Args \{$/m);
    const passed = new Set([...args.matchAll(/^ {4}(\w+): /gm)].map(([, name]) => name));
    const outputs = [...whole.matchAll(/^ {4}readonly (\w+): pulumi\.Output<([^;]*?(?:\n[^;]*;\n[^;]*)?)>;$/gm)];
    const present = outputs.flatMap(([, name = "", of]) => (/undefined$/.test(of ?? "") ? [] : [name]));
    yield [type, present.filter((name) => !passed.has(name))];
  }
}

const kinds = { s: "string", n: "number", b: "boolean", a: "object", m: "object", o: "object", l: "object" } as const;

function assertTypes(types: readonly OutputType[], values: Properties, place: string, depth = 0): void {
  for (const { name, passed, kind, members } of types) {
    const value: PropertyValue | undefined = values[name];
    if (passed === "nested") continue;
    assert.equal(typeof value, kinds[kind], `${place}.${name}`);
    assert.equal(Array.isArray(value), kind === "l", `${place}.${name}`);
    const entries = Array.isArray(value) ? value : kind === "o" ? [value] : [];
    if (depth >= 3) continue;
    for (const entry of entries) {
      if (typeof entry === "object") assertTypes(members(), entry as Properties, `${place}.${name}`, depth + 1);
    }
  }
}

describe("the outputs of a resource that is only stored", () => {
  for (const sdk of sdks) {
    it(`of ${sdk} are all defined that the SDK types as present`, () => {
      let count = 0;
      for (const [type, names] of requiredOutputs(sdk)) {
        const outputs = withComputed(facts(type), {});
        const missing = names.filter((name) => outputs[name] === undefined);
        assert.deepEqual(missing, [], type);
        assertTypes(computedOutputs(type), outputs, type);
        count += names.length;
      }
      assert.ok(count > 5_000, `${count} outputs`);
    });
  }

  it("are read from the installed SDKs; else run `node sandbox/control-plane/outputs/generate.ts`", () => {
    const root = new URL("../../../../sandbox/control-plane/outputs/", import.meta.url);
    for (const sdk of sdks) {
      const committed = JSON.parse(readFileSync(new URL(`${sdk}.json`, root), "utf8"));
      assert.ok(JSON.stringify(committed) === JSON.stringify(generateOutputs(sdk)), `${sdk}.json is out of date`);
    }
  });
});

type Sdk = (typeof sdks)[number];

/** What public programs read, by type: the inputs, the path of the output, and its form. */
const READ: readonly (readonly [sdk: Sdk, type: string, inputs: Properties, path: string, form: RegExp])[] = [
  [
    "aws",
    "aws:cognito/userPool:UserPool",
    {},
    "endpoint",
    /^cognito-idp\.eu-central-1\.amazonaws\.com\/eu-central-1_[a-z0-9]{9}$/,
  ],
  [
    "aws",
    "aws:sqs/queue:Queue",
    { name: "jobs" },
    "url",
    /^https:\/\/sqs\.eu-central-1\.amazonaws\.com\/000000000000\/jobs$/,
  ],
  ["aws", "aws:sqs/queue:Queue", {}, "arn", /^arn:aws:sqs:eu-central-1:000000000000:thing-[a-z0-9]{7}$/],
  [
    "aws",
    "aws:lambda/functionUrl:FunctionUrl",
    { functionName: "f", authorizationType: "NONE" },
    "functionUrl",
    /^https:\/\/[0-9a-f]{32}\.lambda-url\.eu-central-1\.on\.aws\/$/,
  ],
  [
    "aws",
    "aws:lambda/functionUrl:FunctionUrl",
    { functionName: "f", authorizationType: "NONE" },
    "functionArn",
    /^arn:aws:lambda:eu-central-1:000000000000:function:f$/,
  ],
  [
    "aws",
    "aws:s3/bucket:Bucket",
    {},
    "bucketRegionalDomainName",
    /^thing-[a-z0-9]{7}\.s3\.eu-central-1\.amazonaws\.com$/,
  ],
  ["aws", "aws:rds/instance:Instance", { instanceClass: "db.t3.micro" }, "address", /^203\.0\.113\.\d+$/],
  [
    "azure-native",
    "azure-native:web:WebApp",
    { resourceGroupName: "g", name: "shop" },
    "defaultHostName",
    /^shop\.azurewebsites\.net$/,
  ],
  [
    "azure-native",
    "azure-native:web:WebApp",
    { resourceGroupName: "g", identity: { type: "SystemAssigned" } },
    "identity.principalId",
    /^[0-9a-f-]{36}$/,
  ],
  [
    "azure-native",
    "azure-native:storage:StorageAccount",
    { resourceGroupName: "g", accountName: "shop", kind: "StorageV2", sku: { name: "Standard_LRS" } },
    "primaryEndpoints.web",
    /^https:\/\/shop\.z6\.web\.core\.windows\.net\/$/,
  ],
  [
    "azure-native",
    "azure-native:app:ContainerApp",
    { resourceGroupName: "g", configuration: { ingress: { external: true, targetPort: 80 } } },
    "configuration.ingress.fqdn",
    /^thing-[a-z0-9]+\.app\.azure\.net$/,
  ],
  [
    "gcp",
    "gcp:cloudrunv2/service:Service",
    { location: "europe-west3", template: {}, deletionProtection: false },
    "uri",
    /^https:\/\/thing-[a-z0-9]{7}-[0-9a-f]{10}-eu\.a\.run\.app$/,
  ],
  [
    "gcp",
    "gcp:cloudrun/service:Service",
    { location: "europe-west3" },
    "statuses.0.url",
    /^https:\/\/thing-[a-z0-9]{7}-[0-9a-f]{10}-eu\.a\.run\.app$/,
  ],
  [
    "gcp",
    "gcp:serviceaccount/account:Account",
    { accountId: "caller" },
    "email",
    /^caller@sandbox-project\.iam\.gserviceaccount\.com$/,
  ],
  ["gcp", "gcp:storage/bucket:Bucket", { location: "EU", name: "files" }, "url", /^gs:\/\/files$/],
];

describe("an output that programs read of a resource without a model", () => {
  let cloud: TestCloud;
  const providers = new Map<Sdk, EngineStandIn>();
  before(async () => {
    cloud = await testCloud();
    for (const sdk of sdks)
      providers.set(sdk, await cloud.provider(sdk, sdk === "aws" ? { region: "eu-central-1" } : {}));
  });
  after(() => cloud.close());

  for (const [sdk, type, inputs, path, form] of READ) {
    it(`has a plausible value that stays the same: ${type} ${path}`, async () => {
      const provider = providers.get(sdk);
      assert.ok(provider);
      const at = (outputs: Properties) =>
        path.split(".").reduce<unknown>((value, name) => (value as Record<string, unknown>)?.[name], outputs);
      const created = await provider.create(type, "thing", inputs);
      assert.match(String(at(created.outputs)), form);
      assert.deepEqual(await provider.diff(created, created.inputs), {});
      assert.deepEqual(await provider.read(created), created);
      const updated = await provider.update(created, { ...created.inputs, tags: { team: "orders" } });
      assert.equal(at(updated.outputs), at(created.outputs));
      await provider.delete(updated);
    });
  }

  it("is empty for a modelled resource whose vendor has no value", async () => {
    const type = "aws:apigatewayv2/api:Api";
    const api = await providers.get("aws")?.create(type, "orders", { name: "orders", protocolType: "HTTP" });
    assert.ok(api);
    for (const { name, passed } of computedOutputs(type)) {
      if (passed !== "nested") assert.notEqual(api.outputs[name], undefined, name);
    }
  });

  it("is unknown at preview", async () => {
    const outputs = await providers.get("aws")?.previewCreate("aws:sqs/queue:Queue", "jobs", { name: "jobs" });
    assert.equal(outputs?.url, "04da6b54-80e4-46f7-96ec-b56ff0331ba9");
    assert.equal(outputs?.name, "jobs");
  });
});
