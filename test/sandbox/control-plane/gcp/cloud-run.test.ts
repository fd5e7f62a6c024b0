import assert from "node:assert/strict";
import { PINNED_ENVOY } from "../../../../engine/envoy-wheel.js";
import { type Properties, type PropertyValue, UNKNOWN } from "../../../../sandbox/control-plane/property-value.ts";
import { ENVOY_VERSION } from "../../../../sandbox/data-plane/envoy/version.ts";
import {
  type EngineStandIn,
  type TestCloud,
  testCloud,
} from "../../../support/sandbox/control-plane/engine-stand-in.ts";

const serviceType = "gcp:cloudrunv2/service:Service";
const memberType = "gcp:cloudrunv2/serviceIamMember:ServiceIamMember";
const bindingType = "gcp:cloudrunv2/serviceIamBinding:ServiceIamBinding";
const policyType = "gcp:cloudrunv2/serviceIamPolicy:ServiceIamPolicy";
const objectType = "gcp:storage/bucketObject:BucketObject";
const image = `docker.io/envoyproxy/envoy:distroless-v${ENVOY_VERSION}@sha256:${"e".repeat(64)}`;
const id = "projects/sandbox-project/locations/europe-west1/services/companion";
const caller = "serviceAccount:caller@sandbox-project.iam.gserviceaccount.com";

/** A service as people write it, with changes to its only container, its template and its own arguments. */
function service({
  container = {},
  template = {},
  ...more
}: Record<string, Properties | PropertyValue> = {}): Properties {
  return {
    name: "companion",
    location: "europe-west1",
    deletionProtection: false,
    template: {
      containers: [
        {
          image,
          args: ["-c", "/etc/envoy-config/envoy-1.json", "--concurrency", "1", "--disable-hot-restart"],
          ports: { name: "http1", containerPort: 9000 },
          volumeMounts: [{ name: "config", mountPath: "/etc/envoy-config" }],
          ...(container as Properties),
        },
      ],
      volumes: [{ name: "config", gcs: { bucket: "files", readOnly: true, mountOptions: ["uid=101"] } }],
      ...(template as Properties),
    },
    ...more,
  };
}

