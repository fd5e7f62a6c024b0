import assert from "node:assert/strict";
import * as pulumi from "@pulumi/pulumi";
import type { Bindings } from "../../../components/api/binding/binding.ts";
import type { LinkForm } from "../../../components/api/binding/link.ts";
import type { Capabilities, Support } from "../../../components/api/capability/capabilities.ts";
import { type Feature, features } from "../../../components/api/capability/features.ts";
import { apiKey, type Description, http, jwt, onPrem, open } from "../../../components/api/description.ts";
import { PolygateError, type Problem } from "../../../components/api/problem.ts";
import { announce, type PlanArgs, plan } from "../../../components/gateway/gateway.ts";
import type { Target } from "../../../components/gateway/target.ts";

const api: Description = {
  version: 1,
  backends: { shop: http() },
  auth: { staff: jwt({ audiences: ["shop"] }), anyone: open("public") },
  default: { auth: "staff" },
  routes: {
    "GET /items/{id}": { to: "shop", limits: [{ requests: 1, per: "minute", by: "ip" }] },
    "GET /items/special": { to: "shop" },
    "GET /public": { to: "shop", auth: "anyone" },
  },
};
const backends = { shop: { url: "https://shop.example.com" } };
const auth = { staff: { issuer: "https://login.example.com" } };

/** A vendor that carries everything but limits and scopes; its document is what it is compiled from. */
function target(seen: Bindings[] = []): Target<string> {
  const lacks: readonly Feature[] = ["limits.ip", "auth.scopes"];
  const support = (feature: Feature): Support =>
    lacks.includes(feature)
      ? { support: "none", why: "it cannot", instead: "Do without." }
      : { support: "native", how: "it can" };
  const table = Object.fromEntries((Object.keys(features) as Feature[]).map((name) => [name, support(name)]));
  return {
    capabilities: {
      vendor: "aws",
      className: "TestGateway",
      features: table as Capabilities["features"],
      limitPrecision: "",
      limits: {},
      divergences: [],
      noEscape: [],
    },
    resources: () => 1,
    check: () => [],
    cautions: ({ routes }) =>
      routes.slice(0, 1).map(({ key: route }) => ({ route, what: "who knows", advice: "Try it." })),
    compile: (carried, bindings) => {
      seen.push(bindings);
      return JSON.stringify([carried.routes.map(({ key }) => key), bindings]);
    },
    artefacts: (document) => ({ document }),
  };
}

function refusedFor(args: Partial<PlanArgs>): readonly Problem[] {
  try {
    plan("The gateway", { api, backends, auth, waive: { limits: "elsewhere" }, ...args }, target());
  } catch (error) {
    if (error instanceof PolygateError) return error.problems;
    throw error;
  }
  return [];
}

/** What an output comes to, or why it comes to nothing. */
async function resolved<T>(output: pulumi.Output<T>): Promise<T> {
  return (output as unknown as { promise(): Promise<T> }).promise();
}

