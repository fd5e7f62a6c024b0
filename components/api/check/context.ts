import type { Auth, Backend, Limit } from "../description.ts";
import type { Reader } from "../reader.ts";

/** What the rest of the description declares, as far as its routes refer to it. */
export interface Context {
  readonly backends: Readonly<Record<string, Backend>>;
  readonly auth: Readonly<Record<string, Auth>>;
  /** Includes backends that are malformed: each is reported once, where it is declared. */
  readonly backendNames: readonly string[];
  /** Includes auths that are malformed. */
  readonly authNames: readonly string[];
  readonly defaultAuth: Reader;
  readonly limits: readonly Limit[];
  readonly timeoutSeconds: number;
  readonly hasCors: boolean;
}
