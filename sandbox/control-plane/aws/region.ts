import { type Properties, text } from "../property-value.ts";
import { VendorError } from "../resource-model.ts";

/** The AWS account of the sandbox: twelve digits that AWS never assigns. */
export const accountId = "000000000000";

export interface AwsSettings {
  readonly region: string;
}

/** The Region of a resource. Since version 7 of the provider, a resource may set its own. */
export function regionOf(settings: AwsSettings, properties: Properties): string {
  return text(properties, "region") ?? settings.region;
}

/**
 * The partition and DNS suffix of a Region.
 *
 * @see https://docs.aws.amazon.com/general/latest/gr/rande.html
 */
export function partitionOf(region: string): { readonly partition: string; readonly dnsSuffix: string } {
  if (region.startsWith("cn-")) return { partition: "aws-cn", dnsSuffix: "amazonaws.com.cn" };
  if (region.startsWith("us-gov-")) return { partition: "aws-us-gov", dnsSuffix: "amazonaws.com" };
  return { partition: "aws", dnsSuffix: "amazonaws.com" };
}

/** @throws VendorError for a text that is not the name of a Region */
export function checkRegion(region: string): string {
  if (!/^[a-z]{2}(?:-[a-z]+)+-\d+$/.test(region)) {
    throw new VendorError(`invalid AWS Region: ${region}; set aws:region to one such as eu-central-1`);
  }
  return region;
}

/**
 * The ARN of a resource.
 * @param account whether the ARN contains the account (API Gateway's own ARNs do not)
 */
export function arn(service: string, region: string, resource: string, account: boolean): string {
  return `arn:${partitionOf(region).partition}:${service}:${region}:${account ? accountId : ""}:${resource}`;
}
