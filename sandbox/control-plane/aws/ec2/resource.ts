import { digest, hexIdentifier } from "../../identifier.ts";
import type { Kind } from "../../records.ts";
import type { ResourceModel } from "../../resource-model.ts";
import { type AwsSettings, arn } from "../region.ts";
import { type StoredRecord, type StoredResourceType, storedResource } from "../stored-resource.ts";

/**
 * A resource of EC2, with an id such as `vpc-0a1b2c3d4e5f67890` and an ARN such as `arn:aws:ec2:REGION:ACCOUNT:vpc/ID`. What stands
 * around a gateway on the network is mostly kept as it was asked for: packets go where load balancers send them, see the data plane.
 */
export function ec2Resource(
  stored: Kind<StoredRecord>,
  prefix: string,
  title: string,
  { outputs, ...type }: Omit<StoredResourceType, "id" | "title">,
  arnPath: string = prefix,
): ResourceModel<AwsSettings> {
  return storedResource(stored, {
    ...type,
    title,
    id: (call, region, _inputs, taken) =>
      `${prefix}-${hexIdentifier(17, [call.urn, region], (digits) => taken(`${prefix}-${digits}`))}`,
    outputs: (records, found) => ({
      arn: arn("ec2", found.region, `${arnPath}/${found.id}`, true),
      ...outputs?.(records, found),
    }),
  });
}

/** The id of something that comes with another thing. */
export function ec2Id(prefix: string, owner: string): string {
  return `${prefix}-${digest(`${prefix} of ${owner}`, 17)}`;
}
