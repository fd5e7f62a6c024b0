import assert from "node:assert/strict";
import { checkBindings } from "../../../../components/api/binding/check.ts";
import { placeholders } from "../../../../components/api/binding/placeholders.ts";
import { normalise } from "../../../../components/api/check/normalise.ts";
import type { Problem } from "../../../../components/api/problem.ts";
import { refusalsOf } from "../../../../components/gateway/refusals.ts";
import type { Target } from "../../../../components/gateway/target.ts";
import { gcpApiGatewayWithCompanion } from "../../../../components/gcp/companion/capabilities.ts";
import {
  checkCompanion,
  checkCompanionBindings,
  companionCautions,
} from "../../../../components/gcp/companion/check.ts";
import { companionConfiguration } from "../../../../components/gcp/companion/configuration.ts";
import type { EnvoyConfiguration } from "../../../../components/gcp/companion/envoy.ts";
import { companionLinks, privateNetworkOf } from "../../../../components/gcp/link/link.ts";
import { findEnvoy } from "../../../../engine/index.ts";
import { validateBootstrap } from "../../../../sandbox/data-plane/envoy/validation.ts";
import { shopApi, shopBindings } from "../../../support/components/gcp/companion/shop-api.ts";

const open = { auth: "anyone" };
const codes = (problems: readonly Problem[]): readonly string[] => problems.map(({ code }) => code);
const ofRoute = (key: string, more: object = {}): readonly Problem[] =>
  checkCompanion(shopApi({ [key]: { ...open, ...more } }));

/** The target of a gateway with a companion, as far as it checks. */
const target: Target<EnvoyConfiguration> = {
  capabilities: gcpApiGatewayWithCompanion,
  resources: () => 10,
  links: companionLinks,
  check: checkCompanion,
  checkTogether: checkCompanionBindings,
  cautions: companionCautions,
  compile: companionConfiguration,
  artefacts: () => ({}),
};

describe("The check of a companion", () => {
  it("rejects paths that Cloud Run does not deliver, and names the way out", () => {
    assert.deepEqual(ofRoute("GET /eventlog"), [
      {
        code: "reserved-path",
        route: "GET /eventlog",
        vendor: "gcp",
        rule: 'Cloud Run does not deliver "/eventlog" to the companion, so that the route could not be called.',
        remedy: "Rename the route's path. The path at the backend may stay: write it as path.",
      },
    ]);
    assert.deepEqual(codes(ofRoute("GET /_ah/{rest+}")), ["reserved-path"]);
    assert.deepEqual(codes(ofRoute("GET /_ah")), ["reserved-path"]);
    for (const key of ["GET /eventlog/a", "GET /a/eventlog", "GET /a/_ah/b", "GET /logs"])
      assert.deepEqual(ofRoute(key), []);
    assert.deepEqual(ofRoute("GET /logs", { path: "/eventlog" }), []);
  });

  it("warns of a literal path that ends in z", () => {
    const cautions = companionCautions(
      shopApi({ "GET /healthz": open, "GET /z/{x}": open, "GET /{z}": open, "GET /": open }),
    );
    assert.deepEqual(
      cautions.map(({ route }) => route),
      ["GET /healthz"],
    );
  });

  it("rejects a header that is longer than Envoy accepts, and Envoy accepts the longest that passes", async () => {
    const set = (value: string) => ({ requestHeaders: { set: { "x-long": value } } });
    const longest = "%".repeat(8_192);
    assert.deepEqual(codes(ofRoute("GET /a", set(`${longest}a`))), ["header-too-long"]);
    const reply = { reply: { status: 200, headers: { "x-long": "a".repeat(16_385) } } };
    assert.deepEqual(codes(ofRoute("GET /a", reply)), ["header-too-long"]);
    assert.deepEqual(ofRoute("GET /a", set(longest)), []);
    const { program } = findEnvoy();
    const compiled = (value: string) => ({
      ...companionConfiguration(shopApi({ "GET /a": { ...open, ...set(value) } }), shopBindings),
    });
    await validateBootstrap(program, compiled(longest));
    await assert.rejects(validateBootstrap(program, compiled(`${longest}a`)), /at most 16384 bytes/);
  }).timeout(20_000);

  it("rejects a path at the backend with more parameters than Envoy moves", () => {
    const names = "abcdefghij".split("");
    const key = `GET /${names.map((name) => `{${name}}`).join("/")}`;
    const path = (used: readonly string[]): string => `/${used.map((name) => `{${name}}`).join("/")}`;
    assert.deepEqual(codes(ofRoute(key, { path: path(names.toReversed()) })), ["too-many-moved"]);
    assert.deepEqual(ofRoute(key, { path: path(names.slice(1).toReversed()) }), []);
    assert.deepEqual(ofRoute(key, { path: `/v2${path(names)}` }), []);
  });

  it("rejects a time-out after which Cloud Run would already have ended the request", () => {
    assert.deepEqual(codes(ofRoute("GET /a", { timeoutSeconds: 3_591 })), ["timeout-too-long"]);
    assert.deepEqual(ofRoute("GET /a", { timeoutSeconds: 3_590 }), []);
  });

  it("accepts the placeholders of a preview", () => {
    const api = normalise({
      version: 1,
      backends: { erp: { kind: "onPrem" }, depot: { kind: "onPrem" }, shop: { kind: "http" } },
      auth: { staff: { kind: "jwt" } },
      default: { auth: "staff" },
      routes: { "GET /a": { to: "erp" }, "GET /b": { to: "depot" }, "GET /c": { to: "shop" } },
    });
    assert.deepEqual(refusalsOf(target, api, placeholders(api, target)), []);
  });
});

