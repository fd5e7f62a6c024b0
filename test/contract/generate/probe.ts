import type { Case } from "../cases.ts";
import type { DescriptionText, OracleRoute, Places } from "../oracle/description.ts";
import type { ContractRequest } from "../oracle/oracle.ts";
import type { Answer } from "../world/backend.ts";
import type { Sending } from "../world/client.ts";
import type { Tokens } from "../world/tokens.ts";

/** One request of a probe. It is created just before it is sent, so that its token is valid from that moment. */
export interface Step {
  /** The case that the step tests. @default the case of the probe */
  readonly case?: Case;
  /** How many milliseconds to wait before the request, or a function that returns this number for the current time. */
  readonly after: number | ((now: number) => number);
  readonly make: (now: number) => Promise<{ readonly request: ContractRequest; readonly sending: Sending }>;
  /** The response of the backends. @default {@link plainAnswer} */
  readonly answer?: Answer;
}

/** Requests that test one case of the contract. */
export interface Probe {
  readonly case: Case;
  readonly steps: readonly Step[];
}

/** Whether a probe waits for a window or an expiry. Only a simulated clock makes such a probe quick. */
export function waits({ steps }: Probe): boolean {
  return steps.some(({ after }) => after !== 0);
}

/** A description, where it is deployed, and what probes of it need. */
export interface ProbeContext {
  readonly description: DescriptionText;
  readonly places: Places;
  readonly routes: readonly OracleRoute[];
  readonly tokens: Tokens;
  readonly maxBodyBytes: number;
}
