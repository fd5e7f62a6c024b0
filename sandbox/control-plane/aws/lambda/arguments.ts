import { isObject, type Properties, type PropertyValue, text, texts } from "../../property-value.ts";
import {
  checkArn,
  checkLength,
  checkMatch,
  checkOneOf,
  checkRange,
  type Fail,
  refuseArguments,
  within,
} from "../argument-check.ts";

/**
 * The runtimes with which a function can be created.
 *
 * @see https://docs.aws.amazon.com/lambda/latest/dg/lambda-runtimes.html
 */
const RUNTIMES: readonly string[] = [
  ...["nodejs20.x", "nodejs22.x", "nodejs24.x"],
  ...["python3.10", "python3.11", "python3.12", "python3.13", "python3.14"],
  ...["java8.al2", "java11", "java17", "java21", "java25"],
  ...["dotnet8", "dotnet9", "dotnet10"],
  ...["ruby3.2", "ruby3.3", "ruby3.4"],
  ...["provided.al2", "provided.al2023"],
];

/** Arguments that change the code of a function or its invocation. */
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

/** The provider's checks of a function's arguments at Check. */
export function checkArguments(inputs: Properties, fail: Fail): void {
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
  const instead = "pass the code as an archive (code), or run against the cloud";
  refuseArguments(inputs, UNSERVED, instead, fail);
  if (text(inputs, "packageType") === "Image") fail("packageType", `the sandbox does not run images; ${instead}`);
  const architectures = texts(inputs.architectures) ?? [];
  if (architectures.length > 1 || architectures.some((each) => each !== "x86_64" && each !== "arm64")) {
    fail(
      "architectures",
      `expected architectures to be one of [x86_64], [arm64], got ${JSON.stringify(architectures)}`,
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
