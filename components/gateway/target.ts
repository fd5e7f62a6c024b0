import type { Bindings } from "../api/binding/binding.ts";
import type { FunctionForm } from "../api/binding/function.ts";
import type { LinkForm } from "../api/binding/link.ts";
import type { Capabilities } from "../api/capability/capabilities.ts";
import type { Api } from "../api/checked-api.ts";
import type { Problem } from "../api/problem.ts";

/** Something that is carried, and rests on what the vendor does not document. Shown at every preview. */
export interface Caution {
  readonly route: string;
  /** What is not known, and what it would mean. */
  readonly what: string;
  /** What to do about it. */
  readonly advice: string;
}

/**
 * What a vendor's target brings for one class of gateway: its table, its own checks, its compiler. All pure, without
 * Pulumi, so that `polygate check` and `polygate render` say and write exactly what a deployment would.
 */
export interface Target<Document> {
  readonly capabilities: Capabilities;
  /**
   * How many Pulumi resources a gateway is, beside the component itself. Routes alone add none; what a vendor keeps apart,
   * such as a limit unlike the others, may.
   */
  readonly resources: (api: Api) => number;
  /** How functions are bound to `fn` backends. Omitted where the class supports none. */
  readonly functions?: FunctionForm;
  /** How links are bound to private backends. Omitted where the class supports none. */
  readonly links?: LinkForm;
  /** What the vendor refuses beside the table: numbers, reserved names, what its documents cannot say. */
  readonly check: (api: Api) => readonly Problem[];
  /** What is carried, and worth a look before it is relied upon. */
  readonly cautions: (api: Api) => readonly Caution[];
  /** Throws {@link PolygateError} for what only shows when the document is rendered, such as its size. */
  readonly compile: (api: Api, bindings: Bindings) => Document;
  /** The texts that are deployed, by a file name for each. */
  artefacts(document: Document): Readonly<Record<string, string>>;
}
