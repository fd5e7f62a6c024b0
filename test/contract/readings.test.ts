import assert from "node:assert/strict";
import fc from "fast-check";
import { PolygateError } from "../../components/api/problem.ts";
import { seed } from "../support/seed.ts";
import { Bench } from "./bench.ts";
import { samplePath, spellings, through } from "./generate/spellings.ts";
import {
  type BackendText,
  type DescriptionText,
  type OracleRoute,
  type RouteText,
  routesOf,
} from "./oracle/description.ts";
import { Oracle } from "./oracle/oracle.ts";
import { templateOf } from "./oracle/path.ts";
import { awsRestApiWithWebAcl } from "./vendors/aws-rest.ts";
import { nameOf, type VendorUnderTest } from "./vendors/vendor.ts";
import { allForms } from "./vendors/vendors.ts";
import { World } from "./world/world.ts";

/** How many descriptions are generated for each class. `POLYGATE_RUNS` tries more, and `POLYGATE_SEED` others. */
const runs = Number(process.env.POLYGATE_RUNS ?? 45);

const paths = ["/", "/admin", "/files", "/files/{name}", "/{rest+}", "/files/{rest+}", "/{tenant}/admin", "/files/b"];

const route = fc.record({
  path: fc.constantFrom(...paths),
  auth: fc.constantFrom("anyone", "anyone", "staff", "partners"),
  mapping: fc.constantFrom("same", "same", "same", "prefix", "inner"),
  backend: fc.constantFrom("shop", "shop", "erp"),
});

function mapped(path: string, mapping: string): string | undefined {
  if (mapping === "prefix") return `/v2${path === "/" ? "" : path.replace("+}", "}")}`;
  // What one route has below its prefix, another has at the root.
  return mapping === "inner" && path.startsWith("/files/") ? path.slice("/files".length).replace("+}", "}") : undefined;
}

/** Descriptions whose routes share servers, of which some distinguish paths exactly. */
const descriptions = fc
  .record({ routes: fc.array(route, { minLength: 2, maxLength: 4 }), isExact: fc.boolean() })
  .map(({ routes, isExact }): DescriptionText => {
    const backend: BackendText = { kind: "http", ...(isExact ? { paths: "exact" } : {}) };
    const entries = routes.map(({ path, auth, mapping, backend }): [string, RouteText] => {
      const to = mapped(path, mapping);
      return [`GET ${path}`, { to: backend, auth, ...(to === undefined ? {} : { path: to }) }];
    });
    return {
      version: 1,
      backends: { shop: backend, erp: backend },
      auth: {
        staff: { kind: "jwt", audiences: ["orders"] },
        partners: { kind: "jwt", audiences: ["partners"] },
        anyone: { kind: "open", reason: "a part of the contract suite" },
      },
      routes: Object.fromEntries(entries),
    };
  });

/** The same open routes, and the guarded routes at other servers. */
function apart(description: DescriptionText): DescriptionText {
  const others: Readonly<Record<string, string>> = { shop: "Legacy_2", erp: "constructor" };
  const routes = Object.entries(description.routes).map(([key, route]) => [
    key,
    route.auth === "anyone" ? route : { ...route, to: others[route.to ?? ""] },
  ]);
  const backends = Object.entries(description.backends).flatMap(([name, backend]) => [
    [name, backend],
    [others[name], backend],
  ]);
  return { ...description, backends: Object.fromEntries(backends), routes: Object.fromEntries(routes) };
}

/** Every spelling of every guarded path, also through the other routes of its backend. */
function attacks(routes: readonly OracleRoute[]): readonly string[] {
  const guarded = routes.filter(({ auth }) => auth.kind !== "open");
  const found = guarded.flatMap((target) => [
    ...spellings(samplePath(target.segments)),
    ...routes
      .filter(({ text }) => text.to === target.text.to)
      .flatMap((other) => through(other, samplePath(templateOf(target)))),
  ]);
  return [...new Set(found)];
}

