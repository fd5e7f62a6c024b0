import type { Problem } from "../problem.ts";

/**
 * Which function an `fn` backend is, in the terms of the gateway's vendor. Only the vendor's {@link FunctionForm} reads what it
 * contains.
 */
export type FunctionBinding = Readonly<Record<string, string>>;

/** What the functions of one gateway class look like. A vendor's target supplies it. */
export interface FunctionForm {
  /** The binding as a user writes it, for messages: its members in braces. */
  readonly shape: string;
  /**
   * A binding to use while the function is unknown.
   *
   * @param label a DNS label made from the backend's name
   */
  readonly placeholder: (label: string) => FunctionBinding;
  /** The problems of a known binding. It comes from a user, so its values may be of any type. */
  readonly check: (binding: Readonly<Record<string, unknown>>, place: string) => readonly Problem[];
}
