import { randomInt } from "node:crypto";

/**
 * The seeds of the generated tests. `POLYGATE_SEED=NUMBER` repeats a failure, and `POLYGATE_SEED=random` adds a random seed to the fixed one,
 * as a job of CI does.
 */
const fixedSeed = 20_310_517;
const { POLYGATE_SEED } = process.env;
export const seeds: readonly number[] =
  POLYGATE_SEED === undefined
    ? [fixedSeed]
    : POLYGATE_SEED === "random"
      ? [fixedSeed, randomInt(2 ** 31)]
      : [Number(POLYGATE_SEED)];

/** The seed of a test that is run once: the random one, if there is one. */
export const seed: number = seeds.at(-1) as number;
