import type { Scopes } from "../../description.ts";
import type { Remark } from "./alternatives.ts";

/** Who may call an operation. Without `auth`, the API's default auth applies. */
export interface Requirement {
  readonly auth?: string;
  readonly scopes?: Scopes;
  /** What the document requires and the gateway does not check. */
  readonly unchecked?: readonly Remark[];
  /** What the gateway requires in place of what the document requires. */
  readonly notes?: readonly string[];
}