describe("a Cloud Run service in the gcp provider of the sandbox", () => {
  let cloud: TestCloud;
  let gcp: EngineStandIn;

  beforeEach(async () => {
    cloud = await testCloud();
    gcp = await cloud.provider("gcp", { region: "europe-west1" });
  });
  afterEach(() => cloud.close());

  const object = (content = "{}", name = "envoy-1.json") =>
    gcp.create(objectType, name, { bucket: "files", name, content });
  const failures = async (inputs: Properties, type = serviceType) => (await gcp.check(type, "it", inputs)).failures;
  const artefacts = () => {
    const [served] = cloud.gateways.served;
    assert.ok(served?.artefacts.kind === "gcp-cloud-run");
    return served.artefacts;
  };

  it("is served with the configuration file that its arguments name, at both of its addresses", async () => {
    await object('{"node":{}}');
    const created = await gcp.create(
      serviceType,
      "companion",
      service({
        customAudiences: ["orders"],
        template: { timeout: "60s" },
        container: { startupProbe: { httpGet: { path: "/_ready" } }, livenessProbe: { tcpSocket: { port: 9000 } } },
      }),
    );
    assert.equal(created.id, id);
    assert.deepEqual(cloud.gateways.served, [
      {
        key: `gcp/${id}`,
        name: "companion",
        vendor: "gcp",
        region: "europe-west1",
        artefacts: {
          kind: "gcp-cloud-run",
          service: id,
          document: '{"node":{}}',
          port: 9000,
          probes: ["/_ready"],
          urls: [created.outputs.uri, "https://companion-000000000000.europe-west1.run.app"],
          customAudiences: ["orders"],
          invokers: [],
          isOpen: false,
          timeoutMs: 60_000,
          reach: { zones: [] },
        },
      },
    ]);
    assert.match(String(created.outputs.uri), /^https:\/\/companion-[0-9a-f]{10}-eu\.a\.run\.app$/);
    assert.deepEqual(await gcp.diff(created, created.inputs), {});
    assert.deepEqual(await gcp.read(created), created);
    await gcp.delete(created);
    assert.deepEqual(cloud.gateways.served, []);
  });

  it("reaches what the network of its interface reaches, in a subnet of at least /26 of its own region", async () => {
    await object();
    const run = (subnetwork: string, network = "main") =>
      gcp.create(
        serviceType,
        "companion",
        service({ template: { vpcAccess: { networkInterfaces: [{ network, subnetwork }] } } }),
      );
    const subnet = (name: string, ipCidrRange: string, region: string) =>
      gcp.create("gcp:compute/subnetwork:Subnetwork", name, { name, network: "main", ipCidrRange, region });
    await subnet("small", "10.8.1.0/27", "europe-west1");
    await subnet("far", "10.8.2.0/26", "us-central1");
    await subnet("run", "10.8.0.0/26", "europe-west1");
    await assert.rejects(
      run("small"),
      /The subnet small has the range 10\.8\.1\.0\/27\. Direct VPC egress needs a \/26 or larger/,
    );
    await assert.rejects(run("projects/sandbox-project/regions/us-central1/subnetworks/far"), /is in us-central1/);
    await assert.rejects(run("run", "other"), /the subnet run belongs to the network .*main, not to other/);
    await run("run");
    assert.deepEqual(artefacts().reach, {
      zones: [],
      network: {
        name: "projects/sandbox-project/global/networks/main",
        subnetRanges: ["10.8.1.0/27", "10.8.2.0/26", "10.8.0.0/26"],
        egressRules: [],
        sessions: [],
      },
    });
    const connector = { vpcAccess: { connector: "old", egress: "PRIVATE_RANGES_ONLY" } };
    assert.deepEqual(await failures(service({ template: connector })), [
      'template.vpcAccess.connector: "old" is not modelled in the sandbox for a service with Envoy; use networkInterfaces',
    ]);
  });

  it("keeps the configuration of its revision: a later content of the object belongs to the next one", async () => {
    const file = await object('{"node":{"id":"1"}}');
    const created = await gcp.create(serviceType, "companion", service());
    await gcp.update(file, { ...file.inputs, content: '{"node":{"id":"2"}}' });
    assert.equal(artefacts().document, '{"node":{"id":"1"}}');
    await gcp.update(created, { ...created.inputs, labels: { revision: "2" } });
    assert.equal(artefacts().document, '{"node":{"id":"2"}}');
  });

  it("is replaced by another name or location, and an object by another name or bucket", async () => {
    const file = await object();
    const created = await gcp.create(serviceType, "companion", service());
    const change = { name: "other", location: "europe-west3", ingress: "INGRESS_TRAFFIC_ALL" };
    assert.deepEqual(await gcp.diff(created, { ...created.inputs, ...change }), {
      ingress: "add",
      location: "update-replace",
      name: "update-replace",
    });
    assert.deepEqual(await gcp.diff(file, { bucket: "a", name: "b", content: "c" }), {
      bucket: "update-replace",
      content: "update",
      name: "update-replace",
    });
  });

  it("is not deleted under deletion protection, which is the default", async () => {
    await object();
    const { deletionProtection: _left, ...inputs } = service();
    const created = await gcp.create(serviceType, "companion", inputs);
    assert.equal(created.outputs.deletionProtection, true);
    await assert.rejects(gcp.delete(created), /cannot destroy service without setting deletion_protection=false/);
    assert.equal(cloud.gateways.served.length, 1);
    await gcp.delete(await gcp.update(created, { ...inputs, deletionProtection: false }));
  });

  it("may be invoked by the members of all its grants, until they are deleted", async () => {
    await object();
    await gcp.create(serviceType, "companion", service({ invokerIamDisabled: true }));
    const target = { name: "companion", location: "europe-west1" };
    const member = await gcp.create(memberType, "a", { ...target, role: "roles/run.invoker", member: caller });
    const binding = await gcp.create(bindingType, "b", { name: id, role: "roles/run.invoker", members: ["allUsers"] });
    const policyData = JSON.stringify({ bindings: [{ role: "roles/run.invoker", members: ["user:ann@example.com"] }] });
    await gcp.create(policyType, "c", { ...target, policyData });
    await gcp.create(memberType, "d", { ...target, role: "roles/run.viewer", member: "group:all@example.com" });
    assert.deepEqual([artefacts().invokers, artefacts().isOpen], [["allUsers", caller, "user:ann@example.com"], true]);
    // The replacement of a resource exists beside it, with the same URN.
    const next = await gcp.create(memberType, "a", { ...member.inputs, name: "another" });
    assert.deepEqual(artefacts().invokers, ["allUsers", caller, "user:ann@example.com"]);
    await gcp.update(binding, { ...binding.inputs, members: ["user:bob@example.com"] });
    await gcp.delete(member);
    await gcp.delete(next);
    assert.deepEqual(artefacts().invokers, ["user:ann@example.com", "user:bob@example.com"]);
  });

  it("may be invoked by whoever may by the roles of its project", async () => {
    await object();
    await gcp.create(serviceType, "companion", service());
    const role = async (role: string, more: Properties = {}) =>
      gcp.create("gcp:projects/iAMMember:IAMMember", role, {
        project: "sandbox-project",
        role,
        member: caller,
        ...more,
      });
    for (const invoking of ["roles/run.invoker", "roles/run.admin", "roles/editor", "roles/owner"]) {
      const grant = await role(invoking);
      assert.deepEqual(artefacts().invokers, [caller], invoking);
      await gcp.delete(grant);
    }
    await role("roles/run.invoker", { project: "another" });
    await role("roles/viewer", { member: "group:all@example.com" });
    assert.deepEqual(artefacts().invokers, []);
    await assert.rejects(
      role("roles/run.invoker", { member: "group:all@example.com" }),
      /member: "group:all@example\.com" is not modelled in the sandbox/,
    );
  });

  it("is refused at preview with each argument that decides requests and is not modelled", async () => {
    const rule = (what: string, instead: string) =>
      `${what} is not modelled in the sandbox for a service with Envoy; ${instead}`;
    const sidecar = { image: "docker.io/library/redis" };
    const latest = { type: "TRAFFIC_TARGET_ALLOCATION_TYPE_LATEST", percent: 90 };
    const cases: readonly (readonly [Properties, string])[] = [
      [
        service({ ingress: "INGRESS_TRAFFIC_INTERNAL_ONLY" }),
        `ingress: ${rule('"INGRESS_TRAFFIC_INTERNAL_ONLY"', "use INGRESS_TRAFFIC_ALL")}`,
      ],
      [
        service({ traffics: [latest] }),
        `traffics: ${rule("traffics", "send 100 percent to TRAFFIC_TARGET_ALLOCATION_TYPE_LATEST")}`,
      ],
      [service({ iapEnabled: true }), `iapEnabled: ${rule("iapEnabled", "leave it out here")}`],
      [
        service({ template: { containers: [{ image, args: ["-c", "/x"] }, sidecar] } }),
        `template.containers: ${rule('"2 containers"', "declare Envoy alone")}`,
      ],
      [
        service({ container: { ports: { name: "h2c" } } }),
        `template.containers[0].ports.name: ${rule('"h2c"', "use http1")}`,
      ],
      [
        service({ container: { startupProbe: { httpGet: { path: "/", port: 9901 } } } }),
        `template.containers[0].startupProbe.httpGet.port: ${rule("startupProbe.httpGet.port", "probe a path of the container's port")}`,
      ],
      [
        service({ container: { commands: ["/bin/sh"] } }),
        `template.containers[0].commands: ${rule("template.containers[0].commands", "leave it out: the image starts Envoy")}`,
      ],
      [service({ container: { args: ["-c", UNKNOWN, "--config-yaml", "{}"] } }), ""],
      [
        service({ container: { args: ["-c", "/x", "--config-yaml", "{}"] } }),
        'template.containers[0].args: the argument "--config-yaml" of Envoy is not modelled in the sandbox; leave it out',
      ],
      [
        service({ template: { volumes: [{ name: "config", emptyDir: { medium: "MEMORY" } }] } }),
        "template.volumes[0].emptyDir: a volume of the kind emptyDir is not modelled in the sandbox for a service with Envoy; use gcs or secret",
      ],
      [
        service({ template: { volumes: [{ name: "config", gcs: { bucket: "b", mountOptions: ["only-dir=x"] } }] } }),
        'template.volumes[0].gcs.mountOptions: "only-dir=x" is not modelled in the sandbox; leave it out here',
      ],
      [
        service({ name: "c".repeat(50) }),
        `name: "${"c".repeat(50)}" must begin with a letter, contain only lower-case letters, digits and hyphens, not end with a hyphen, and have fewer than 50 characters`,
      ],
    ];
    for (const [inputs, failure] of cases) assert.deepEqual(await failures(inputs), failure === "" ? [] : [failure]);
  });

  it("runs Envoy in the version of the set-up alone, from any registry", async () => {
    assert.equal(ENVOY_VERSION, PINNED_ENVOY);
    const image = async (reference: string) => (await failures(service({ container: { image: reference } })))[0];
    for (const prefix of ["", "docker.io/", "europe-docker.pkg.dev/p/hub/", "localhost:5000/"]) {
      assert.equal(await image(`${prefix}envoyproxy/envoy:v${ENVOY_VERSION}`), undefined);
      assert.match(
        (await image(`${prefix}envoyproxy/envoy:v1.36.2`)) ?? "",
        /^template\.containers\[0\]\.image: the image v1\.36\.2 is not modelled in the sandbox, which runs Envoy 1\.39\.1; use the tag/,
      );
    }
    assert.match((await image(`envoyproxy/envoy@sha256:${"0".repeat(64)}`)) ?? "", /an image without a tag/);
    assert.match((await image(`envoyproxy/envoy:contrib-v${ENVOY_VERSION}`)) ?? "", /contrib-v/);
  });

  it("is refused when it is deployed without a readable configuration", async () => {
    const create = () => gcp.create(serviceType, "companion", service());
    await assert.rejects(
      create(),
      /Envoy cannot read \/etc\/envoy-config\/envoy-1\.json: gs:\/\/files\/envoy-1\.json has no content/,
    );
    await object();
    await assert.rejects(
      gcp.create(serviceType, "companion", service({ container: { args: ["-c", "/etc/envoy/envoy.yaml"] } })),
      /Envoy cannot read \/etc\/envoy\/envoy\.yaml: no Cloud Storage volume contains it/,
    );
    await create();
    await assert.rejects(create(), /409: projects\/.*\/services\/companion already exists/);
  });

  it("is refused grants that the sandbox cannot compare with a token", async () => {
    await object();
    await gcp.create(serviceType, "companion", service());
    const grant = (more: Properties) =>
      failures(
        { name: "companion", location: "europe-west1", role: "roles/run.invoker", member: caller, ...more },
        memberType,
      );
    const refused = (property: string, what: string, instead: string) => [
      `${property}: ${what} is not modelled in the sandbox for a service with Envoy; ${instead}`,
    ];
    assert.deepEqual(await grant({}), []);
    assert.deepEqual(await grant({ member: UNKNOWN }), []);
    assert.deepEqual(
      await grant({ member: "group:ops@example.com" }),
      refused("member", '"group:ops@example.com"', "use serviceAccount:EMAIL"),
    );
    assert.deepEqual(
      await grant({ role: "roles/run.developer" }),
      refused("role", '"roles/run.developer"', "use roles/run.invoker"),
    );
    const condition = { title: "t", expression: "true" };
    assert.deepEqual(await grant({ condition }), refused("condition", "a condition", "leave it out here"));
    assert.deepEqual(await grant({ name: "another", member: "group:ops@example.com" }), []);
  });

  it("of another image is stored with all its arguments, and leads no request anywhere", async () => {
    const other = service({
      ingress: "INGRESS_TRAFFIC_INTERNAL_ONLY",
      container: { image: "example/app", args: ["--x"] },
    });
    const created = await gcp.create(serviceType, "companion", other);
    assert.equal(created.outputs.ingress, other.ingress);
    assert.deepEqual(cloud.gateways.served, []);
    await object();
    const group = {
      name: "companion",
      location: "europe-west1",
      role: "roles/run.invoker",
      member: "group:a@example.com",
    };
    const grant = await gcp.create(memberType, "group", group);
    await assert.rejects(gcp.update(created, service()), /"group:a@example\.com" is not modelled in the sandbox/);
    await gcp.delete(grant);
    const envoy = await gcp.update(created, service());
    assert.equal(artefacts().service, id);
    await gcp.update(envoy, other);
    assert.deepEqual(cloud.gateways.served, []);
  });

  it("gives the gateway's service account to its ID tokens", async () => {
    await gcp.create("gcp:apigateway/api:Api", "api", { apiId: "orders" });
    const contents = Buffer.from('{"swagger":"2.0"}').toString("base64");
    const served = async (googleServiceAccount: string) => {
      const config = await gcp.create("gcp:apigateway/apiConfig:ApiConfig", googleServiceAccount, {
        api: "orders",
        openapiDocuments: [{ document: { path: "a.json", contents } }],
        gatewayConfig: { backendConfig: { googleServiceAccount } },
      });
      const gateway = await gcp.create("gcp:apigateway/gateway:Gateway", "g", { gatewayId: "g", apiConfig: config.id });
      const [{ artefacts } = {}] = cloud.gateways.served;
      await gcp.delete(gateway);
      return artefacts?.kind === "gcp-api-gateway" && artefacts.serviceAccount;
    };
    assert.equal(await served("caller@p.iam.gserviceaccount.com"), "caller@p.iam.gserviceaccount.com");
    assert.equal(
      await served("projects/p/serviceAccounts/caller@p.iam.gserviceaccount.com"),
      "caller@p.iam.gserviceaccount.com",
    );
  });

  it("shares no account id with another service account", async () => {
    const account = (name: string) => gcp.create("gcp:serviceaccount/account:Account", name, { accountId: "caller" });
    await account("first");
    await assert.rejects(
      account("second"),
      /409: .*serviceAccounts\/caller@sandbox-project\.iam\.gserviceaccount\.com already exists/,
    );
  });
});
