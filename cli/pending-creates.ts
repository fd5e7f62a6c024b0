import { readFile } from "node:fs/promises";
import { text as textOfStream } from "node:stream/consumers";
import { CommandError } from "./command-error.ts";

/** A resource that an engine was creating when it was killed. Only the vendor knows whether it exists. */
export interface PendingCreate {
  readonly urn: string;
  /** The last part of the URN. */
  readonly name: string;
  readonly type: string;
  readonly inputs: Readonly<Record<string, unknown>>;
  readonly parent: string | undefined;
  /** The URN of the provider, if the program declares it. The engine finds a default provider by the type. */
  readonly provider: string | undefined;
  /** The resource of this URN in the state: the one to be replaced, or the created one if it was imported since. */
  readonly recorded: RecordedResource | undefined;
  /** The ids of the resources of its type in the state. */
  readonly known: readonly string[];
}

/** A resource in the state. */
export interface RecordedResource {
  readonly id: string;
  readonly inputs: Readonly<Record<string, unknown>>;
}

/** A resource in the output of `pulumi stack export`. */
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
 * Reads the output of `pulumi stack export`.
 *
 * @param file by default standard input
 * @throws {CommandError} if the file cannot be read or is not such an output.
 */
export async function readPendingCreates(file: string | undefined): Promise<readonly PendingCreate[]> {
  const { resources = [], pending_operations: operations = [] } = deploymentOf(
    await textOf(file),
    file ?? "standard input",
  );
  const recorded = new Map(
    resources.flatMap(({ urn, id = "", inputs = {}, delete: isDeleted }) =>
      isDeleted ? [] : [[urn, { id, inputs }] as const],
    ),
  );
  return operations
    .filter(({ type }) => type === "creating")
    .map(({ resource: { urn, type, inputs = {}, parent, provider } }) => ({
      urn,
      name: nameOf(urn),
      type,
      inputs,
      parent,
      provider: provider === undefined ? undefined : declaredProvider(provider),
      recorded: recorded.get(urn),
      known: resources.flatMap((resource) =>
        resource.type === type && resource.id !== undefined ? [resource.id] : [],
      ),
    }));
}

/** The name in `urn:pulumi:STACK::PROJECT::TYPES::NAME`. Only the name may contain `::`. */
export function nameOf(urn: string): string {
  return urn.split("::").slice(3).join("::");
}

interface Deployment {
  readonly resources?: readonly ExportedResource[];
  readonly pending_operations?: readonly { readonly type: string; readonly resource: ExportedResource }[];
}

async function textOf(file: string | undefined): Promise<string> {
  if (file === undefined && process.stdin.isTTY) {
    throw new CommandError(
      "standard input is a terminal; run `pulumi stack export | polygate pending`, or pass a file",
    );
  }
  try {
    // Standard input may be a pipe without data yet, which a synchronous read does not wait for (EAGAIN).
    return await (file === undefined ? textOfStream(process.stdin) : readFile(file, "utf8"));
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    throw new CommandError(`${file ?? "standard input"}: cannot read it (${code ?? message})`, { cause: error });
  }
}

function deploymentOf(text: string, place: string): Deployment {
  const invalid = (reason: string) =>
    new CommandError(`${place}: not the output of \`pulumi stack export\` (${reason}); pass that output unchanged`);
  let parsed: unknown;
  try {
    parsed = JSON.parse(text);
  } catch (error) {
    throw invalid((error as Error).message);
  }
  const { deployment } = (parsed ?? {}) as { readonly deployment?: Deployment };
  if (typeof deployment !== "object" || deployment === null) throw invalid("it has no deployment");
  const { resources = [], pending_operations: operations = [] } = deployment;
  if (!Array.isArray(resources) || !resources.every(isResource)) throw invalid("its resources are malformed");
  if (!Array.isArray(operations) || !operations.every((operation) => isResource(operation?.resource))) {
    throw invalid("its pending operations are malformed");
  }
  return deployment;
}

function isResource(value: unknown): boolean {
  const { urn, type, id, parent, provider, inputs } = (value ?? {}) as Record<string, unknown>;
  const optional = [id, parent, provider].every((text) => text === undefined || typeof text === "string");
  const hasInputs = inputs === undefined || (typeof inputs === "object" && inputs !== null);
  return typeof urn === "string" && typeof type === "string" && optional && hasInputs;
}

/** The URN in a provider's reference `URN::ID`; undefined for a default provider, which the engine creates. */
function declaredProvider(reference: string): string | undefined {
  const urn = reference.split("::").slice(0, -1).join("::");
  return /^default(?:_|$)/.test(nameOf(urn)) ? undefined : urn;
}
