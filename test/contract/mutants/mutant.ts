import type { DeployedGateway, GatewayArtefacts } from "../../../sandbox/data-plane/artefacts.ts";
import type { Readings } from "../../../sandbox/data-plane/readings.ts";
import type { Case } from "../cases.ts";
import type { Time } from "../world/clock.ts";

/** A deliberate fault in what a compiler rendered or in its environment, which the contract suite must find. */
export interface Mutant {
  /** What is wrong, as the end of a sentence that begins with "when". */
  readonly fault: string;
  /** Changes the artefacts. Throws when it finds nothing to change. */
  readonly mutate?: (artefacts: GatewayArtefacts) => GatewayArtefacts;
  /** Changes what the class deploys behind the gateway. Throws when it finds nothing to change. */
  readonly mutateBehind?: (behind: readonly DeployedGateway[]) => readonly DeployedGateway[];
  /** The description to render: the one with validation, or with many sets of scopes. @default the whole description */
  readonly description?: "checked" | "scopes";
  /** Replaces the clock of the gateway. */
  readonly time?: (clock: Time) => () => number;
  /** What the vendor does where nobody has verified it, if the fault shows only then. @default as the sandbox does */
  readonly readings?: Partial<Readings>;
  /** The case that must fail; `deployment` when the deployment must fail. */
  readonly caughtBy: Case | "deployment";
}

/**
 * Returns the text with a replacement.
 *
 * @throws {Error} when the text does not match, because a mutant without a change proves nothing
 */
export function replaced(text: string, pattern: RegExp | string, replacement: string): string {
  const changed = text.replace(pattern, replacement);
  if (changed === text) throw new Error(`The mutant did not find ${pattern}.`);
  return changed;
}

export const frozenTime: Mutant = {
  fault: "the gateway's clock stops",
  time: (clock) => {
    const started = clock.now();
    return () => started;
  },
  caughtBy: "token-expires-meanwhile",
};
