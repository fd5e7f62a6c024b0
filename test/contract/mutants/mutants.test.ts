import assert from "node:assert/strict";
import { Bench } from "../bench.ts";
import { type Case, cases, isCase } from "../cases.ts";
import { carriesOf, sharedServers } from "../divergence.ts";
import { checkedDescription } from "../generate/checked.ts";
import { type Probe, waits } from "../generate/probe.ts";
import { Probes } from "../generate/probes.ts";
import { scopesDescription } from "../generate/scopes.ts";
import { sweep } from "../generate/sweep.ts";
import { wholeDescription } from "../generate/whole.ts";
import type { Failure } from "../judgement.ts";
import { Tally } from "../tally.ts";
import { gcpApiGatewayWithCompanion } from "../vendors/gcp-companion.ts";
import { nameOf, type VendorUnderTest } from "../vendors/vendor.ts";
import { heldForms } from "../vendors/vendors.ts";
import { World } from "../world/world.ts";
import { awsMutants } from "./aws.ts";
import { awsRestMutants } from "./aws-rest.ts";
import { awsWafMutants } from "./aws-waf.ts";
import { azureMutants } from "./azure.ts";
import { azureKeyMutants, azureV2Mutants } from "./azure-keys.ts";
import { gcpMutants } from "./gcp.ts";
import { gcpCompanionMutants } from "./gcp-companion.ts";
import { edited } from "./json-document.ts";
import type { Mutant } from "./mutant.ts";

const mutants: Readonly<Record<string, readonly Mutant[]>> = {
  AwsHttpApi: awsMutants,
  AwsRestApi: [...awsRestMutants, ...awsWafMutants],
  AzureApiManagementApi: [...azureMutants, ...azureKeyMutants],
  "AzureApiManagementApi in a v2 tier": azureV2Mutants,
  GcpApiGateway: gcpMutants,
  "GcpApiGateway with a companion": gcpCompanionMutants,
};

/** The class with a fault in what it deploys behind the gateway, if the mutant has one. */
function withMutant(vendor: VendorUnderTest, { mutateBehind }: Mutant): VendorUnderTest {
  const { behind } = vendor;
  if (mutateBehind === undefined || behind === undefined) return vendor;
  return { ...vendor, behind: (description, places) => mutateBehind(behind(description, places)) };
}

/**
 * Returns the probes that can fail with this case: first the probes for the case, then, if the case is about a proxied request, the other
 * probes with proxied requests. Those of each kind take turns, because often only one kind of thousands of probes finds the fault.
 */
function probesFor(probes: readonly Probe[], name: Mutant["caughtBy"]): readonly Probe[] {
  const covers = (probe: Probe, matches: (covered: Case) => boolean): boolean =>
    [probe.case, ...probe.steps.flatMap((step) => step.case ?? [])].some(matches);
  const direct = probes.filter((probe) => covers(probe, (covered) => covered === name));
  if (!isCase(name) || !isProxied(name)) return direct;
  const known = new Set(direct);
  const others = probes.filter((probe) => !known.has(probe) && covers(probe, isProxied));
  return [...direct, ...takingTurns([...Map.groupBy(others, (probe) => probe.case).values()])];
}

/** The first of each list, then the second of each, and so on. */
function takingTurns<Item>(lists: readonly (readonly Item[])[]): readonly Item[] {
  const longest = Math.max(0, ...lists.map(({ length }) => length));
  return Array.from({ length: longest }, (_, turn) => lists.flatMap((list) => list.slice(turn, turn + 1))).flat();
}

const isProxied = (name: Case): boolean => cases[name].decision === "proxied";

describe("the contract suite", function () {
  // A probe may need most of a second on a machine that is busy with other work.
  this.timeout(240_000);
  let world: World;
  before(async () => {
    world = await World.start();
  });
  after(() => world.stop());

  /** Returns the failures of the case that must find the mutant, or `deployment` when the gateway could not be deployed. */
  async function failuresOf(vendor: VendorUnderTest, mutant: Mutant): Promise<readonly Failure[] | "deployment"> {
    const carries = carriesOf(vendor);
    const other = { checked: checkedDescription, scopes: scopesDescription };
    const description =
      (mutant.description === undefined ? undefined : other[mutant.description](carries)) ??
      wholeDescription(carries, sharedServers(vendor));
    const rendered = vendor.render(description, world.places(description));
    const artefacts = mutant.mutate === undefined ? rendered : mutant.mutate(rendered);
    let bench: Bench;
    try {
      bench = await Bench.deploy(
        world,
        withMutant(vendor, mutant),
        description,
        artefacts,
        mutant.time,
        mutant.readings,
      );
    } catch (error) {
      if (error instanceof AggregateError) return "deployment";
      throw error;
    }
    try {
      const { places, oracle } = bench;
      const { maxBodyBytes } = vendor;
      const probes = new Probes({ description, places, routes: oracle.routes, tokens: world.tokens, maxBodyBytes });
      for (const probe of probesFor(sweep(probes, oracle.routes), mutant.caughtBy)) {
        const failures = (await bench.run(probe)).filter((failure) => failure.case === mutant.caughtBy);
        if (failures.length > 0) return failures;
      }
      return [];
    } finally {
      await bench.stop();
    }
  }

  for (const vendor of heldForms) {
    describe(`fails on ${nameOf(vendor)}`, () => {
      const vendorMutants = mutants[nameOf(vendor)] ?? [];
      it("for at least ten mutants", () => assert.ok(vendorMutants.length >= 10));
      for (const mutant of vendorMutants) {
        it(`when ${mutant.fault}: ${mutant.caughtBy}`, async () => {
          const result = await failuresOf(vendor, mutant);
          if (mutant.caughtBy === "deployment") assert.equal(result, "deployment", "the gateway was deployed");
          else
            assert.ok(
              result !== "deployment" && result.length > 0,
              `${mutant.caughtBy}: ${result === "deployment" ? "the gateway was not deployed" : "the case passes"}`,
            );
        });
      }
    });
  }

  it("finds that Google's companion decides by itself, if the gateway lets every request through", async () => {
    const vendor = gcpApiGatewayWithCompanion;
    const description = wholeDescription(carriesOf(vendor), sharedServers(vendor));
    const rendered = vendor.render(description, world.places(description));
    if (rendered.kind !== "gcp-api-gateway") throw new Error("These artefacts do not belong to API Gateway.");
    const document = edited(rendered.document, ({ paths = {} }) => {
      for (const item of Object.values(paths)) for (const operation of Object.values(item)) delete operation.security;
    });
    const bench = await Bench.deploy(world, vendor, description, { ...rendered, document });
    try {
      const { places, oracle } = bench;
      const { maxBodyBytes } = vendor;
      const probes = new Probes({ description, places, routes: oracle.routes, tokens: world.tokens, maxBodyBytes });
      const tally = new Tally();
      const opened: Failure[] = [];
      for (const probe of sweep(probes, oracle.routes)) {
        if (probe === undefined || waits(probe)) continue;
        // To the companion, a valid token in X-Forwarded-Authorization is one that the gateway handed on.
        const failures = (await bench.run(probe, tally)).filter((failure) => failure.case !== "token-elsewhere");
        opened.push(...failures.filter(({ opens }) => opens));
      }
      assert.deepEqual(opened, []);
      assert.ok(tally.decided("unauthenticated") > 100 && tally.decided("forbidden") > 0);
    } finally {
      await bench.stop();
    }
  });
});
