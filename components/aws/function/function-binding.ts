import type { Input } from "@pulumi/pulumi";
import { type Members, value } from "../../gateway/shape.ts";

/** The binding of an `fn` backend on AWS. */
export interface AwsFunctionBinding {
  /** The ARN of an AWS Lambda function, without a version or alias. */
  readonly functionArn: Input<string>;
}

/** The shape of {@link AwsFunctionBinding}. */
export const functionBinding: Members<AwsFunctionBinding> = { functionArn: value };
