import {
  flag,
  isEmpty,
  isObject,
  type Properties,
  type PropertyValue,
  text,
  textMap,
  texts,
  withoutUndefined,
} from "../../property-value.ts";
import { type Call, type ResourceModel, VendorError } from "../../resource-model.ts";
import {
  checkArn,
  checkLength,
  checkMatch,
  checkOneOf,
  checkRange,
  type Fail,
  verifying,
  within,
} from "../argument-check.ts";
import { completeName } from "../automatic-name.ts";
import { roles } from "../iam/record.ts";
import { roleArn } from "../iam/role.ts";
import { trusts } from "../policy-document.ts";
import { type AwsSettings, arn, regionOf } from "../region.ts";
import { tagOutputs, tagsOf } from "../tags.ts";
import { type FunctionPackage, samePackage, unpack } from "./package.ts";
import { type FunctionRecord, functions, functionVersions, permissions } from "./record.ts";

/** https://docs.aws.amazon.com/lambda/latest/dg/lambda-runtimes.html: those that functions can still be made with. */
const RUNTIMES: readonly string[] = [
  ...["nodejs20.x", "nodejs22.x", "nodejs24.x"],
  ...["python3.10", "python3.11", "python3.12", "python3.13", "python3.14"],
  ...["java8.al2", "java11", "java17", "java21", "java25"],
  ...["dotnet8", "dotnet9", "dotnet10"],
  ...["ruby3.2", "ruby3.3", "ruby3.4"],
  ...["provided.al2", "provided.al2023"],
];

/** https://docs.aws.amazon.com/lambda/latest/dg/configuration-envvars.html */
const MOST_ENVIRONMENT_BYTES = 4096;
const RESERVED_VARIABLES =
  /^(?:_HANDLER|_X_AMZN_TRACE_ID|AWS_DEFAULT_REGION|AWS_REGION|AWS_EXECUTION_ENV|AWS_LAMBDA_.*|AWS_ACCESS_KEY(?:_ID)?|AWS_SECRET_ACCESS_KEY|AWS_SESSION_TOKEN|LAMBDA_TASK_ROOT|LAMBDA_RUNTIME_DIR)$/;

/** Arguments that only change what the sandbox does not serve by: kept, and put out as they were given. */
const KEPT = [
  "codeSigningConfigArn",
  "deadLetterConfig",
  "ephemeralStorage",
  "kmsKeyArn",
  "replaceSecurityGroupsOnDestroy",
  "replacementSecurityGroupIds",
  "reservedConcurrentExecutions",
  "skipDestroy",
  "snapStart",
  "sourceKmsKeyArn",
  "tracingConfig",
  "useResourceTimeoutForPropagation",
  "vpcConfig",
];

/** Arguments that change what the code of a function is, or how it is called, in ways that the sandbox does not serve. */
const UNSERVED = [
  "capacityProviderConfig",
  "durableConfig",
  "fileSystemConfig",
  "imageConfig",
  "imageUri",
  "layers",
  "publishTo",
  "s3Bucket",
  "s3Key",
  "s3ObjectVersion",
  "tenancyConfig",
];

/**
 * `aws:lambda/function:Function` (terraform-provider-aws, internal/service/lambda/function.go): code and settings change in
 * place, and whatever names the function uses the new ones from the next request on.
 */
