/**
 * The network stack: the network of each cloud with a VPN to the site on premises, and nothing else. A network team owns it; the hybrid
 * stack takes its links by a stack reference, if its setting `networkStack` names this stack.
 */

import { z } from "zod";
import { readConfiguration } from "./configuration/read.ts";
import { checkNetworks, networkSettings } from "./configuration.ts";
import { declareNetworks } from "./networks.ts";

const {
  aws,
  device: devices,
  ...others
} = declareNetworks(readConfiguration(z.strictObject(networkSettings), checkNetworks));

/** The links, for the stacks of the gateways. They contain no secret. */
export const networks = {
  ...others,
  aws: Object.fromEntries(Object.entries(aws).map(([region, { link }]) => [region, link])),
};
/** What the VPN device on premises must be configured with, beside the keys of the configuration. */
export const device = devices;
