/**
 * The current state of a Lambda function. A deployment of an API is a snapshot; the functions that it invokes are not part of it.
 */
export interface AwsFunction {
  /** Without a qualifier. */
  readonly arn: string;
  /** e.g. `nodejs22.x`. */
  readonly runtime: string;
  /** `file.export`. */
  readonly handler: string;
  readonly timeoutSeconds: number;
  readonly memoryMegabytes: number;
  readonly environment: Readonly<Record<string, string>>;
  /** Whether the function is attached to a VPC and can therefore reach private addresses. @default false */
  readonly inVpc?: boolean;
  /** The files of the deployment package: base64 by path. */
  readonly files: Readonly<Record<string, string>>;
  /** The function's resource policy: who may invoke it. */
  readonly permissions: readonly AwsFunctionPermission[];
}

/** One statement of a function's policy that allows `lambda:InvokeFunction`. */
export interface AwsFunctionPermission {
  /** e.g. `apigateway.amazonaws.com`. */
  readonly principal: string;
  /** May contain the wildcards `*` and `?`. @default any source */
  readonly sourceArn?: string;
}
