import { setTimeout as wait } from "node:timers/promises";
import { findEnvoy } from "../../engine/index.ts";
import type { GatewayArtefacts } from "../../sandbox/data-plane/artefacts.ts";
import type { Readings } from "../../sandbox/data-plane/readings.ts";
import { DataPlane, type RequestLog } from "../../sandbox/data-plane/serving/server.ts";
import { LoopbackHostMap } from "../../sandbox/host-map.ts";
import type { Probe, Step } from "./generate/probe.ts";
import { type Failure, failuresOf, Judge, type Judged } from "./judgement.ts";
import type { Outcome } from "./observation.ts";
import type { DescriptionText, Places } from "./oracle/description.ts";
import { Oracle, type Verdict } from "./oracle/oracle.ts";
import type { Tally } from "./tally.ts";
import type { VendorUnderTest } from "./vendors/vendor.ts";
import { plainAnswer } from "./world/backend.ts";
import { Client } from "./world/client.ts";
import { Clock, realTime, type Time } from "./world/clock.ts";
import { goneBackend, type World } from "./world/world.ts";

/** The initial time. It is not the boundary of a window, and far from 1970, so that no time of a token is near zero. */
const start = Date.UTC(2031, 4, 17, 11, 43, 27, 350);

/** The key and the name of the gateway under test. */
const GATEWAY = "contract";

/** A gateway that is served. */
export interface Running {
  readonly url: string;
  /** The log of its requests. */
  readonly log: readonly RequestLog[];
  readonly time: Time;
  readonly stop: () => Promise<void>;
}

/** A deployed gateway and the oracle that judges its decisions. */
export class Bench {
  readonly oracle: Oracle;
  readonly places: Places;
  readonly #world: World;
  readonly #judge: Judge;
  readonly #client: Client;
  readonly #running: Running;
  #seen: number;

  constructor(world: World, vendor: VendorUnderTest, description: DescriptionText, running: Running) {
    this.#world = world;
    this.#running = running;
    this.places = world.places(description);
    this.oracle = new Oracle(description, this.places, vendor.maxBodyBytes);
    this.#judge = new Judge(description, this.places, vendor, this.oracle);
    this.#client = new Client(running.url);
    this.#seen = world.backends.arrived.length;
  }

  /**
   * Deploys a gateway.
   *
   * @param artefacts the artefacts that the control plane passes on. The oracle judges them by `description`.
   * @param time replaces the clock of the gateway, for mutants
   * @param readings what the vendor does where nobody has verified it
   */
  static async deploy(
    world: World,
    vendor: VendorUnderTest,
    description: DescriptionText,
    artefacts: GatewayArtefacts,
    time: (clock: Time) => () => number = (clock) => clock.now,
    readings: Partial<Readings> = {},
  ): Promise<Bench> {
    const clock = vendor.behind === undefined ? new Clock(start) : realTime;
    const now = time(clock);
    world.functions.now = now;
    const log: RequestLog[] = [];
    const ports = { portOf: () => undefined, remember: () => {} };
    const hosts = new LoopbackHostMap(new Map([...world.hosts, ...(vendor.names?.(world) ?? [])]));
    // The tests observe functions from outside, so their log is not needed.
    const functionLog = () => {};
    const plane = new DataPlane({
      ports,
      hosts,
      // What is behind a gateway writes lines of its own.
      log: (line) => {
        if (line.gateway === GATEWAY) log.push(line);
      },
      functionLog,
      now,
      readings: { ...vendor.readings, ...readings },
      ...(vendor.behind === undefined ? {} : { envoy: findEnvoy() }),
    });
    try {
      const gateway = { key: GATEWAY, name: GATEWAY, vendor: vendor.vendor, region: "here", artefacts };
      const behind = vendor.behind?.(description, world.places(description)) ?? [];
      await plane.apply([...behind, gateway]);
      const url = plane.list().find(({ key }) => key === GATEWAY)?.url;
      if (url === undefined) throw new Error("The data plane serves no gateway.");
      const running = { url: `${url}${vendor.path ?? ""}`, log, time: clock, stop: () => plane.close() };
      return new Bench(world, vendor, description, running);
    } catch (error) {
      await plane.close();
      throw error;
    }
  }

  /** Sends the requests of a probe one after another, and returns the failures. */
  async run(probe: Probe, tally?: Tally): Promise<readonly Failure[]> {
    const failures: Failure[] = [];
    for (const step of probe.steps) {
      const { outcome, verdict, judged } = await this.ask(step);
      const name = verdict.emptyRest === true ? "rest-empty" : (step.case ?? probe.case);
      // Only a rejection of the media type shows this case, and the judge names it then.
      failures.push(...failuresOf(name === "reply-type" ? "reply" : name, outcome, verdict, judged));
      if (judged.decision !== undefined) tally?.count(name, judged.decision);
      // A second between requests, so that only the requests of a burst share an instant.
      if (probe.steps.length === 1) this.#running.time.pass(1_000);
    }
    return failures;
  }

  /** Sends one request and judges the outcome. */
  async ask(step: Step): Promise<{ readonly outcome: Outcome; readonly verdict: Verdict; readonly judged: Judged }> {
    const { backends } = this.#world;
    const { time, log } = this.#running;
    time.pass(typeof step.after === "number" ? step.after : step.after(time.now()));
    const answer = step.answer ?? plainAnswer;
    const { request, sending } = await step.make(time.now());
    const verdict = this.oracle.judge(request, (backend) =>
      backend === goneBackend || answer.hangs === true || answer.fails !== undefined ? "down" : "up",
    );
    backends.answer = answer;
    const lines = log.length;
    const received = await this.#client.send(sending);
    const line = await this.#lineAfter(lines);
    const arrived = backends.arrived.slice(this.#seen);
    this.#seen = backends.arrived.length;
    const logged = { decision: line?.decision ?? "nothing", backend: line?.backend ?? false };
    const outcome = { request, sending, answer, received, arrived, logged };
    const judged = this.#judge.judge(outcome, verdict);
    if (judged.decision !== undefined) this.oracle.note(request, verdict, judged.decision);
    return { outcome, verdict, judged };
  }

  /** The line of the log may appear shortly after the response. */
  async #lineAfter(count: number): Promise<RequestLog | undefined> {
    const { log } = this.#running;
    for (let tries = 0; tries < 200 && log.length === count; tries++) await wait(tries < 20 ? 0 : 10);
    return log[count];
  }

  async stop(): Promise<void> {
    this.#client.close();
    await this.#running.stop();
  }
}
