import assert from "node:assert/strict";
import fc from "fast-check";
import { type ProofForm, placeholderProof } from "../../components/api/binding/proof.ts";
import { trustKinds } from "../../components/api/description/trust.ts";
import { PolygateError } from "../../components/api/problem.ts";
import type { Readings } from "../../sandbox/data-plane/readings.ts";
import { seeds } from "../support/seed.ts";
import { Bench } from "./bench.ts";
import type { Case } from "./cases.ts";
import { carriesOf, faultsOfList, isRefused, listed, sharedServers, unexcused } from "./divergence.ts";
import { checkedDescription } from "./generate/checked.ts";
import { crossingDescription } from "./generate/crossing.ts";
import { descriptions, literals } from "./generate/descriptions.ts";
import { everything } from "./generate/everything.ts";
import { type Probe, waits } from "./generate/probe.ts";
import { Probes, probeKinds, type Seed } from "./generate/probes.ts";
import { readings } from "./generate/readings.ts";
import { scopesDescription, scopesSweep } from "./generate/scopes.ts";
import { sweep } from "./generate/sweep.ts";
import { rootDescription, wholeDescription } from "./generate/whole.ts";
import type { Failure } from "./judgement.ts";
import type { DescriptionText, OracleRoute, Places } from "./oracle/description.ts";
import { Tally, table } from "./tally.ts";
import { carried, nameOf, serves, type VendorUnderTest } from "./vendors/vendor.ts";
import { heldForms } from "./vendors/vendors.ts";
import { World } from "./world/world.ts";

/** How many descriptions are generated for each class and seed. `POLYGATE_RUNS` tries more. */
const runs = Number(process.env.POLYGATE_RUNS ?? 60);

const probeSeeds: fc.Arbitrary<readonly Seed[]> = fc.array(
  fc.record({ kind: fc.constantFrom(...probeKinds), route: fc.nat(20), salt: fc.nat(9_999) }),
  { minLength: 1, maxLength: 90, size: "max" },
);

/** The bindings of a description whose one backend accepts a proof, if the feature is one and the class gives it. */
function withProof(places: Places, feature: string, proofs: ProofForm | undefined): Places {
  const kind = trustKinds.find((each) => feature === `trust.${each}`);
  if (kind === undefined || proofs?.[kind] === undefined) return places;
  const [[name, backend] = ["", { url: "" }]] = Object.entries(places.backends);
  return { ...places, backends: { [name]: { ...backend, proof: placeholderProof(kind, proofs) } } };
}

/** One failure of each kind, up to five. Failures with the same case and faults, apart from numbers, are of one kind. */
const shown = (failures: readonly Failure[]): string => {
  const kinds = Map.groupBy(failures, (failure) => `${failure.case}: ${failure.faults.join().replace(/\d+/g, "")}`);
  return [...kinds.values()]
    .flatMap(([first]) => first ?? [])
    .slice(0, 5)
    .map(({ case: name, request, faults, because }) => `${name}: ${request}\n  ${faults.join("\n  ")}\n  (${because})`)
    .join("\n");
};

/**
 * Declares the tests that hold a gateway class to the contract. Each class has a file of its own, because files run in parallel.
 *
 * @throws {Error} when the class is not one of {@link heldForms}
 */
export function holdToContract(className: string): void {
  const vendor = heldForms.find((each) => nameOf(each) === className);
  if (vendor === undefined) throw new Error(`${className} is not a class under test.`);
  describe("the contract", function () {
    // A machine that is busy with other work needs several minutes.
    this.timeout(600_000);
    describe(className, () => {
      const trial = new Trial(vendor);
      before(() => trial.start());
      after(() => trial.stop());
      it("decides every case on every route as the contract requires", () => trial.sweeps());
      for (const seed of seeds) {
        it(`decides generated requests of generated descriptions as the contract requires (POLYGATE_SEED=${seed})`, () =>
          trial.generates(seed));
      }
      it("receives requests for each decision and each case, except those that it lists or rejects with a reason", () =>
        trial.sawEverything());
      it("lists only cases that it decides differently", () => trial.needsItsList());
      it("rejects each feature that it does not support, by its name", () => trial.refusesByName());
    });
  });
}

/** One class on trial, and what came of it so far. */
class Trial {
  readonly #vendor: VendorUnderTest;
  readonly #carries: (feature: string) => boolean;
  readonly #tally = new Tally();
  /** The failures of the sweeps, which do not depend on a seed. */
  readonly #swept: Failure[] = [];
  /** The cases that wait for a window or an expiry, of a class that runs on the time of this machine. */
  readonly #untried = new Set<Case>();
  #started: World | undefined;

  constructor(vendor: VendorUnderTest) {
    this.#vendor = vendor;
    this.#carries = carriesOf(vendor);
  }

  async start(): Promise<void> {
    this.#started = await World.start();
  }

