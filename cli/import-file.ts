import type { PendingCreate } from "./pending-creates.ts";

/**
 * The file that `pulumi import --file` reads.
 *
 * @see https://www.pulumi.com/docs/iac/guides/migration/import/ (bulk import)
 */
interface ImportFile {
  /** The URNs that resources refer to, by name. */
  readonly nameTable: Readonly<Record<string, string>>;
  readonly resources: readonly {
    readonly type: string;
    readonly name: string;
    readonly id: string;
    readonly parent?: string;
    readonly provider?: string;
  }[];
}

/** A resource that exists, and the id to import it by. */
export interface Found {
  readonly create: PendingCreate;
  readonly id: string;
}

/** The import of resources. Each has its parent, so that it gets the URN that the program declares. */
export function importFile(found: readonly Found[]): ImportFile {
  const names = new Map<string, string>();
  const nameFor = (urn: string): string => {
    const name = names.get(urn) ?? `other-${names.size + 1}`;
    names.set(urn, name);
    return name;
  };
  const resources = found.map(({ create: { type, name, parent, provider }, id }) => ({
    type,
    name,
    id,
    ...(parent === undefined || isStack(parent) ? {} : { parent: nameFor(parent) }),
    ...(provider === undefined ? {} : { provider: nameFor(provider) }),
  }));
  return { nameTable: Object.fromEntries([...names].map(([urn, name]) => [name, urn])), resources };
}

/** Whether a URN is that of the stack, the parent of every resource without another one. */
function isStack(urn: string): boolean {
  return urn.split("::")[2] === "pulumi:pulumi:Stack";
}
