import { Kind } from "../../records.ts";

/** What a function runs, and how. */
export interface FunctionCode {
  readonly runtime: string;
  readonly handler: string;
  readonly timeoutSeconds: number;
  readonly memoryMegabytes: number;
  readonly environment: Readonly<Record<string, string>>;
  /** Whether it is attached to a VPC. */
  readonly inVpc?: boolean;
  /** The deployment package, unpacked: base64 by path. */
  readonly files: Readonly<Record<string, string>>;
  /** Base64 of the SHA-256 of the package. */
  readonly codeSha256: string;
  /** Of the package, in bytes. */
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
  /** The last one that was published; 0 when none was. */
  readonly publishedVersion: number;
  /** As AWS writes it. */
  readonly lastModified: string;
  readonly tags: Readonly<Record<string, string>>;
}

/** One statement of the policy of a function, or of one of its versions. */
export interface PermissionRecord {
  readonly statementId: string;
  readonly functionName: string;
  readonly region: string;
  /** Empty for the function itself. */
  readonly qualifier: string;
  readonly action: string;
  readonly principal: string;
  readonly sourceArn?: string;
  readonly sourceAccount?: string;
  /** Whether it has a condition that a call from API Gateway does not meet. */
  readonly conditional: boolean;
}

export const functions = new Kind<FunctionRecord>("aws/lambda/function");
/** By function and number: what was published never changes. */
export const functionVersions = new Kind<FunctionCode>("aws/lambda/version");
/** By function, qualifier and statement; `$` stands for no qualifier. */
export const permissions = new Kind<PermissionRecord>("aws/lambda/permission");