  async stop(): Promise<void> {
    await this.#world.stop();
    const tallies = new Map([[nameOf(this.#vendor), this.#tally]]);
    console.log(`\n${table(tallies)}\n    ${runs} generated descriptions for each seed: ${seeds.join(", ")}\n`);
  }

  get #world(): World {
    if (this.#started === undefined) throw new Error("The world has not been started.");
    return this.#started;
  }

  async sweeps(): Promise<void> {
    const carries = this.#carries;
    const swept = [
      [wholeDescription(carries, sharedServers(this.#vendor)), sweep],
      [checkedDescription(carries), sweep],
      [rootDescription(carries), sweep],
      [scopesDescription(carries), scopesSweep],
      [crossingDescription(carries, sharedServers(this.#vendor)), sweep],
    ] as const;
    for (const [description, choose] of swept) {
      if (description !== undefined) this.#swept.push(...(await this.#failuresOf(description, choose)));
    }
    const failures = unexcused(this.#vendor, this.#swept);
    assert.equal(failures.length, 0, shown(failures));
  }

  async generates(seed: number): Promise<void> {
    const vendor = this.#vendor;
    // Each description starts a process of what is behind the gateway.
    const numRuns = vendor.behind === undefined ? runs : Math.ceil(runs / 2);
    const served = literals.filter((text) => serves(vendor, text));
    const met = new Map<string, number>();
    let refused = 0;
    await fc.assert(
      fc.asyncProperty(descriptions(this.#carries, served), probeSeeds, readings, async (drawn, chosen, read) => {
        const description = carried(vendor, drawn, this.#world.places(drawn), (code) =>
          met.set(code, (met.get(code) ?? 0) + 1),
        );
        if (description === undefined) {
          refused++;
          return;
        }
        const failures = await this.#failuresOf(description, (probes) => chosen.map((one) => probes.select(one)), read);
        const bad = unexcused(vendor, failures);
        assert.equal(bad.length, 0, `${shown(bad)}\n${JSON.stringify(description)}\n${JSON.stringify(read)}`);
      }),
      // A failing description is not shrunk, because that would deploy for minutes.
      { seed, numRuns, endOnFailure: true, includeErrorInReport: true },
    );
    assert.ok(refused * 20 <= numRuns, `${refused} of ${numRuns} descriptions were rejected: ${[...met]}`);
  }

  sawEverything(): void {
    const diverges = (name: Case) =>
      listed(this.#vendor).has(name) || isRefused(this.#vendor, name) || this.#untried.has(name);
    assert.deepEqual(this.#tally.missingDecisions(diverges), [], "decisions that never occurred");
    assert.deepEqual(this.#tally.missingCases(diverges), [], "cases that no request tested");
  }

  needsItsList(): void {
    assert.deepEqual(faultsOfList(this.#vendor, this.#swept), []);
  }

  refusesByName(): void {
    const { capabilities, vendor, render } = this.#vendor;
    const lacking = Object.keys(capabilities.features).filter((feature) => !this.#carries(feature));
    for (const [feature, description] of Object.entries(everything)) {
      assert.ok(Object.hasOwn(capabilities.features, feature), `the feature ${feature} does not exist`);
      const places = withProof(this.#world.places(description), feature, this.#vendor.proofs);
      const attempt = () => render(description, places);
      if (!lacking.includes(feature)) {
        assert.doesNotThrow(attempt, `${feature} is listed as supported`);
        continue;
      }
      assert.throws(attempt, (error: unknown) => {
        assert.ok(error instanceof PolygateError);
        const problem = error.problems.find((found) => found.feature === feature);
        assert.equal(problem?.code, "not-carried", `${feature} is rejected by its name`);
        assert.equal(problem?.vendor, vendor);
        assert.match(problem?.rule ?? "", /: \S/, `${feature} is rejected with a reason`);
        assert.notEqual(problem?.remedy, "");
        return true;
      });
    }
    assert.deepEqual(Object.keys(everything).sort(), Object.keys(capabilities.features).sort());
  }

  async #failuresOf(
    description: DescriptionText,
    choose: (probes: Probes, routes: readonly OracleRoute[]) => readonly (Probe | undefined)[],
    read?: Partial<Readings>,
  ): Promise<readonly Failure[]> {
    const [vendor, world] = [this.#vendor, this.#world];
    const artefacts = vendor.render(description, world.places(description));
    const bench = await Bench.deploy(world, vendor, description, artefacts, undefined, read);
    try {
      const { places, oracle } = bench;
      const { maxBodyBytes } = vendor;
      const probes = new Probes({ description, places, routes: oracle.routes, tokens: world.tokens, maxBodyBytes });
      const failures: Failure[] = [];
      for (const probe of choose(probes, oracle.routes)) {
        if (probe === undefined) continue;
        // What is behind the gateway runs on the time of this machine.
        if (vendor.behind !== undefined && waits(probe)) {
          for (const step of probe.steps) this.#untried.add(step.case ?? probe.case);
          continue;
        }
        failures.push(...(await bench.run(probe, this.#tally)));
      }
      this.#tally.descriptions++;
      return failures;
    } finally {
      await bench.stop();
    }
  }
}