describe("other readings of a path", function () {
  this.timeout(180_000);
  let world: World;
  before(async () => {
    world = await World.start();
  });
  after(() => world.stop());

  /** The codes and texts of what the class refuses; undefined if it supports the description. */
  function refusal(vendor: VendorUnderTest, description: DescriptionText): PolygateError | undefined {
    try {
      vendor.render(description, world.places(description));
    } catch (error) {
      if (error instanceof PolygateError) return error;
      throw error;
    }
    return undefined;
  }

  /** The paths with which a request without credentials reaches what only a guarded route leads to. */
  async function opened(
    vendor: VendorUnderTest,
    deployed: DescriptionText,
    judgedAs: DescriptionText,
    targets: readonly string[],
  ): Promise<readonly string[]> {
    const places = world.places(deployed);
    const lenient = new Oracle(judgedAs, places, vendor.maxBodyBytes);
    const bench = await Bench.deploy(world, vendor, deployed, vendor.render(deployed, places));
    const found: string[] = [];
    try {
      for (const path of targets) {
        const { outcome } = await bench.ask({ after: 1, make: async (at) => anonymous(path, at) });
        const [arrived] = outcome.arrived;
        if (arrived === undefined) continue;
        const verdict = lenient.judge(outcome.request, () => "up");
        const violated = lenient.readInto(
          outcome.request,
          verdict,
          arrived.backend,
          pathBelow(arrived.target, places, arrived.backend),
        );
        if (violated !== undefined) found.push(`${path} arrives as ${arrived.target} and reads as ${violated.key}`);
      }
    } finally {
      await bench.stop();
    }
    return found;
  }

  const classes = [
    ...allForms.map((vendor) => [nameOf(vendor), vendor] as const),
    ["AwsRestApi with a web ACL", awsRestApiWithWebAcl] as const,
  ];
  /** The class under each way in which the cloud may read odd paths. By default, the sandbox refuses those that the ways read differently. */
  const everyReading = (vendor: VendorUnderTest): readonly VendorUnderTest[] =>
    vendor.vendor === "aws"
      ? [
          { ...vendor, readings: { "aws-odd-paths": "taken-as-sent" } },
          { ...vendor, readings: { "aws-odd-paths": "taken" } },
        ]
      : [vendor];
  for (const [name, vendor] of classes) {
    it(`never reach a guarded route of the same server through an open one on ${name}`, async () => {
      let [refused, served] = [0, 0];
      await fc.assert(
        fc.asyncProperty(descriptions, async (description) => {
          const error = refusal(vendor, description);
          const targets = attacks(routesOf(description));
          if (error === undefined) {
            served++;
            for (const each of everyReading(vendor)) {
              const reached = await opened(each, description, description, targets);
              assert.deepEqual(reached, [], `${JSON.stringify(each.readings)} ${JSON.stringify(description)}`);
            }
          } else if (error.problems.every(({ code }) => code === "open-reading")) {
            refused++;
            // A refusal has a reason: without it, some path would reach what it must not.
            const examples = error.problems.flatMap(({ rule }) => /"(\/[^"]*)"/g.exec(rule)?.[1] ?? []);
            const reached: string[] = [];
            for (const each of everyReading(vendor)) {
              if (reached.length > 0) break;
              reached.push(...(await opened(each, apart(description), description, [...examples, ...targets])));
            }
            assert.notDeepEqual(reached, [], `${error.message} ${JSON.stringify(description)}`);
          }
        }),
        { seed, numRuns: runs, endOnFailure: true, includeErrorInReport: true },
      );
      assert.ok(served * 8 >= runs, `${served} descriptions were served and ${refused} refused`);
    });
  }

  it("are found if a web ACL lacks the rule for a guarded route", async () => {
    const description: DescriptionText = {
      version: 1,
      backends: { shop: { kind: "http" } },
      auth: {
        staff: { kind: "jwt", audiences: ["orders"] },
        anyone: { kind: "open", reason: "a part of the contract suite" },
      },
      routes: { "GET /admin": { to: "shop", auth: "staff" }, "GET /{rest+}": { to: "shop", auth: "anyone" } },
    };
    const paths = ["/ADMIN", "/admin;v=1", "/x/..%252Fadmin"];
    const reached = async (without: RegExp) => {
      const found = await opened(withoutRules(without), description, description, paths);
      return found.map((text) => text.split(" ")[0]);
    };
    assert.deepEqual(await reached(/^$/), []);
    assert.deepEqual(await reached(/^spelling-/), ["/ADMIN", "/admin;v=1"]);
    assert.deepEqual(await reached(/^other-readings$/), ["/x/..%252Fadmin"]);
  });
});

/** The gateway with a web ACL, of which the rules with such names are removed. */
function withoutRules(names: RegExp): VendorUnderTest {
  return {
    ...awsRestApiWithWebAcl,
    render: (description, places) => {
      const artefacts = awsRestApiWithWebAcl.render(description, places);
      if (artefacts.kind !== "aws-rest-api" || artefacts.stage.webAcl === undefined) throw new Error("No web ACL.");
      const { stage } = artefacts;
      const rules = (artefacts.stage.webAcl.rules as { name: string }[]).filter(({ name }) => !names.test(name));
      return { ...artefacts, stage: { ...stage, webAcl: { ...artefacts.stage.webAcl, rules } } };
    },
  };
}

function anonymous(path: string, at: number) {
  return {
    request: {
      method: "GET",
      path,
      query: "",
      headers: [],
      credential: { kind: "none" },
      key: { kind: "none" },
      bodyBytes: 0,
      address: "127.0.0.1",
      at,
    },
    sending: { method: "GET", target: path, headers: [] },
  } as const;
}

/** The path below the path of the backend's URL. */
function pathBelow(target: string, places: ReturnType<World["places"]>, backend: string): string {
  const place = places.backends[backend];
  const base = place !== undefined && "url" in place ? new URL(place.url).pathname.replace(/\/$/, "") : "";
  return (target.split("?")[0] ?? "").slice(base.length) || "/";
}