export const lambdaFunction: ResourceModel<AwsSettings> = {
  replaces: ["name", "packageType", "region"],
  same: { code: samePackage },
  cleared: ["description", "environment", "tags"],
  recomputed: {
    code: [
      "codeSha256",
      "lastModified",
      "qualifiedArn",
      "qualifiedInvokeArn",
      "sourceCodeHash",
      "sourceCodeSize",
      "version",
    ],
    tags: ["tagsAll"],
  },

  complete: completeName,

  verify: verifying((inputs, fail) => {
    checkMatch(inputs, "name", /^[A-Za-z0-9_-]*$/, "only letters, digits, hyphens and underscores", fail);
    checkLength(inputs, "name", 1, 64, fail);
    checkArn(inputs, "role", fail);
    checkOneOf(inputs, "runtime", RUNTIMES, fail);
    checkOneOf(inputs, "packageType", ["Zip", "Image"], fail);
    checkLength(inputs, "handler", 1, 128, fail);
    checkLength(inputs, "description", 0, 256, fail);
    checkRange(inputs, "timeout", 1, 900, fail);
    checkRange(inputs, "memorySize", 128, 10_240, fail);
    checkLogging(inputs.loggingConfig, fail);
    const architectures = texts(inputs.architectures) ?? [];
    if (architectures.length > 1 || architectures.some((each) => each !== "x86_64" && each !== "arm64")) {
      fail(
        "architectures",
        `expected architectures to be one of [x86_64], [arm64], got ${JSON.stringify(architectures)}`,
      );
    }
  }),

  create(call, inputs) {
    const region = regionOf(call.settings, inputs);
    const name = text(inputs, "name") ?? "";
    const operation = `creating Lambda Function (${name})`;
    if (functions.get(call.records, region, name) !== undefined) {
      throw new VendorError(`${operation}: ResourceConflictException: Function already exist: ${name}`);
    }
    const made = publish(call, { ...functionOf(call, name, region, inputs, operation), publishedVersion: 0 }, inputs);
    functions.put(call.records, made, region, name);
    return { id: name, outputs: read(made, inputs) };
  },

  read(call, id, state) {
    const found = functions.get(call.records, regionOf(call.settings, state), id);
    return found && { id, outputs: read(found, state) };
  },

  update(call, id, { inputs }) {
    const region = regionOf(call.settings, inputs);
    const operation = `updating Lambda Function (${id})`;
    const found = functions.get(call.records, region, id);
    if (found === undefined) throw new VendorError(noSuchFunction(operation, region, id));
    const changed = functionOf(call, id, region, inputs, operation);
    const after = publish(call, { ...changed, publishedVersion: found.publishedVersion }, inputs, found);
    functions.put(call.records, after, region, id);
    return read(after, inputs);
  },

  delete(call, id, state) {
    if (flag(state, "skipDestroy") === true) return;
    const region = regionOf(call.settings, state);
    functions.delete(call.records, region, id);
    // Its policy and its versions are parts of it. Whatever names it is not asked: API Gateway finds out at the next request.
    for (const kind of [functionVersions, permissions]) call.records.deleteAll(`${kind.key(region, id)}/`);
  },
};

/** What Lambda says of a function that there is not. */
export function noSuchFunction(operation: string, region: string, name: string): string {
  return `${operation}: ResourceNotFoundException: Function not found: ${arn("lambda", region, `function:${name}`, true)}`;
}