describe("the plan of a gateway", () => {
  before(async () => {
    await pulumi.runtime.setMocks({
      newResource: ({ name, inputs }) => ({ id: name, state: inputs }),
      call: ({ inputs }) => inputs,
    });
  });

  it("says what is open, waived, left out and unverified", () => {
    const { report } = plan(
      "The gateway",
      { api, backends, auth, waive: { limits: "elsewhere" }, omit: { "GET /public": "not here" } },
      target(),
    );
    assert.deepEqual(report, {
      flavour: "TestGateway",
      vendor: "aws",
      routes: 2,
      open: [],
      waived: [{ what: "limits", reason: "elsewhere", routes: ["GET /items/{id}"] }],
      omitted: [{ route: "GET /public", reason: "not here" }],
      cautions: [{ route: "GET /items/special", what: "who knows", advice: "Try it." }],
    });
    assert.deepEqual(
      plan("The gateway", { api, backends, auth, waive: { limits: "elsewhere" } }, target()).report.open,
      [{ route: "GET /public", reason: "public" }],
    );
  });

  it("refuses at once what the vendor lacks, with the way out", () => {
    assert.deepEqual(refusedFor({ waive: {} }), [
      {
        code: "not-carried",
        route: "GET /items/{id}",
        feature: "limits.ip",
        vendor: "aws",
        rule: "TestGateway does not support limits per minute by client address: it cannot.",
        remedy: 'Do without. Or do without it: waive: { limits: "why that is safe" }.',
      },
    ]);
  });

  it("waives neither authentication nor scopes, and nothing without a reason", () => {
    const scoped = { ...api, routes: { "GET /a": { to: "shop", scopes: ["a"] } } } as Description;
    for (const what of ["auth", "scopes", "auth.jwt", "auth.scopes", "headers"]) {
      const found = refusedFor({ api: scoped, waive: { [what]: "because" } as NonNullable<PlanArgs["waive"]> });
      assert.deepEqual(
        found.map(({ code, place, feature }) => [code, place ?? feature]),
        [
          ["not-carried", "auth.scopes"],
          ["not-waivable", `waive.${what}`],
        ],
      );
    }
    assert.deepEqual(
      refusedFor({ waive: { limits: " " } }).map(({ code, place }) => [code, place]),
      [["empty", "waive.limits"]],
    );
  });

  it("compiles with a placeholder what is not known yet, and again when it is", async () => {
    const seen: Bindings[] = [];
    const url = pulumi.output(Promise.resolve("https://made.example.com"));
    const { document } = plan(
      "The gateway",
      { api, backends: { shop: { url } }, auth, waive: { limits: "elsewhere" } },
      target(seen),
    );
    assert.deepEqual(seen, [{ backends: { shop: { url: "https://shop.backend.invalid" } }, auth }]);
    assert.deepEqual(JSON.parse(await resolved(document))[1], {
      backends: { shop: { url: "https://made.example.com" } },
      auth,
    });
  });

  it("stands in for a link as a whole and for each of its values, by what the vendor's class says goes with the rest", async () => {
    const seen: Bindings[] = [];
    const asked: unknown[] = [];
    const links: LinkForm = {
      remedy: "Bind a link.",
      placeholder: (known) => {
        asked.push(known);
        return { kind: "way", id: "instead", of: String(known.of ?? "nothing") };
      },
      check: ({ id }, place) =>
        id === "bad" ? [{ code: "bad-link", place: `${place}.id`, rule: "it is bad", remedy: "Change it." }] : [],
    };
    const linked: Description = { ...api, backends: { shop: onPrem() }, routes: { "GET /": { to: "shop" } } };
    const url = "https://shop.example.com";
    const later = <T>(value: T) => pulumi.output(Promise.resolve(value));
    const planned = (link: unknown) =>
      plan(
        "The gateway",
        { api: linked, backends: { shop: { url, link } } as never, auth },
        { ...target(seen), links },
      );
    const link = { kind: "way", id: "a1", of: "this" };
    for (const given of [later(link), { ...link, id: later("a1") }, { ...link, id: Promise.resolve("a1") }]) {
      const { document } = planned(given);
      assert.deepEqual(JSON.parse(await resolved(document))[1].backends, { shop: { url, link } });
    }
    const links1 = seen.filter((_, index) => index % 2 === 0).map(({ backends: { shop } }) => shop);
    assert.deepEqual(links1, [
      { url, link: { kind: "way", id: "instead", of: "nothing" } },
      { url, link: { kind: "way", id: "instead", of: "this" } },
      { url, link: { kind: "way", id: "instead", of: "this" } },
    ]);
    assert.deepEqual(asked.at(-1), { kind: "way", of: "this" });
    assert.throws(() => planned({ ...link, id: "bad" }), /backends\.shop\.link\.id: it is bad/);
    await assert.rejects(
      resolved(planned(later({ ...link, id: "bad" })).document),
      /backends\.shop\.link\.id: it is bad/,
    );
    await assert.rejects(resolved(planned({ ...link, id: pulumi.secret("a1") }).document), /\[secret-binding\]/);
  });

  it("takes a promise for a binding as well", async () => {
    const issuer = Promise.resolve("https://made.example.com");
    const { document } = plan(
      "The gateway",
      { api, backends, auth: { staff: { issuer } }, waive: { limits: "elsewhere" } },
      target(),
    );
    assert.equal(JSON.parse(await resolved(document))[1].auth.staff.issuer, "https://made.example.com");
  });

  it("refuses a binding that turns out to be none", async () => {
    const { document } = plan(
      "The gateway",
      { api, backends: { shop: { url: pulumi.output("ftp://shop") } }, auth, waive: { limits: "elsewhere" } },
      target(),
    );
    await assert.rejects(resolved(document), /backends\.shop\.url/);
  });

  it("refuses a secret: a document is no place for it", async () => {
    const { document } = plan(
      "The gateway",
      {
        api,
        backends: { shop: { url: pulumi.secret("https://shop.example.com") } },
        auth,
        waive: { limits: "elsewhere" },
      },
      target(),
    );
    await assert.rejects(resolved(document), (error) => {
      assert.ok(error instanceof PolygateError);
      assert.deepEqual(error.problems, [
        {
          code: "secret-binding",
          place: "backends, auth",
          rule: "a binding is a secret, and the gateway's document is not a place for secrets",
          remedy: "Bind a URL without a secret in it, or mark it with pulumi.unsecret if it is none.",
        },
      ]);
      return true;
    });
  });

  it("refuses bindings that are missing, too many or malformed", () => {
    assert.deepEqual(
      refusedFor({ backends: { shpo: { url: "https://shop.example.com" } }, auth: {} }).map(({ code, place }) => [
        code,
        place,
      ]),
      [
        ["missing-binding", "backends.shop"],
        ["unknown-binding", "backends.shpo"],
        ["missing-binding", "auth.staff"],
      ],
    );
    for (const url of [
      "",
      "shop.example.com",
      "https://user:key@shop.example.com",
      "https://a/?q",
      "https://a/#f",
      "https://a b",
    ]) {
      assert.deepEqual(
        refusedFor({ backends: { shop: { url } } }).map(({ code, place }) => [code, place]),
        [["bad-url", "backends.shop.url"]],
        url,
      );
    }
    for (const issuer of ["", "http://login.example.com", "login.example.com", "https://login.example.com/?a"]) {
      assert.deepEqual(
        refusedFor({ auth: { staff: { issuer } } }).map(({ code, place }) => [code, place]),
        [["bad-issuer", "auth.staff.issuer"]],
        issuer,
      );
    }
  });

  it("says in one error what is wrong with waivers, bindings and what is left out", () => {
    const found = refusedFor({
      waive: {},
      omit: { "GET /other": "why" },
      backends: { shop: { url: "ftp://shop" } },
      auth: { staff: { issuer: "" } },
    });
    assert.deepEqual(
      found.map(({ code, place, route }) => [code, place ?? route]),
      [
        ["not-carried", "GET /items/{id}"],
        ["unknown-route", 'omit["GET /other"]'],
        ["bad-url", "backends.shop.url"],
        ["bad-issuer", "auth.staff.issuer"],
      ],
    );
  });

  it("does not wait for bindings to say what is wrong with the rest", () => {
    const url = pulumi.output(new Promise<string>(() => undefined));
    assert.deepEqual(
      refusedFor({ waive: {}, backends: { shop: { url } } }).map(({ code }) => code),
      ["not-carried"],
    );
    const broken: Target<string> = {
      ...target(),
      compile: () => {
        throw new PolygateError("The document", [{ code: "too-large", rule: "too large", remedy: "Make it smaller." }]);
      },
    };
    assert.throws(
      () => plan("The gateway", { api, backends: { shop: { url } }, auth, waive: { limits: "why" } }, broken),
      /too large/,
    );
  });

  it("leaves out only routes that there are, for a reason, and that nothing wider would then answer", () => {
    const omitted = (omit: Record<string, string>) =>
      refusedFor({ omit }).map(({ code, place, route }) => [code, place ?? route]);
    assert.deepEqual(omitted({ "GET /other": "why" }), [["unknown-route", 'omit["GET /other"]']]);
    assert.deepEqual(omitted({ "GET /public": "" }), [["empty", 'omit["GET /public"]']]);
    assert.deepEqual(omitted({ "GET /items/special": "why" }), [["omitted-falls-through", "GET /items/special"]]);
    assert.deepEqual(omitted({ "GET /items/special": "why", "GET /items/{id}": "why" }), []);
    assert.deepEqual(omitted({ "GET /items/special": "why", "GET /items/{id}": "why", "GET /public": "why" }), [
      ["no-routes", "omit"],
    ]);
  });

  it("has plans that say nothing of routes that are left out", () => {
    const limits = [{ requests: 1, per: "second" }] as const;
    const keyed: Description = {
      version: 1,
      backends: { shop: http() },
      auth: { partners: apiKey() },
      default: { auth: "partners" },
      plans: { free: {}, gold: { limits, routes: { "GET /items": limits, "POST /items": limits } } },
      routes: { "GET /items": { to: "shop" }, "POST /items": { to: "shop" } },
    };
    const { api: planned } = plan(
      "The gateway",
      { api: keyed, backends, omit: { "POST /items": "read only here" } },
      target(),
    );
    assert.deepEqual(JSON.parse(JSON.stringify(planned.plans)), {
      free: { limits: [], routes: {} },
      gold: { limits, routes: { "GET /items": limits } },
    });
  });
});

