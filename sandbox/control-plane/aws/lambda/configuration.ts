import { isEmpty, isObject, type Properties, type PropertyValue, text, textMap, texts } from "../../property-value.ts";
import { type Call, VendorError } from "../../resource-model.ts";
import { roles } from "../iam/record.ts";
import { roleArn } from "../iam/role.ts";
import { trusts } from "../policy-document.ts";
import type { AwsSettings } from "../region.ts";
import { tagsOf } from "../tags.ts";
import { type FunctionPackage, unpack } from "./package.ts";
import type { FunctionRecord } from "./record.ts";

/** https://docs.aws.amazon.com/lambda/latest/dg/configuration-envvars.html */
const MAX_ENVIRONMENT_BYTES = 4096;
const RESERVED_VARIABLES =
  /^(?:_HANDLER|_X_AMZN_TRACE_ID|AWS_DEFAULT_REGION|AWS_REGION|AWS_EXECUTION_ENV|AWS_LAMBDA_.*|AWS_ACCESS_KEY(?:_ID)?|AWS_SECRET_ACCESS_KEY|AWS_SESSION_TOKEN|LAMBDA_TASK_ROOT|LAMBDA_RUNTIME_DIR)$/;

/**
 * The code and settings of a function.
 * @throws VendorError for arguments that Lambda refuses
 */
export function configurationOf(
  call: Call<AwsSettings>,
  name: string,
  region: string,
  inputs: Properties,
  operation: string,
): Omit<FunctionRecord, "publishedVersion"> {
  const invalid = (reason: string): never => {
    throw new VendorError(`${operation}: InvalidParameterValueException: ${reason}`);
  };
  const [handler, runtime] = [text(inputs, "handler"), text(inputs, "runtime")];
  if (handler === undefined || runtime === undefined) {
    throw new VendorError(`${operation}: handler and runtime must be set when PackageType is Zip`);
  }
  if (inputs.code === undefined) invalid("Please provide a source for function code.");
  checkRole(call, text(inputs, "role") ?? "", invalid);
  const environment = isObject(inputs.environment) ? (textMap(inputs.environment.variables) ?? {}) : {};
  checkEnvironment(environment, invalid);
  const content = packageOf(inputs.code ?? null, operation);
  return {
    name,
    region,
    role: text(inputs, "role") ?? "",
    runtime,
    handler,
    timeoutSeconds: typeof inputs.timeout === "number" ? inputs.timeout : 3,
    memoryMegabytes: typeof inputs.memorySize === "number" ? inputs.memorySize : 128,
    environment,
    ...(isObject(inputs.vpcConfig) && !isEmpty(inputs.vpcConfig.subnetIds) ? { inVpc: true } : {}),
    files: content.files,
    codeSha256: content.sha256,
    codeSize: content.size,
    description: text(inputs, "description") ?? "",
    architectures: texts(inputs.architectures) ?? ["x86_64"],
    loggingConfig: loggingOf(inputs.loggingConfig, name),
    lastModified: new Date().toISOString().replace("Z", "+0000"),
    tags: tagsOf(inputs),
  };
}

function packageOf(code: PropertyValue, operation: string): FunctionPackage {
  try {
    return unpack(code);
  } catch (error) {
    if (!(error instanceof VendorError)) throw error;
    throw new VendorError(`${operation}: InvalidParameterValueException: ${error.message}`);
  }
}

/** Refuses a role that Lambda cannot assume. */
function checkRole(call: Call<AwsSettings>, arn: string, invalid: (reason: string) => never): void {
  const name = arn.slice(arn.lastIndexOf("/") + 1);
  const role = roles.get(call.records, name);
  if (
    role === undefined ||
    roleArn(call.settings, role) !== arn ||
    !trusts(role.assumeRolePolicy, "lambda.amazonaws.com")
  ) {
    invalid(`The role defined for the function cannot be assumed by Lambda. (${arn})`);
  }
}

function checkEnvironment(variables: Readonly<Record<string, string>>, invalid: (reason: string) => never): void {
  for (const name of Object.keys(variables)) {
    if (!/^[A-Za-z][A-Za-z0-9_]+$/.test(name)) {
      invalid(`${name}: a variable's name is a letter and then one or more letters, digits and underscores`);
    }
    if (RESERVED_VARIABLES.test(name)) {
      invalid(
        "Lambda was unable to configure your environment variables because the environment variables you have provided " +
          `contains reserved keys that are currently not supported for modification. Reserved keys used in this request: ${name}`,
      );
    }
  }
  if (Buffer.byteLength(JSON.stringify(variables)) > MAX_ENVIRONMENT_BYTES) {
    invalid(
      "Lambda was unable to configure your environment variables because the environment variables you have provided " +
        "exceeded the 4KB limit.",
    );
  }
}

function loggingOf(value: PropertyValue | undefined, name: string): FunctionRecord["loggingConfig"] {
  const settings = isObject(value) ? value : {};
  return {
    logFormat: text(settings, "logFormat") ?? "Text",
    logGroup: text(settings, "logGroup") ?? `/aws/lambda/${name}`,
    applicationLogLevel: text(settings, "applicationLogLevel") ?? "",
    systemLogLevel: text(settings, "systemLogLevel") ?? "",
  };
}
