import type { DeploymentCalls } from "./calls.ts";

/** The properties of a resource in the stack's state. */
export type Outputs = Readonly<Record<string, unknown>>;

/**
 * The stable deployment: the one that a stage serves to the requests outside the canary, as the last update left it. With it,
 * the gateway's other resources that those requests depend on.
 */
export interface StableDeployment {
  /** The id of the API that it is a deployment of. */
  readonly restApi: string;
  /** Its `triggers`, unchanged. Passing them again keeps the deployment. */
  readonly triggers: Readonly<Record<string, string>>;
  /** The id of the deployment that the stage served. It is an older one if the last update ended before the stage moved. */
  readonly served: unknown;
  /**
   * The resources that it calls. If an update ended after it imported the first canary's document and before it created that
   * canary's deployment, this also contains what that document calls.
   */
  readonly calls: DeploymentCalls;
  /** The mark that the next document has to carry, see {@link stableMark}; undefined if it does not need one. */
  readonly mark: string | undefined;
  /** A hash of everything compiled from its description; undefined if it was created without a canary. */
  readonly draft: string | undefined;
  /** The functions that verify tokens, by the name of their authorizer. */
  readonly authorizers: Readonly<Record<string, { readonly arn: unknown; readonly description: unknown } | undefined>>;
  /** The stage's settings of methods, by the path of the method. */
  readonly methods: Readonly<Record<string, Outputs>>;
  /** The usage plans, by name. */
  readonly plans: Readonly<Record<string, Outputs>>;
  readonly webAcl: Outputs | undefined;
  /** Whether the gateway has a client certificate, which the stage presents to backends. */
  readonly presentsCertificate: boolean;
}

/** The trigger of a canary's deployment. It records the stable deployment, since the state loses that with the next import. */
interface StableNote extends Pick<StableDeployment, "calls"> {
  /** The hash of the document that the stable deployment is a snapshot of. */
  readonly document: string;
  readonly draft?: string;
}

/** Writes the trigger of a canary's deployment that records the stable deployment. */
export function stableTrigger(document: string, calls: DeploymentCalls, draft: string | undefined): string {
  const note: StableNote = { document, calls, ...(draft === undefined ? {} : { draft }) };
  return JSON.stringify(note);
}

/** Reads what {@link stableTrigger} wrote; undefined for anything else. */
export function readStableTrigger(trigger: unknown): StableNote | undefined {
  return typeof trigger === "string" ? (JSON.parse(trigger) as StableNote) : undefined;
}

/**
 * The mark by which a document names the stable deployment.
 *
 * The document that begins a canary carries it in its version. The state contains a document as soon as its import is attempted, and
 * by then the document has been compared with the stable deployment. If the update ends before the canary has a deployment, the next
 * update therefore knows that this document calls everything that the stable deployment calls. Later documents carry the mark too,
 * since without it they would differ.
 *
 * @param document the hash of the document that the stable deployment is a snapshot of
 */
export function stableMark(document: string): string {
  return document.slice(0, 8);
}

/** The note in a document's version that contains the mark. */
export function stableVersionNote(mark: string): string {
  return `beside ${mark}`;
}
