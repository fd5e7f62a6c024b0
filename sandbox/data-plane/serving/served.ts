import type { DeployedGateway } from "../artefacts.ts";
import type { Interpreter } from "../interpreter.ts";

/** A gateway with the interpreter that decides its requests. */
export interface Served {
  /** The gateway's names, for the log. */
  readonly gateway: Pick<DeployedGateway, "name" | "vendor" | "region"> & Partial<DeployedGateway>;
  readonly interpreter: Interpreter;
}
