import assert from "node:assert/strict";
import { setTimeout as sleep } from "node:timers/promises";
import { Agent } from "undici";

/** A request that is sent again and again. */
export interface Call {
  readonly name: string;
  readonly url: string;
  readonly headers?: Readonly<Record<string, string>>;
}

/** A response, with the phases of the test in which its request was sent and it was complete. */
export interface Answer {
  readonly call: string;
  readonly status: number;
  readonly body: string;
  readonly sentIn: string;
  readonly completeIn: string;
}

/** How often due requests are sent, in milliseconds. */
const TICK_MS = 10;
/** The largest number of requests that are under way at a time. */
const MOST_UNDER_WAY = 100;

/** What one description decides for a call. */
export interface Decided extends Omit<Call, "name"> {
  readonly old: string;
  readonly now: string;
}

/** The number of requests of each call that are under way at a time while an update runs. */
const CONCURRENCY = 2;

/**
 * Sends a call as fast as it is answered, and once more after the end. Fails when an answer is neither that of the old description nor
 * that of the new one, or is the old one again after the new one.
 *
 * @param outcomeOf a text for an answer
 * @returns how often each of the two decided
 */
export async function requestUntil(
  ended: () => boolean,
  { url, headers = {}, old, now }: Decided,
  outcomeOf: (status: number, body: string) => string,
): Promise<readonly [old: number, now: number]> {
  const agent = new Agent({ connections: CONCURRENCY });
  const counts: [number, number] = [0, 0];
  const worker = async (): Promise<void> => {
    let isNew = false;
    for (let more = true; more; ) {
      more = !ended();
      const { status, body } = await answer(agent, url, headers);
      const outcome = outcomeOf(status, body);
      if (outcome !== now) assert.equal(outcome, old, `${url}: ${status} ${body}`);
      assert.ok(outcome !== old || old === now || !isNew, `${url}: the old description decided after the new one`);
      isNew = outcome === now;
      if (outcome === old) counts[0]++;
      if (outcome === now) counts[1]++;
    }
  };
  await Promise.all(Array.from({ length: CONCURRENCY }, worker));
  await agent.close();
  return counts;
}

/** A connection that fails has the status 0. */
async function answer(
  agent: Agent,
  url: string,
  headers: Readonly<Record<string, string>>,
): Promise<{ readonly status: number; readonly body: string }> {
  const { origin, pathname, search } = new URL(url);
  try {
    const { statusCode, body } = await agent.request({ origin, path: `${pathname}${search}`, method: "GET", headers });
    return { status: statusCode, body: await body.text() };
  } catch (error) {
    return { status: 0, body: String(error) };
  }
}

/** Sends calls in turn at a constant rate, whatever is answered. */
export class Traffic {
  readonly answers: Answer[] = [];
  readonly #calls: readonly Call[];
  readonly #agent = new Agent({ connections: 64 });
  readonly #underWay = new Set<Promise<void>>();
  readonly #start = performance.now();
  readonly #timer: NodeJS.Timeout;
  #phase = "";
  /** By call, the answers whose whole request is in the present phase. */
  #whole: ReadonlyMap<string, Answer[]> = new Map();
  #sent = 0;
  /** The number of requests that were due but not sent. */
  #left = 0;

  /**
   * @param perSecond the requests per second to all calls together
   * @param phase the name of the first phase
   */
  constructor(calls: readonly Call[], perSecond: number, phase: string) {
    this.#calls = calls;
    this.begin(phase);
    this.#timer = setInterval(() => {
      const due = ((performance.now() - this.#start) / 1000) * perSecond;
      while (this.#sent + this.#left < due) {
        // A machine that is too slow for the rate sends less, instead of an ever longer queue.
        if (this.#underWay.size < MOST_UNDER_WAY) this.#send();
        else this.#left++;
      }
    }, TICK_MS);
  }

  /** Begins a phase. Requests that are under way belong to two. */
  begin(phase: string): void {
    this.#phase = phase;
    this.#whole = new Map(this.#calls.map(({ name }) => [name, []]));
  }

  /** Waits until each call has this many answers whose whole request is in the present phase. Returns all of these. */
  async whole(count: number): Promise<readonly Answer[]> {
    const whole = this.#whole;
    while ([...whole.values()].some(({ length }) => length < count)) await sleep(TICK_MS);
    return [...whole.values()].flat();
  }

  /** Ends the traffic when the last request is answered. */
  async stop(): Promise<void> {
    clearInterval(this.#timer);
    await Promise.all(this.#underWay);
    await this.#agent.close();
  }

  #send(): void {
    const call = this.#calls[this.#sent++ % this.#calls.length] as Call;
    const request = this.#request(call).finally(() => this.#underWay.delete(request));
    this.#underWay.add(request);
  }

  async #request({ name, url, headers = {} }: Call): Promise<void> {
    const sentIn = this.#phase;
    const { status, body } = await answer(this.#agent, url, headers);
    const answered = { call: name, status, body, sentIn, completeIn: this.#phase };
    this.answers.push(answered);
    if (sentIn === this.#phase) this.#whole.get(name)?.push(answered);
  }
}
