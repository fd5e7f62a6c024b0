import { digest } from "../../identifier.ts";
import type { Kind } from "../../records.ts";
import type { ResourceModel } from "../../resource-model.ts";
import { type AwsSettings, arn } from "../region.ts";
import { type StoredRecord, type StoredResourceType, storedResource } from "../stored-resource.ts";
import { uniqueId } from "../unique-id.ts";

/**
 * The model of a resource of EC2, with an id such as `vpc-0a1b2c3d4e5f67890` and an ARN such as `arn:aws:ec2:REGION:ACCOUNT:vpc/ID`.
 * The sandbox stores most of the network around a gateway without effect: the data plane sends packets where load balancers send them.
 *
 * @param prefix the beginning of the id
 * @param arnPath the resource type in the ARN; @default the prefix
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
    id: (call, region, _inputs, taken) => uniqueId((digits) => `${prefix}-${digits}`, 17, [call.urn, region], taken),
    outputs: (records, record) => ({
      arn: arn("ec2", record.region, `${arnPath}/${record.id}`, true),
      ...outputs?.(records, record),
    }),
  });
}

/** The id of a resource that AWS creates together with another one. */
export function ec2Id(prefix: string, owner: string): string {
  return `${prefix}-${digest(`${prefix} of ${owner}`, 17)}`;
}
