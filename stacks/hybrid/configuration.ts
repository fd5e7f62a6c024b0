import { Config } from "@pulumi/pulumi";
import { z } from "zod";
import type { NamedRange } from "../configuration/ranges.ts";
import { readConfiguration, type Written } from "../configuration/read.ts";
import { accessLog, httpsUrl, issuer } from "../configuration/settings.ts";
import { checkNetworks, networkSettings } from "../network/configuration.ts";

const gatewaySettings = {
  catalog: httpsUrl("the URL of the catalogue, https://NAME"),
  issuer,
  issuerKeys: httpsUrl("the URL of the issuer's public keys"),
  accessLog: accessLog("the access log on AWS; none if it is left out"),
  apiManagement: z
    .strictObject({
      tier: z
        .enum(["Developer", "Premium", "StandardV2", "PremiumV2"])
        .describe("a tier that reaches a private network: Developer, Premium, StandardV2 or PremiumV2"),
      units: z.int().min(1).optional().describe("the number of units, from 1"),
      subnet: z.cidrv4().describe("the addresses of the service's subnet, a part of the virtual network"),
      publisher: z
        .strictObject({
          name: z.string().min(1).describe("the name of the publisher"),
          email: z.email().describe("the e-mail address of the publisher"),
        })
        .describe("who publishes the API"),
    })
    .describe("the API Management service"),
  companion: z
    .strictObject({
      minimum: z.int().min(0).describe("the fewest instances, from 0"),
      maximum: z.int().min(1).describe("the most instances, from 1"),
    })
    .describe("the instances of Google's companion"),
};

/** The settings of the hybrid stack with networks of its own. */
export const ownNetworks = z.strictObject({ ...gatewaySettings, ...networkSettings });
/** The settings of the hybrid stack with the networks of another stack. */
export const otherNetworks = z.strictObject({
  ...gatewaySettings,
  networkStack: z.string().min(1).describe("the stack of the networks, such as organization/polygate-network/prod"),
});

/** The settings of the gateways, and either those of the networks or the stack that declares them. */
export type HybridConfiguration = z.output<typeof ownNetworks> | z.output<typeof otherNetworks>;

/**
 * Reads the configuration of the current stack.
 *
 * @throws {pulumi.RunError} with everything that is wrong
 */
export function readHybridConfiguration(): HybridConfiguration {
  return new Config().get("networkStack")
    ? readConfiguration(otherNetworks)
    : readConfiguration(ownNetworks, (written) => checkNetworks(written, [serviceSubnet(written)]));
}

function serviceSubnet({ apiManagement }: Written): NamedRange {
  return { setting: "apiManagement.subnet", range: (apiManagement as Written | undefined)?.subnet };
}
