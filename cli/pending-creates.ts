import { readFileSync } from "node:fs";
import { CommandError } from "./command-error.ts";

/** A resource that an engine was making when it was killed: whether it is there, only its vendor knows. */
export interface PendingCreate {
  readonly urn: string;
  /** The last part of the URN. */
  readonly name: string;
  readonly type: string;
  readonly inputs: Readonly<Record<string, unknown>>;
  readonly parent: string | undefined;
  /** Of a provider that the program made itself; the engine finds others by the type. */
  readonly provider: string | undefined;
  /** What the state has of this URN: one in whose place it was to come, or itself, taken in since. */
  readonly standing: Standing | undefined;
  /** The ids of those of its type that the state knows. */
  readonly known: readonly string[];
}

/** A resource of the state. */
export interface Standing {
  readonly id: string;
  readonly inputs: Readonly<Record<string, unknown>>;
}

/** As `pulumi stack export` has them. */
interface ExportedResource {
  readonly urn: string;
  readonly type: string;
  readonly id?: string;
  readonly inputs?: Readonly<Record<string, unknown>>;
  readonly parent?: string;
  readonly provider?: string;
  readonly delete?: boolean;
}

/**
 * Reads what `pulumi stack export` wrote.
 *
 * @param file default: standard input
 * @throws {CommandError} when it is something else.
 */
export function readPendingCreates(file: string | undefined): readonly PendingCreate[] {
  const { resources = [], pending_operations: operations = [] } = deploymentOf(textOf(file), file ?? "standard input");
  const standing = new Map(
    resources.flatMap(({ urn, id = "", inputs = {}, delete: goes }) => (goes ? [] : [[urn, { id, inputs }] as const])),
  );
  return operations
    .filter(({ type }) => type === "creating")
    .map(({ resource: { urn, type, inputs = {}, parent, provider } }) => ({
      urn,
      name: nameOf(urn),
      type,
      inputs,
      parent,
      provider: provider === undefined ? undefined : madeByTheProgram(provider),
      standing: standing.get(urn),
      known: resources.flatMap((resource) =>
        resource.type === type && resource.id !== undefined ? [resource.id] : [],
      ),
    }));
}

/** `urn:pulumi:STACK::PROJECT::TYPES::NAME`, of which only the name may hold "::". */
export function nameOf(urn: string): string {
  return urn.split("::").slice(3).join("::");
}

interface Deployment {
  readonly resources?: readonly ExportedResource[];
  readonly pending_operations?: readonly { readonly type: string; readonly resource: ExportedResource }[];
}

function textOf(file: string | undefined): string {
  if (file === undefined && process.stdin.isTTY) {
    throw new CommandError("there is nothing to read: run `pulumi stack export | polygate pending`, or name a file");
  }
  try {
    return readFileSync(file ?? 0, "utf8");
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    throw new CommandError(`${file ?? "standard input"}: this cannot be read (${code ?? message})`, { cause: error });
  }
}

function deploymentOf(text: string, place: string): Deployment {
  const wrong = (why: string) =>
    new CommandError(`${place}: this is not what \`pulumi stack export\` writes (${why}); hand that in as it is`);
  let parsed: unknown;
  try {
    parsed = JSON.parse(text);
  } catch (error) {
    throw wrong((error as Error).message);
  }
  const { deployment } = (parsed ?? {}) as { readonly deployment?: Deployment };
  if (typeof deployment !== "object" || deployment === null) throw wrong("it has no deployment");
  const { resources = [], pending_operations: operations = [] } = deployment;
  if (!Array.isArray(resources) || !resources.every(isResource)) throw wrong("its resources are none");
  if (!Array.isArray(operations) || !operations.every((operation) => isResource(operation?.resource))) {
    throw wrong("its pending operations are none");
  }
  return deployment;
}

function isResource(value: unknown): boolean {
  const { urn, type, id, parent, provider, inputs } = (value ?? {}) as Record<string, unknown>;
  const optional = [id, parent, provider].every((text) => text === undefined || typeof text === "string");
  const known = inputs === undefined || (typeof inputs === "object" && inputs !== null);
  return typeof urn === "string" && typeof type === "string" && optional && known;
}

/** `URN::ID` of a provider, as its URN; undefined for one that the engine made by itself. */
function madeByTheProgram(reference: string): string | undefined {
  const urn = reference.split("::").slice(0, -1).join("::");
  return /^default(?:_|$)/.test(nameOf(urn)) ? undefined : urn;
}
