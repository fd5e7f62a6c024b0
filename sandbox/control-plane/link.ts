import type { RecordChanges } from "./records.ts";

/** A tunnel between a cloud and a device on premises. */
export interface LinkTunnel {
  /** The public address of the cloud's end. */
  readonly address: string;
  /** The public address or the name of the device; empty if it is unknown. */
  readonly device: string;
  readonly isCut: boolean;
}

/** An address on premises that a deployed gateway reaches over a link, while the link has a tunnel. */
export interface LinkUser {
  /** The name of the vendor's resource. */
  readonly gateway: string;
  /** With its port, e.g. `10.20.0.5:8443`. A name, if only a DNS server on premises knows the address. */
  readonly address: string;
}

/** A VPN between a cloud and a network on premises that a stack declares. */
export interface Link {
  /** The name of the component in the stack; that of the resource if no component contains it. */
  readonly name: string;
  readonly vendor: "aws" | "azure" | "gcp";
  readonly region: string;
  /** The vendor's name or id: of a VPN connection, or of an HA VPN gateway. */
  readonly resource: string;
  /** The network in the cloud. */
  readonly network: string;
  /** The ranges on premises to which routes are declared. */
  readonly prefixes: readonly string[];
  /** Whether the device announces its ranges over BGP. The sandbox has no device: it announces every private range. */
  readonly isAnnounced: boolean;
  /** In the order of their numbers, from 1. */
  readonly tunnels: readonly LinkTunnel[];
  readonly users: readonly LinkUser[];
}

/** A link together with its stored state. */
export interface StoredLink {
  readonly link: Link;
  /**
   * Stores which tunnels are cut. The state is a part of the resource and is deleted with it.
   *
   * @param isCut for each tunnel
   */
  store(records: RecordChanges, isCut: readonly boolean[]): void;
}
