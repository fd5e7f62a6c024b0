import { Kind } from "../../records.ts";
import { arn } from "../region.ts";
import type { Tags } from "../tags.ts";

/** The code of a function and the settings with which it runs. */
export interface FunctionCode {
  readonly runtime: string;
  readonly handler: string;
  readonly timeoutSeconds: number;
  readonly memoryMegabytes: number;
  readonly environment: Readonly<Record<string, string>>;
  /** Whether the function is attached to a VPC. */
  readonly inVpc?: boolean;
  /** The deployment package, unpacked: base64 by path. */
  readonly files: Readonly<Record<string, string>>;
  /** Base64 of the SHA-256 of the package. */
  readonly codeSha256: string;
  /** The size of the package in bytes. */
  readonly codeSize: number;
}

export interface FunctionRecord extends FunctionCode {
  readonly name: string;
  readonly region: string;
  readonly role: string;
  readonly description: string;
  readonly architectures: readonly string[];
  readonly loggingConfig: {
    readonly logFormat: string;
    readonly logGroup: string;
    readonly applicationLogLevel: string;
    readonly systemLogLevel: string;
  };
  /** The last published version; 0 without one. */
  readonly publishedVersion: number;
  /** In the form of Lambda, e.g. `2026-01-31T12:00:00.000+0000`. */
  readonly lastModified: string;
  readonly tags: Tags;
}

/** One statement of the policy of a function, or of one of its versions. */
export interface PermissionRecord {
  readonly statementId: string;
  readonly functionName: string;
  readonly region: string;
  /** The version; empty for the function itself. */
  readonly qualifier: string;
  readonly action: string;
  readonly principal: string;
  readonly sourceArn?: string;
  readonly sourceAccount?: string;
  /** Whether it has a condition that a call from API Gateway does not meet. */
  readonly conditional: boolean;
}

export const functions = new Kind<FunctionRecord>("aws/lambda/function");
/** By Region, function and number. A published version never changes. */
export const functionVersions = new Kind<FunctionCode>("aws/lambda/version");
/** By Region, function, qualifier and statement. `$` means no qualifier. */
export const permissions = new Kind<PermissionRecord>("aws/lambda/permission");

/** The error of Lambda for a function that does not exist. */
export function noSuchFunction(operation: string, region: string, name: string): string {
  return `${operation}: ResourceNotFoundException: Function not found: ${arn("lambda", region, `function:${name}`, true)}`;
}