function functionOf(
  call: Call<AwsSettings>,
  name: string,
  region: string,
  inputs: Properties,
  operation: string,
): Omit<FunctionRecord, "publishedVersion"> {
  const invalid = (reason: string): never => {
    throw new VendorError(`${operation}: InvalidParameterValueException: ${reason}`);
  };
  const unserved = UNSERVED.find((argument) => !isEmpty(inputs[argument]));
  if (unserved !== undefined || text(inputs, "packageType") === "Image") {
    throw new VendorError(
      `${operation}: the sandbox does not run functions with ${unserved ?? "packageType Image"}; ` +
        "give the code as an archive (code), or run against the cloud",
    );
  }
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

/** Lambda takes the role once, to see that it can. */
function checkRole(call: Call<AwsSettings>, given: string, invalid: (reason: string) => never): void {
  const name = given.slice(given.lastIndexOf("/") + 1);
  const role = roles.get(call.records, name);
  if (
    role === undefined ||
    roleArn(call.settings, role) !== given ||
    !trusts(role.assumeRolePolicy, "lambda.amazonaws.com")
  ) {
    invalid(`The role defined for the function cannot be assumed by Lambda. (${given})`);
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
  if (Buffer.byteLength(JSON.stringify(variables)) > MOST_ENVIRONMENT_BYTES) {
    invalid(
      "Lambda was unable to configure your environment variables because the environment variables you have provided " +
        "exceeded the 4KB limit.",
    );
  }
}

function checkLogging(value: PropertyValue | undefined, fail: Fail): void {
  if (!isObject(value)) return;
  const inside = within("loggingConfig", fail);
  checkOneOf(value, "logFormat", ["Text", "JSON"], inside);
  checkOneOf(value, "applicationLogLevel", ["TRACE", "DEBUG", "INFO", "WARN", "ERROR", "FATAL"], inside);
  checkOneOf(value, "systemLogLevel", ["DEBUG", "INFO", "WARN"], inside);
  checkMatch(value, "logGroup", /^[.\-_/#A-Za-z0-9]{1,512}$/, "the name of a log group", inside);
}

function loggingOf(value: PropertyValue | undefined, name: string): FunctionRecord["loggingConfig"] {
  const given = isObject(value) ? value : {};
  return {
    logFormat: text(given, "logFormat") ?? "Text",
    logGroup: text(given, "logGroup") ?? `/aws/lambda/${name}`,
    applicationLogLevel: text(given, "applicationLogLevel") ?? "",
    systemLogLevel: text(given, "systemLogLevel") ?? "",
  };
}

/** Makes a version of what changed, when the program wants versions. */
function publish(
  call: Call<AwsSettings>,
  made: FunctionRecord,
  inputs: Properties,
  before?: FunctionRecord,
): FunctionRecord {
  if (flag(inputs, "publish") !== true) return made;
  const { lastModified: _now, tags: _tags, ...content } = made;
  const { lastModified: _then, tags: _oldTags, ...old } = before ?? made;
  const same = before !== undefined && before.publishedVersion > 0 && JSON.stringify(content) === JSON.stringify(old);
  if (same) return made;
  const version = made.publishedVersion + 1;
  const { runtime, handler, timeoutSeconds, memoryMegabytes, environment, inVpc, files, codeSha256, codeSize } = made;
  const code = { runtime, handler, timeoutSeconds, memoryMegabytes, environment, files, codeSha256, codeSize };
  functionVersions.put(
    call.records,
    { ...code, ...(inVpc === undefined ? {} : { inVpc }) },
    made.region,
    made.name,
    String(version),
  );
  return { ...made, publishedVersion: version };
}

function read(found: FunctionRecord, remembered: Properties): Properties {
  const { region, name } = found;
  const own = arn("lambda", region, `function:${name}`, true);
  const version = found.publishedVersion > 0 ? String(found.publishedVersion) : "$LATEST";
  const invocation = (target: string) =>
    arn("apigateway", region, `path/2015-03-31/functions/${target}/invocations`, false).replace("::", ":lambda:");
  const kept = Object.fromEntries(KEPT.map((argument) => [argument, remembered[argument]]));
  return withoutUndefined({
    ...kept,
    architectures: found.architectures,
    arn: own,
    code: remembered.code,
    codeSha256: found.codeSha256,
    description: found.description,
    environment: isEmpty(found.environment) ? undefined : { variables: { ...found.environment } },
    handler: found.handler,
    invokeArn: invocation(own),
    lastModified: found.lastModified,
    loggingConfig: { ...found.loggingConfig },
    memorySize: found.memoryMegabytes,
    name,
    packageType: "Zip",
    publish: remembered.publish ?? false,
    qualifiedArn: `${own}:${version}`,
    qualifiedInvokeArn: invocation(`${own}:${version}`),
    region,
    responseStreamingInvokeArn: invocation(own)
      .replace("2015-03-31", "2021-11-15")
      .replace(/invocations$/, "response-streaming-invocations"),
    role: found.role,
    runtime: found.runtime,
    sourceCodeHash: remembered.sourceCodeHash ?? found.codeSha256,
    sourceCodeSize: found.codeSize,
    ...tagOutputs(found.tags),
    timeout: found.timeoutSeconds,
    version,
  });
}