describe("The check of a companion's bindings", () => {
  const api = normalise({
    version: 1,
    backends: { depot: { kind: "onPrem" }, erp: { kind: "onPrem" }, unused: { kind: "onPrem" } },
    auth: {
      staff: { kind: "jwt", audiences: ["orders"] },
      nobody: { kind: "jwt", audiences: ["x"] },
      anyone: { kind: "open", reason: "a test" },
    },
    default: { auth: "staff" },
    routes: { "GET /a": { to: "depot" }, "GET /b": { to: "erp" } },
  });
  const link = {
    network: "projects/shop/global/networks/main",
    subnetwork: "projects/shop/regions/europe-west1/subnetworks/run",
  };
  const auth = {
    staff: { issuer: "https://login.example.com", jwksUri: "https://login.example.com/keys" },
    nobody: { issuer: "https://nobody.example.com" },
  };
  const backends = {
    depot: { url: "https://depot.corp.example", link },
    erp: { url: "https://10.1.2.3:8443/base", link: { ...link, serverName: "erp.corp.example" } },
    unused: { url: "https://unused.corp.example", link: { network: "other", subnetwork: "other" } },
  };

  it("accepts links that name one network, and an unused auth without the URL of its keys", () => {
    assert.deepEqual(refusalsOf(target, api, { backends, auth }), []);
    assert.deepEqual(privateNetworkOf(api, { backends, auth }), link);
    assert.equal(privateNetworkOf(shopApi({ "GET /a": open }), shopBindings), undefined);
  });

  it("rejects an issuer without the URL of its keys, and names where it is", () => {
    const bindings = { backends, auth: { ...auth, staff: { issuer: "https://login.example.com" } } };
    assert.deepEqual(refusalsOf(target, api, bindings), [
      {
        code: "no-jwks-uri",
        vendor: "gcp",
        feature: "auth.jwt",
        place: "auth.staff.jwksUri",
        rule: 'The companion reads the keys of an issuer at their own URL, since Envoy reads no discovery document. None is bound to the auth "staff".',
        remedy:
          'Write auth: { "staff": { issuer, jwksUri: "https://..." } }, with the `jwks_uri` of the issuer\'s discovery document.',
      },
    ]);
  });

  it("rejects links to several networks or subnetworks", () => {
    const to = (other: object) => ({
      backends: { ...backends, erp: { ...backends.erp, link: { ...link, ...other } } },
      auth,
    });
    assert.deepEqual(checkCompanionBindings(api, to({ network: "other" })), [
      {
        code: "several-networks",
        vendor: "gcp",
        feature: "backend.onPrem",
        place: "backends.erp.link.network",
        rule: 'A companion has one network interface, but the links of "depot" and "erp" name two: network is "projects/shop/global/networks/main" in one and "other" in the other.',
        remedy: "Write the same network in all links, in the same form, and let that network route to all sites.",
      },
    ]);
    const [problem, ...more] = checkCompanionBindings(api, to({ subnetwork: "other" }));
    assert.deepEqual([problem?.code, problem?.place, more], ["several-networks", "backends.erp.link.subnetwork", []]);
  });

  it("compares only the networks that are known", () => {
    const erp = { ...backends.erp, link: companionLinks.placeholder({}) };
    assert.deepEqual(checkCompanionBindings(api, { backends: { ...backends, erp }, auth }), []);
    assert.deepEqual(checkCompanionBindings(api, { backends: { ...backends, depot: erp }, auth }), []);
  });

  it("rejects a link's certificate options for a URL without TLS, of which they would be dropped", () => {
    const erp = { url: "http://10.1.2.3:8080", link: { ...link, serverName: "erp.corp.example" } };
    assert.deepEqual(checkCompanionBindings(api, { backends: { ...backends, erp }, auth }), [
      {
        code: "certificate-not-used",
        vendor: "gcp",
        feature: "backend.onPrem",
        place: "backends.erp.link.serverName",
        rule: 'The URL of the backend "erp" has the scheme http, so that no certificate is checked and serverName is not used.',
        remedy: "Write an https URL, or remove serverName from the link.",
      },
    ]);
    const unknown = { url: "http://10.1.2.3:8080", link: companionLinks.placeholder({}) };
    assert.deepEqual(checkCompanionBindings(api, { backends: { ...backends, erp: unknown }, auth }), []);
  });

  it("rejects addresses that Cloud Run cannot reach", () => {
    const at = (url: string) => checkCompanionBindings(api, { backends: { ...backends, erp: { url, link } }, auth });
    for (const url of ["https://192.168.1.7", "http://192.168.1.255:81", "https://192.168.1.0/a"]) {
      assert.deepEqual(codes(at(url)), ["unreachable-address"], url);
    }
    for (const url of ["https://192.168.11.7", "https://192.168.1.7.example.com", "https://10.0.0.1"]) {
      assert.deepEqual(at(url), [], url);
    }
  });

  it("reports malformed bindings once, and throws nothing", () => {
    for (const broken of [
      undefined,
      null,
      7,
      "x",
      {},
      { url: 7, link: "x" },
      { url: "https://a.example", link: null },
    ]) {
      const bindings = { backends: { ...backends, erp: broken }, auth: { ...auth, staff: broken } } as never;
      assert.notDeepEqual(refusalsOf(target, api, bindings), [], JSON.stringify(broken));
    }
  });

  it("checks each member of a link, and names the fault", () => {
    const faults = (changed: object) => {
      const bindings = {
        backends: { ...backends, erp: { ...backends.erp, link: { ...link, ...changed } } },
        auth,
      } as never;
      return checkBindings(api, bindings, target).map(({ code, place, rule }) => [code, place, rule]);
    };
    const certificate = companionLinks.placeholder({}).certificateAuthority ?? "";
    assert.deepEqual(faults({ certificateAuthority: `${certificate}\n${certificate}` }), []);
    assert.deepEqual(faults({ network: "https://www.googleapis.com/compute/v1/projects/shop/global/networks/main" }), [
      [
        "bad-link",
        "backends.erp.link.network",
        'network must be the name or the `id` of a VPC network, e.g. "projects/shop/global/networks/main". This is "https://www.googleapis.com/compute/v1/projects/shop/global/networks/main".',
      ],
    ]);
    const bad = [
      { network: "" },
      { subnetwork: "projects/shop/global/networks/main" },
      { subnetwork: undefined },
      { serverName: "*.example.com" },
      { serverName: "a..b" },
      { certificateAuthority: "" },
      { certificateAuthority: certificate.replace("MII", "MIX") },
      { certificateAuthority: `${certificate}x` },
      { vpcLinkId: "abc" },
    ];
    for (const changed of bad) {
      const [[code, place] = [], ...more] = faults(changed);
      // A member without a value makes a link that is no record of texts.
      const at = Object.values(changed)[0] === undefined ? "" : `.${Object.keys(changed)[0]}`;
      assert.deepEqual([code, place, more.length], ["bad-link", `backends.erp.link${at}`, 0], JSON.stringify(changed));
    }
    const { subnetwork: _, ...incomplete } = link;
    const bindings = { backends: { ...backends, depot: { ...backends.depot, link: incomplete } }, auth };
    assert.deepEqual(
      checkBindings(api, bindings, target).map(({ place }) => place),
      ["backends.depot.link.subnetwork"],
    );
  });
});
