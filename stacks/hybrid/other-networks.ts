import { output, RunError, StackReference } from "@pulumi/pulumi";
import { z } from "zod";
import { awsRegion } from "../network/aws-region.ts";
import type { Networks } from "../network/networks.ts";

/** The output `networks` of stacks/network. */
const networksOutput = z.object({
  erp: z.string(),
  aws: z.record(
    z.string(),
    z.object({
      kind: z.literal("aws-vpc-link"),
      vpcLinkId: z.string(),
      listenerArn: z.string(),
      loadBalancerArn: z.string(),
    }),
  ),
  azure: z.object({ kind: z.literal("azure-virtual-network"), virtualNetworkId: z.string(), location: z.string() }),
  gcp: z.object({ region: z.string(), link: z.object({ network: z.string(), subnetwork: z.string() }) }),
  zone: z.object({ name: z.string(), id: z.string() }).optional(),
});

/**
 * Reads the networks that another stack declares, as they are deployed.
 *
 * @param name the stack, e.g. `organization/polygate-network/prod`
 * @throws {RunError} if the stack has not been deployed, or declares no networks
 */
export async function otherNetworks(name: string): Promise<Networks> {
  const { value } = await new StackReference(name).getOutputDetails("networks");
  const { success, data, error } = networksOutput.safeParse(value);
  if (!success) {
    const reason = value === undefined ? "it has no output `networks`" : z.prettifyError(error);
    throw new RunError(
      `networkStack: the stack "${name}" declares no networks: ${reason}; deploy stacks/network there`,
    );
  }
  const { erp, aws, azure, gcp, zone } = data;
  return {
    erp,
    aws: Object.fromEntries(
      Object.entries(aws).map(([region, link]) => [region, { region: awsRegion(region), link: output(link) }]),
    ),
    azure: output(azure),
    gcp: { region: gcp.region, link: output(gcp.link) },
    ...(zone === undefined ? {} : { zone: { name: zone.name, id: output(zone.id) } }),
  };
}
