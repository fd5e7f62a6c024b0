import { createHash } from "node:crypto";
import { Function as LambdaFunction } from "@pulumi/aws/lambda/function.js";
import type { FunctionArgs } from "@pulumi/aws/lambda/index.js";
import * as pulumi from "@pulumi/pulumi";
import type { ChildTransform } from "../../gateway/child-transform.ts";
import { longestName, resourceName } from "../resource-name.ts";
import type { Execution } from "./execution.ts";
import type { FunctionContent } from "./function-content.ts";

/** The content of a function, some of whose files may be known only during the deployment. */
export interface PendingContent extends Omit<FunctionContent, "files"> {
  readonly files: pulumi.Input<FunctionContent["files"]>;
}

/**
 * The newest runtime of Lambda, supported until April 2028. Handlers must be asynchronous: it does not support callbacks.
 *
 * @see https://docs.aws.amazon.com/lambda/latest/dg/lambda-runtimes.html
 */
export const functionRuntime = "nodejs24.x";

/** https://docs.aws.amazon.com/lambda/latest/api/API_CreateFunction.html, Description. */
const longestDescription = 256;

/**
 * Declares a function that is never changed in place. Another content is another function, which is created before its users switch to
 * it, and the old one is deleted afterwards. A deployment that is being served keeps the function that it was made for.
 *
 * Pulumi generates the physical name. A name derived from the content could not be created again if the engine was killed after
 * creating the function and before recording it, and every later update would fail.
 *
 * @param name of the resource, `<component>-<part>`
 */
export function immutableFunction(
  name: string,
  content: PendingContent,
  { role, rolePolicy, logGroup }: Execution,
  options: pulumi.CustomResourceOptions,
  transform: ChildTransform<FunctionArgs>,
): LambdaFunction {
  const { handler, timeoutSeconds, memoryMegabytes } = content;
  return transform.declare(
    LambdaFunction,
    resourceName(name, longestName),
    {
      description: functionDescription(content),
      packageType: "Zip",
      code: pulumi.output(content.files).apply(archiveOf),
      handler,
      runtime: functionRuntime,
      timeout: timeoutSeconds,
      memorySize: memoryMegabytes,
      role: role.arn,
      loggingConfig: { logFormat: "JSON", logGroup: logGroup.name },
    },
    {
      ...options,
      dependsOn: rolePolicy,
      // The description identifies the content. The provider itself would change code and description in place.
      replaceOnChanges: ["description"],
      deleteBeforeReplace: false,
    },
  );
}

function archiveOf(files: FunctionContent["files"]): pulumi.asset.AssetArchive {
  const assets = Object.entries(files).map(([file, text]) => [file, new pulumi.asset.StringAsset(text)] as const);
  return new pulumi.asset.AssetArchive(Object.fromEntries(assets));
}

/** The purpose of a function and a hash of its content. */
export function functionDescription(content: PendingContent): pulumi.Output<string> {
  return contentHash(content).apply((hash) => `${content.purpose.slice(0, longestDescription - 66)} ${hash}`);
}

/** A hash of a function's content. The order of the files does not matter. */
export function contentHash({
  files,
  handler,
  timeoutSeconds,
  memoryMegabytes,
}: Omit<PendingContent, "purpose">): pulumi.Output<string> {
  return pulumi.output(files).apply((texts) => {
    const sorted = Object.entries(texts).toSorted(([one], [other]) => (one < other ? -1 : 1));
    return createHash("sha256")
      .update(JSON.stringify([functionRuntime, handler, timeoutSeconds, memoryMegabytes, sorted]))
      .digest("hex");
  });
}
