import type { Cloud } from "./control-plane/cloud.ts";
import type { Link, StoredLink } from "./control-plane/link.ts";
import type { Records } from "./control-plane/records.ts";

/** A change of a link's tunnels. */
export interface LinkOrder {
  /** The link's name or resource. */
  readonly name: string;
  /** The number of the tunnel, from 1. @default all tunnels of the link */
  readonly tunnel?: number;
}

/** An order that names no link, several links, or a tunnel that the link does not have. */
export class LinkError extends Error {
  override readonly name = "LinkError";
}

/** The links of all vendors. Cuts are stored, so that they outlive a restart of the sandbox. */
export class Links {
  readonly #cloud: Cloud;
  readonly #stored: (records: Records) => readonly StoredLink[];

  /** @param stored reads the links of all vendors from the records */
  constructor(cloud: Cloud, stored: (records: Records) => readonly StoredLink[]) {
    this.#cloud = cloud;
    this.#stored = stored;
  }

  list(): readonly Link[] {
    return this.#stored(this.#cloud.records).map(({ link }) => link);
  }

  /**
   * Cuts or mends tunnels. The change is served when the promise is settled.
   *
   * @throws LinkError when the order fits no link
   */
  async change({ name, tunnel }: LinkOrder, isCut: boolean): Promise<Link> {
    await this.#cloud.change(
      (records) => {
        const stored = this.#stored(records);
        const found = named(stored, name);
        const { tunnels } = found.link;
        checkTunnel(found.link, tunnel);
        const after = tunnels.map((each, index) => (tunnel === undefined || tunnel === index + 1 ? isCut : each.isCut));
        found.store(records, after);
      },
      () => false,
    );
    return named(this.#stored(this.#cloud.records), name).link;
  }
}

function named(stored: readonly StoredLink[], name: string): StoredLink {
  const [found, other] = stored.filter(({ link }) => link.name === name || link.resource === name);
  if (found !== undefined && other === undefined) return found;
  if (found !== undefined) {
    const resources = stored
      .filter(({ link }) => link.name === name)
      .map(({ link }) => `${link.resource} (${link.vendor})`);
    throw new LinkError(`several links are named ${JSON.stringify(name)}; write the resource: ${resources.join(", ")}`);
  }
  const names = stored.map(({ link }) => link.name);
  const rule = `no link is named ${JSON.stringify(name)}`;
  if (names.length > 0) throw new LinkError(`${rule}; write one of: ${names.join(", ")}`);
  throw new LinkError(
    `${rule}, because no link is deployed; deploy a stack with a VPN to a network on premises, such as an AwsOnPremLink`,
  );
}

function checkTunnel({ name, tunnels }: Link, tunnel: number | undefined): void {
  if (tunnel === undefined || (Number.isInteger(tunnel) && tunnel >= 1 && tunnel <= tunnels.length)) return;
  const numbers = tunnels.map((_, index) => index + 1).join(", ");
  throw new LinkError(`the link ${name} has no tunnel ${tunnel}; write one of: ${numbers}`);
}
