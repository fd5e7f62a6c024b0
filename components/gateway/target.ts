import type { Bindings } from "../api/binding/binding.ts";
import type { FunctionForm } from "../api/binding/function.ts";
import type { LinkForm } from "../api/binding/link.ts";
import type { ProofForm } from "../api/binding/proof.ts";
import type { Capabilities } from "../api/capability/capabilities.ts";
import type { Api } from "../api/checked-api.ts";
import type { Unchecked } from "../api/description.ts";
import type { Problem } from "../api/problem.ts";

/** A route or an auth that depends on vendor behaviour which is not documented, or which is unexpected. Every preview shows it. */
export interface Caution {
  /** The key of the route, or another place, e.g. `auth.staff`. */
  readonly route: string;
  /** What is not known or not expected, and its consequence. A clause without a full stop. */
  readonly what: string;
  /** What the user should do about it: a sentence. */
  readonly advice: string;
  /**
   * Whether the vendor documents the behaviour.
   *
   * @default false
   */
  readonly isDocumented?: true;
}

/** What a line about a caution starts with. */
export function cautionLabel({ isDocumented }: Caution): string {
  return isDocumented === true ? "caution" : "unverified";
}

/** An API whose requests a class can check, and what it leaves unchecked of them. */
export interface Checkable {
  readonly api: Api;
  readonly unchecked: readonly Unchecked[];
}

/** The API as a class checks its requests. */
export function checkable({ checkable: reduce }: Pick<Target<unknown>, "checkable">, api: Api): Checkable {
  return reduce?.(api) ?? { api, unchecked: [] };
}

/**
 * What one gateway class contributes: its capabilities, its checks and its compiler. All of it is pure and uses no Pulumi, so that
 * `polygate check` and `polygate render` report and write exactly what a deployment would.
 */
export interface Target<Document> {
  readonly capabilities: Capabilities;
  /**
   * The number of Pulumi resources of a gateway, without the component itself. More routes alone add none; what a vendor configures
   * in resources of its own, such as a limit unlike the others, may add some.
   */
  readonly resources: (api: Api) => number;
  /** The form of the functions that are bound to `fn` backends. Undefined for a class without such backends. */
  readonly functions?: FunctionForm;
  /** The form of the links that are bound to private backends. Undefined for a class without such backends. */
  readonly links?: LinkForm;
  /** The proofs that the class can give to backends. Undefined for a class that can give none. */
  readonly proofs?: ProofForm;
  /** The problems that only this class has with a well-formed URL of a backend. */
  readonly checkUrl?: (url: string, place: string) => readonly Problem[];
  /** The problems that only this class has with well-formed audiences of an auth that a route uses. */
  readonly checkAudiences?: (audiences: readonly string[], place: string) => readonly Problem[];
  /**
   * The problems that only this class has with bindings that are taken together, or that it needs and others do not. Their values may be
   * placeholders or malformed. Undefined for a class without such problems.
   */
  readonly checkTogether?: (api: Api, bindings: Bindings) => readonly Problem[];
  /**
   * Reduces what routes require of requests to what the class can check, where the description allows that
   * (`request.uncheckable: "report"`). Undefined for a class that checks all or nothing.
   */
  readonly checkable?: (api: Api) => Checkable;
  /** Reports what the vendor rejects beyond its capabilities: numbers, reserved names, texts that its documents cannot hold. */
  readonly check: (api: Api) => readonly Problem[];
  readonly cautions: (api: Api) => readonly Caution[];
  /**
   * Compiles the vendor's document.
   *
   * @throws {PolygateError} for what only shows when the document is compiled, such as its size.
   */
  readonly compile: (api: Api, bindings: Bindings) => Document;
  /** The texts that are deployed, by file name. */
  artefacts(document: Document): Readonly<Record<string, string>>;
}
