import fc from "fast-check";
import { OPEN_QUESTIONS, type Readings } from "../../../sandbox/data-plane/readings.ts";

/** What the vendors may do where nobody has verified it. A gateway must decide alike in each case. */
export const readings = fc.record(
  Object.fromEntries(
    Object.entries(OPEN_QUESTIONS).map(([question, { readings: each }]) => [
      question,
      fc.constantFrom(...Object.keys(each)),
    ]),
  ),
) as fc.Arbitrary<Readings>;
