import type { GatewayArtefacts } from "../../../sandbox/data-plane/artefacts.ts";
import type { Case } from "../cases.ts";
import type { Clock } from "../world/clock.ts";

/** A fault put into what a compiler rendered, or into its surroundings. */
export interface Mutant {
  readonly says: string;
  /** Changes the artefacts of the whole description; throws when it finds nothing to change. */
  readonly mutate?: (artefacts: GatewayArtefacts) => GatewayArtefacts;
  /** Of which description the artefacts are. Default: the whole one. */
  readonly of?: "checked";
  /** Changes what the gateway takes for the time. */
  readonly time?: (clock: Clock) => () => number;
  /** The case that must fail, or that the gateway must not be deployed at all. */
  readonly caughtBy: Case | "deployment";
}

/** Replaces, or throws: a mutant that changes nothing would prove nothing. */
export function replaced(text: string, pattern: RegExp | string, replacement: string): string {
  const changed = text.replace(pattern, replacement);
  if (changed === text) throw new Error(`the mutant found nothing to change: ${pattern}`);
  return changed;
}

export const frozenTime: Mutant = {
  says: "the gateway's clock stands still",
  time: (clock) => {
    const started = clock.now();
    return () => started;
  },
  caughtBy: "token-expires-meanwhile",
};
