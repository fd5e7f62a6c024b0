import { type Api, tokenOf } from "../checked-api.ts";
import type { Problem } from "../problem.ts";
import type { FunctionBinding, FunctionForm } from "./function.ts";
import type { Link, LinkForm } from "./link.ts";
import type { Proof, ProofForm } from "./proof.ts";

/** The URL of a backend. */
export interface UrlBinding {
  /** `https://host[:port][/base/path]`, without query, fragment or credentials. */
  readonly url: string;
  /** How the gateway proves itself to the backend, if the backend wants a proof. */
  readonly proof?: Proof;
}

/** The URL of a private backend, and how the gateway reaches it. */
export interface LinkedBinding extends UrlBinding {
  readonly link: Link;
}

export type BackendBinding = UrlBinding | FunctionBinding | LinkedBinding;

/** The issuer of the tokens of one auth, and their audiences. */
export interface AuthBinding {
  /** The exact value of the tokens' `iss`. */
  readonly issuer: string;
  /**
   * The URL of the issuer's keys.
   * @default the URL in the issuer's OpenID discovery document
   */
  readonly jwksUri?: string;
  /**
   * The audiences of an auth whose description lists none. {@link audiencesOf} returns the audiences of any auth.
   * @default those of the description
   */
  readonly audiences?: readonly string[];
}

/** What differs by environment: what a document compiler needs beside the description. Each value is known or a placeholder. */
export interface Bindings {
  readonly backends: Readonly<Record<string, BackendBinding>>;
  readonly auth: Readonly<Record<string, AuthBinding>>;
}

/** What a gateway class binds to backends in its vendor's own terms. */
export interface BindingForms {
  /** Undefined for a class without backends of kind `fn`. */
  readonly functions?: FunctionForm;
  /** Undefined for a class without backends of kind `onPrem`. */
  readonly links?: LinkForm;
  /** Undefined for a class that cannot prove itself to a backend. */
  readonly proofs?: ProofForm;
  /** The problems that only this class has with a well-formed URL of a backend. */
  readonly checkUrl?: (url: string, place: string) => readonly Problem[];
  /** The problems that only this class has with well-formed audiences of an auth that a route uses. */
  readonly checkAudiences?: (audiences: readonly string[], place: string) => readonly Problem[];
}

/**
 * The binding of a name.
 *
 * @throws {RangeError} if nothing is bound to it, which `checkBindings` reports to users
 */
export function bound<T>(bindings: Readonly<Record<string, T>>, name: string): T {
  const binding = Object.hasOwn(bindings, name) ? bindings[name] : undefined;
  if (binding === undefined) throw new RangeError(`nothing is bound to "${name}"`);
  return binding;
}

/**
 * The audiences of an auth that requires a token: those of the description, or else those of the binding.
 *
 * @throws {RangeError} if neither lists any, which `checkBindings` reports to users
 */
export function audiencesOf({ auth }: Pick<Api, "auth">, bindings: Bindings, name: string): readonly string[] {
  const declared = auth[name] === undefined ? undefined : tokenOf(auth[name])?.audiences;
  const audiences = declared ?? bound(bindings.auth, name).audiences;
  if (audiences === undefined || audiences.length === 0) throw new RangeError(`"${name}" has no audiences`);
  return audiences;
}

/** The URL that is bound to a backend of kind `http` or `onPrem`. */
export function urlOf({ backends }: Bindings, backend: string): string {
  const { url } = bound(backends, backend) as Partial<UrlBinding>;
  if (url === undefined) throw new RangeError(`no URL is bound to "${backend}"`);
  return url;
}

/** The proof that is bound to a backend. Undefined if the backend wants none. */
export function proofOf({ backends }: Bindings, backend: string): Proof | undefined {
  return (bound(backends, backend) as Partial<UrlBinding>).proof;
}

/** The link that is bound to a backend of kind `onPrem`. */
export function linkOf({ backends }: Bindings, backend: string): Link {
  const { link } = bound(backends, backend) as Partial<LinkedBinding>;
  if (link === undefined) throw new RangeError(`no link is bound to "${backend}"`);
  return link;
}
