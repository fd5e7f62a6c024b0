import type { AwsFunction, AwsFunctionPermission } from "../../../data-plane/aws/artefacts/function.ts";
import { parseApiDocument } from "../../api-document.ts";
import type { Records } from "../../records.ts";
import { accountId, arn } from "../region.ts";
import { functions, functionVersions, type PermissionRecord, permissions } from "./record.ts";

const FUNCTION_ARN = /arn:[a-z-]+:lambda:([a-z0-9-]+):(\d{12}):function:([A-Za-z0-9_-]+)(?::([A-Za-z0-9_$-]+))?/g;

/**
 * The functions that a document names, by ARN, as they are now.
 * @param variables of the stage, which an ARN may hold
 */
export function invokedFunctions(
  records: Records,
  document: string,
  variables: Readonly<Record<string, string>>,
): Readonly<Record<string, AwsFunction>> {
  const found: Record<string, AwsFunction> = {};
  for (const text of textsOf(parseApiDocument(document))) {
    const resolved = text.replaceAll(
      /\$\{stageVariables\.([^}]*)\}/g,
      (whole, name: string) => variables[name] ?? whole,
    );
    for (const [named, region = "", account, name = "", qualifier = ""] of resolved.matchAll(FUNCTION_ARN)) {
      const invoked = account === accountId ? invokedFunction(records, region, name, qualifier) : undefined;
      if (invoked !== undefined) found[named] = invoked;
    }
  }
  return found;
}

function invokedFunction(records: Records, region: string, name: string, qualifier: string): AwsFunction | undefined {
  const latest = functions.get(records, region, name);
  const published = /^\d+$/.test(qualifier);
  const code = published ? functionVersions.get(records, region, name, qualifier) : latest;
  // There are no aliases here: a function by one is a function that there is not, and no request reaches it.
  if (code === undefined || (qualifier !== "" && qualifier !== "$LATEST" && !published)) return undefined;
  return {
    arn: arn("lambda", region, `function:${name}`, true),
    runtime: code.runtime,
    handler: code.handler,
    timeoutSeconds: code.timeoutSeconds,
    memoryMegabytes: code.memoryMegabytes,
    environment: code.environment,
    ...(code.inVpc === true ? { inVpc: true } : {}),
    files: code.files,
    permissions: permissions
      .list(records, region, name, qualifier || "$")
      .flatMap(([, granted]) => invocation(granted)),
  };
}

/** The part of a statement that lets somebody invoke the function; a condition that is not known to hold lets nobody. */
function invocation(granted: PermissionRecord): readonly AwsFunctionPermission[] {
  if (!["lambda:InvokeFunction", "lambda:*", "*"].includes(granted.action) || granted.conditional) return [];
  if (granted.sourceAccount !== undefined && granted.sourceAccount !== accountId) return [];
  return [
    {
      principal: granted.principal,
      ...(granted.sourceArn === undefined ? {} : { sourceArn: granted.sourceArn }),
    },
  ];
}

function textsOf(value: unknown): readonly string[] {
  if (typeof value === "string") return [value];
  return typeof value === "object" && value !== null ? Object.values(value).flatMap(textsOf) : [];
}
