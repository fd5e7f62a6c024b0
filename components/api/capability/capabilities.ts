import type { Decoding } from "../path/decoding.ts";
import type { Vendor } from "../problem.ts";
import type { Feature } from "./features.ts";

/** Whether and how a vendor supports a feature. */
export type Support =
  | { readonly support: "native"; readonly how: string }
  | { readonly support: "composed"; readonly how: string }
  /** `instead` says what to write instead, or which class supports it. */
  | { readonly support: "none"; readonly why: string; readonly instead: string };

/** A number that the vendor sets, with the page that documents it. */
export interface VendorLimit {
  readonly value: number;
  readonly unit: string;
  /** Whether the vendor raises it on request. */
  readonly raisable: boolean;
  readonly source: string;
}

/** A case of the contract that a vendor decides differently, with the reason. It never opens a route. */
export interface Divergence {
  /** The case's name in the contract suite. */
  readonly case: string;
  readonly reason: string;
}

/** What a gateway does with a request whose path a lenient server may read as a path of a stricter route. */
export interface ReadingSupport {
  /** How the gateway refuses such a request, as a clause without a full stop. Undefined if it may forward the request. */
  readonly refused?: string;
  /** How to let the gateway refuse such a request: a sentence. Undefined if it does so already or cannot. */
  readonly instead?: string;
  /** How the gateway decodes paths. Undefined if it selects a route by the path that it forwards. */
  readonly decoding?: Decoding;
}

/** What one gateway class supports. */
export interface Capabilities {
  readonly vendor: Vendor;
  /** The class that a user declares, e.g. `AwsHttpApi`. */
  readonly className: string;
  /** How the class is declared, where that decides what it supports, e.g. `with a companion`. Completes the name of the class. */
  readonly form?: string;
  readonly features: Readonly<Record<Feature, Support>>;
  /** How exactly the vendor counts limits, in its own terms. */
  readonly limitPrecision: string;
  readonly limits: Readonly<Record<string, VendorLimit>>;
  readonly divergences: readonly Divergence[];
  readonly readings: ReadingSupport;
  /** Kinds of text that a description may contain and the vendor's documents cannot express. Only these are refused. */
  readonly noEscape: readonly NoEscape[];
}

/** A kind of text that is refused because the vendor's documents have no escape for it. */
export interface NoEscape {
  /** The code of the problem. */
  readonly code: string;
  /** Where in a description the text is refused. */
  readonly where: string;
  /** What a text there must not contain. */
  readonly text: string;
}

/** The name of a class, with the form in which it is declared. */
export function formOf({ className, form }: Pick<Capabilities, "className" | "form">): string {
  return form === undefined ? className : `${className} ${form}`;
}
