import assert from "node:assert/strict";
import * as pulumi from "@pulumi/pulumi";
import type { Bindings } from "../../../components/api/binding/binding.ts";
import type { LinkForm } from "../../../components/api/binding/link.ts";
import { type Description, http, jwt, onPrem, open } from "../../../components/api/description.ts";
import { PolygateError } from "../../../components/api/problem.ts";
import type { GatewayArgs } from "../../../components/gateway/gateway.ts";
import { prepare } from "../../../components/gateway/prepare.ts";
import type { Target } from "../../../components/gateway/target.ts";
import { api, auth, backends, problemsOf, target } from "../../support/components/gateway/test-gateway.ts";

/** The value of an output, or the error that it is rejected with. */
async function resolved<T>(output: pulumi.Output<T>): Promise<T> {
  return (output as unknown as { promise(): Promise<T> }).promise();
}

describe("the preparation of a gateway", () => {
  before(async () => {
    await pulumi.runtime.setMocks({
      newResource: ({ name, inputs }) => ({ id: name, state: inputs }),
      call: ({ inputs }) => inputs,
    });
  });

  it("reports what is open, waived, omitted and unverified", () => {
    const { report } = prepare(
      "The gateway",
      { api, backends, auth, waive: { limits: "elsewhere" }, omit: { "GET /public": "not here" } },
      target(),
    );
    assert.deepEqual(report, {
      flavour: "TestGateway",
      vendor: "aws",
      routes: 2,
      backends: [{ name: "shop", kind: "http", routes: 2 }],
      open: [],
      waived: [{ what: "limits", reason: "elsewhere", routes: ["GET /items/{id}"] }],
      omitted: [{ route: "GET /public", reason: "not here" }],
      ignored: [],
      meetings: [],
      unchecked: [],
      notes: [],
      cautions: [{ route: "GET /items/special", what: "who knows", advice: "Try it." }],
    });
    assert.deepEqual(
      prepare("The gateway", { api, backends, auth, waive: { limits: "elsewhere" } }, target()).report.open,
      [{ route: "GET /public", reason: "public" }],
    );
  });

  it("describes the served API by its routes, in the words of the description and without bindings", () => {
    const { inputs } = prepare(
      "The gateway",
      { api, backends, auth, waive: { limits: "elsewhere" }, omit: { "GET /public": "not here" } },
      target(),
    );
    assert.deepEqual(inputs, {
      routes: {
        "GET /items/special": { auth: "staff", to: "shop", path: "/items/special", timeoutSeconds: 15 },
        "GET /items/{id}": { auth: "staff", to: "shop", path: "/items/{id}", timeoutSeconds: 15 },
      },
      auth: { staff: jwt({ audiences: ["shop"] }), anyone: open("public") },
      backends: { shop: http() },
      omitted: { "GET /public": "not here" },
      waived: { limits: "elsewhere" },
    });
  });

  it("rejects a feature that the vendor lacks, and names the alternative", () => {
    assert.deepEqual(problemsOf({ waive: {} }), [
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

  it("rejects a waiver of authentication or scopes, and a waiver without a reason", () => {
    const scoped = { ...api, routes: { "GET /a": { to: "shop", scopes: ["a"] } } } as Description;
    for (const what of ["auth", "scopes", "auth.jwt", "auth.scopes", "headers"]) {
      const found = problemsOf({ api: scoped, waive: { [what]: "because" } as NonNullable<GatewayArgs["waive"]> });
      assert.deepEqual(
        found.map(({ code, place, feature }) => [code, place ?? feature]),
        [
          ["not-carried", "auth.scopes"],
          ["not-waivable", `waive.${what}`],
        ],
      );
    }
    assert.deepEqual(
      problemsOf({ waive: { limits: " " } }).map(({ code, place }) => [code, place]),
      [["empty", "waive.limits"]],
    );
  });

  it("compiles with placeholders for unknown bindings, and again with the real values", async () => {
    const seen: Bindings[] = [];
    const url = pulumi.output(Promise.resolve("https://made.example.com"));
    const { document } = prepare(
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

  it("asks the class for the placeholders of a link that is unknown in whole or in part", async () => {
    const seen: Bindings[] = [];
    const known: unknown[] = [];
    const links: LinkForm = {
      remedy: "Bind a link.",
      placeholder: (members) => {
        known.push(members);
        return { kind: "test", id: "instead", of: String(members.of ?? "nothing") };
      },
      check: ({ id }, place) =>
        id === "bad" ? [{ code: "bad-link", place: `${place}.id`, rule: "it is bad", remedy: "Change it." }] : [],
    };
    const linked: Description = { ...api, backends: { shop: onPrem() }, routes: { "GET /": { to: "shop" } } };
    const url = "https://shop.example.com";
    const later = <T>(value: T) => pulumi.output(Promise.resolve(value));
    const preparedWith = (link: unknown) =>
      prepare(
        "The gateway",
        { api: linked, backends: { shop: { url, link } } as never, auth },
        { ...target(seen), links },
      );
    const link = { kind: "test", id: "a1", of: "this" };
    for (const input of [later(link), { ...link, id: later("a1") }, { ...link, id: Promise.resolve("a1") }]) {
      const { document } = preparedWith(input);
      assert.deepEqual(JSON.parse(await resolved(document))[1].backends, { shop: { url, link } });
    }
    const previews = seen.filter((_, index) => index % 2 === 0).map(({ backends: { shop } }) => shop);
    assert.deepEqual(previews, [
      { url, link: { kind: "test", id: "instead", of: "nothing" } },
      { url, link: { kind: "test", id: "instead", of: "this" } },
      { url, link: { kind: "test", id: "instead", of: "this" } },
    ]);
    assert.deepEqual(known.at(-1), { kind: "test", of: "this" });
    assert.throws(() => preparedWith({ ...link, id: "bad" }), /backends\.shop\.link\.id: it is bad/);
    await assert.rejects(
      resolved(preparedWith(later({ ...link, id: "bad" })).document),
      /backends\.shop\.link\.id: it is bad/,
    );
    await assert.rejects(resolved(preparedWith({ ...link, id: pulumi.secret("a1") }).document), /\[secret-binding\]/);
  });

  it("accepts a promise as a binding", async () => {
    const issuer = Promise.resolve("https://made.example.com");
    const { document } = prepare(
      "The gateway",
      { api, backends, auth: { staff: { issuer } }, waive: { limits: "elsewhere" } },
      target(),
    );
    assert.equal(JSON.parse(await resolved(document))[1].auth.staff.issuer, "https://made.example.com");
  });

  it("rejects a binding whose value turns out to be malformed", async () => {
    const { document } = prepare(
      "The gateway",
      { api, backends: { shop: { url: pulumi.output("ftp://shop") } }, auth, waive: { limits: "elsewhere" } },
      target(),
    );
    await assert.rejects(resolved(document), /backends\.shop\.url/);
  });

  it("checks each binding as soon as it is known, while others are unknown", async () => {
    const unknown = pulumi.output(pulumi.unknown) as unknown as pulumi.Output<string>;
    const issuer = unknown;
    for (const [url, problem] of [
      [pulumi.output("shop.example.com"), /The gateway: 1 problem\n {2}- backends\.shop\.url: .*\[bad-url\]/s],
      [pulumi.secret("https://shop.example.com"), /- backends\.shop\.url: .*\[secret-binding\]/s],
      [pulumi.secret(unknown), /- backends\.shop\.url: .*\[secret-binding\]/s],
    ] as const) {
      const bindings = { backends: { shop: { url } }, auth: { staff: { issuer } } };
      const { document } = prepare("The gateway", { api, ...bindings, waive: { limits: "elsewhere" } }, target());
      await assert.rejects(resolved(document), problem);
    }
  });

  describe("with bound audiences", () => {
    const bound: Description = { ...api, auth: { ...api.auth, staff: jwt() } };
    const { issuer } = auth.staff;
    const later = <T>(value: T) => pulumi.output(Promise.resolve(value));
    const unknown = pulumi.output(pulumi.unknown) as unknown as pulumi.Output<string>;
    const preparedWith = (audiences: unknown, seen: Bindings[] = [], staff: object = { issuer }) =>
      prepare(
        "The gateway",
        { api: bound, backends, auth: { staff: { ...staff, audiences } } as never, waive: { limits: "elsewhere" } },
        target(seen),
      );

    it("compiles with a placeholder for each audience that is not known yet", async () => {
      const inputs = [["a", "b"], later(["a", "b"]), [later("a"), "b"], [Promise.resolve("a"), later("b")]];
      const seen: Bindings[] = [];
      for (const audiences of inputs) {
        const { document } = preparedWith(audiences, seen);
        assert.deepEqual(JSON.parse(await resolved(document))[1].auth.staff, { issuer, audiences: ["a", "b"] });
      }
      const previews = seen.filter((_, index) => index % 2 === 0).map((bindings) => bindings.auth.staff?.audiences);
      const [first, second] = ["staff-1.audience.invalid", "staff-2.audience.invalid"];
      assert.deepEqual(previews, [["a", "b"], [first], [first, "b"], [first, second]]);
    });

    it("rejects known audiences at preview, each at its place, while others are unknown", async () => {
      assert.throws(() => preparedWith(["a\n", unknown]), /- auth\.staff\.audiences\[0\]: .*\[control-character\]/s);
      assert.throws(() => preparedWith(["a", later("b"), "a"]), /- auth\.staff\.audiences\[2\]: .*\[duplicate\]/s);
      assert.throws(() => preparedWith(undefined), /- auth\.staff\.audiences: .*\[no-audiences\]/s);
      for (const [audiences, problem] of [
        [[later("a\n"), unknown], /1 problem\n {2}- auth\.staff\.audiences\[0\]: .*\[control-character\]/s],
        [[unknown, pulumi.secret("a")], /- auth\.staff\.audiences\[1\]: .*\[secret-binding\]/s],
        [[unknown, pulumi.secret(unknown)], /- auth\.staff\.audiences\[1\]: .*\[secret-binding\]/s],
        [later([]), /- auth\.staff\.audiences: .*\[empty-audiences\]/s],
        [pulumi.secret(["a"]), /- auth\.staff\.audiences: .*\[secret-binding\]/s],
      ] as const) {
        await assert.rejects(resolved(preparedWith(audiences, [], { issuer: unknown }).document), problem);
      }
    });

    it("rejects audiences that the description lists too, even while they are unknown", () => {
      const found = problemsOf({ auth: { staff: { issuer, audiences: unknown as never } } as never });
      assert.deepEqual(
        found.map(({ code, place }) => [code, place]),
        [["audiences-twice", "auth.staff.audiences"]],
      );
    });
  });

  it("rejects a secret, since the document does not keep it", async () => {
    const { document } = prepare(
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
          place: "backends.shop.url",
          rule: "The binding is a secret, but the gateway's document does not keep secrets.",
          remedy: "Bind a value without a secret in it, or pass it through pulumi.unsecret if it is not confidential.",
        },
      ]);
      return true;
    });
  });

  it("rejects bindings that are missing, unknown or malformed", () => {
    assert.deepEqual(
      problemsOf({ backends: { shpo: { url: "https://shop.example.com" } }, auth: {} }).map(({ code, place }) => [
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
        problemsOf({ backends: { shop: { url } } }).map(({ code, place }) => [code, place]),
        [["bad-url", "backends.shop.url"]],
        url,
      );
    }
    for (const issuer of ["", "http://login.example.com", "login.example.com", "https://login.example.com/?a"]) {
      assert.deepEqual(
        problemsOf({ auth: { staff: { issuer } } }).map(({ code, place }) => [code, place]),
        [["bad-issuer", "auth.staff.issuer"]],
        issuer,
      );
    }
  });

  it("reports the problems of waivers, bindings and omitted routes in one error", () => {
    const found = problemsOf({
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

  it("reports all other problems before the bindings are known", () => {
    const url = pulumi.output(new Promise<string>(() => undefined));
    assert.deepEqual(
      problemsOf({ waive: {}, backends: { shop: { url } } }).map(({ code }) => code),
      ["not-carried"],
    );
    const broken: Target<string> = {
      ...target(),
      compile: () => {
        throw new PolygateError("The document", [{ code: "too-large", rule: "too large", remedy: "Make it smaller." }]);
      },
    };
    assert.throws(
      () => prepare("The gateway", { api, backends: { shop: { url } }, auth, waive: { limits: "why" } }, broken),
      /too large/,
    );
  });
});