describe("what a gateway announces", () => {
  it("is, at every preview and update, each open route, waiver and route left out, with its reason", async () => {
    await pulumi.runtime.setMocks({
      newResource: ({ name, inputs }) => ({ id: name, state: inputs }),
      call: ({ inputs }) => inputs,
    });
    const said: string[] = [];
    const { log, warn } = console;
    console.log = console.warn = (text: string) => said.push(text);
    try {
      announce(
        {
          flavour: "TestGateway",
          vendor: "aws",
          routes: 3,
          open: [{ route: "GET /public", reason: "the catalogue is public" }],
          waived: [
            { what: "limits", reason: "the load balancer limits", routes: ["GET /a"] },
            { what: "timeout", reason: "backends are quick", routes: ["GET /a", "GET /b"] },
            { what: "cors", reason: "no browsers", routes: [] },
          ],
          omitted: [{ route: "GET /c", reason: "not in\u001b[8m this\nregion" }],
          cautions: [{ route: "GET /d", what: "who knows", advice: "Try it." }],
        },
        new pulumi.ComponentResource("polygate:index:TestGateway", "test"),
      );
    } finally {
      Object.assign(console, { log, warn });
    }
    assert.deepEqual(said, [
      "info: [runtime] open: GET /public: the catalogue is public",
      "warning: [runtime] waived: limits on GET /a: the load balancer limits",
      "warning: [runtime] waived: timeout on 2 routes: backends are quick",
      "warning: [runtime] waived: cors: no browsers",
      "warning: [runtime] left out: GET /c: not in\\u001b[8m this\\u000aregion",
      "warning: [runtime] unverified: GET /d: who knows. Try it.",
    ]);
  });
});
