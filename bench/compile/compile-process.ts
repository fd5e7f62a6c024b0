/** Compiles one vendor's document repeatedly, in a process of its own. */
import { performance } from "node:perf_hooks";
import { normalise } from "../../components/api/check/normalise.ts";
import { answerParent } from "../child.ts";
import { measuredApi, measuredBindings } from "../measured-api.ts";
import { measuredVendors } from "../vendors.ts";

export interface CompileQuestion {
  readonly vendor: string;
  readonly routes: number;
}

/** Durations in milliseconds. */
export interface CompileTimes {
  /** The first compilation of this process. */
  readonly cold: number;
  /** The compilations after the warm-up. */
  readonly warm: readonly number[];
}

const WARM_UP = 20;
const SAMPLES = 50;

answerParent<CompileQuestion>(({ vendor, routes }): CompileTimes => {
  const measured = measuredVendors.find((each) => each.vendor === vendor);
  if (measured?.target === undefined) throw new Error(`The vendor ${vendor} compiles no document.`);
  const target = measured.target();
  const api = normalise(measuredApi(routes, measured.methods));
  const compile = (): number => {
    const started = performance.now();
    target.compile(api, measured.bindings ?? measuredBindings);
    return performance.now() - started;
  };
  const cold = compile();
  for (let index = 0; index < WARM_UP; index++) compile();
  return { cold, warm: Array.from({ length: SAMPLES }, compile) };
});
