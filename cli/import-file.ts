import type { PendingCreate } from "./pending-creates.ts";

/** What `pulumi import --file` reads: https://www.pulumi.com/docs/iac/guides/migration/import/, bulk import. */
interface ImportFile {
  /** URNs, by the names that resources refer to them by. */
  readonly nameTable: Readonly<Record<string, string>>;
  readonly resources: readonly {
    readonly type: string;
    readonly name: string;
    readonly id: string;
    readonly parent?: string;
    readonly provider?: string;
  }[];
}

/** A resource that is there, and the id of its import. */
export interface Found {
  readonly create: PendingCreate;
  readonly id: string;
}

/** Each below its parent, so that its URN is the one by which the program declares it. */
export function importFile(found: readonly Found[]): ImportFile {
  const names = new Map<string, string>();
  const named = (urn: string): string => {
    const name = names.get(urn) ?? `other-${names.size + 1}`;
    names.set(urn, name);
    return name;
  };
  const resources = found.map(({ create: { type, name, parent, provider }, id }) => ({
    type,
    name,
    id,
    ...(parent === undefined || isStack(parent) ? {} : { parent: named(parent) }),
    ...(provider === undefined ? {} : { provider: named(provider) }),
  }));
  return { nameTable: Object.fromEntries([...names].map(([urn, name]) => [name, urn])), resources };
}

/** The parent of what has no other. */
function isStack(urn: string): boolean {
  return urn.split("::")[2] === "pulumi:pulumi:Stack";
}
