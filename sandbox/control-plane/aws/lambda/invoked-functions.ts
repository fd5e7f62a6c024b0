import type { AwsFunction, AwsFunctionPermission } from "../../../data-plane/aws/artefacts/function.ts";
import { ownMember } from "../../../own-member.ts";
import { parseApiDocument } from "../../api-document.ts";
import type { Records } from "../../records.ts";
import { accountId, arn } from "../region.ts";
import { functions, functionVersions, type PermissionRecord, permissions } from "./record.ts";

const FUNCTION_ARN = /arn:[a-z-]+:lambda:([a-z0-9-]+):(\d{12}):function:([A-Za-z0-9_-]+)(?::([A-Za-z0-9_$-]+))?/g;

/**
 * The present state of the functions whose ARNs a document contains.
 * @param variables the stage's variables, which an ARN may contain
 */
export function invokedFunctions(
  records: Records,
  document: string,
  variables: Readonly<Record<string, string>>,
): Readonly<Record<string, AwsFunction>> {
  const invokedByArn: Record<string, AwsFunction> = {};
  for (const text of textsOf(parseApiDocument(document))) {
    const resolved = text.replaceAll(
      /\$\{stageVariables\.([^}]*)\}/g,
      (whole, name: string) => ownMember(variables, name) ?? whole,
    );
    for (const [named, region = "", account, name = "", qualifier = ""] of resolved.matchAll(FUNCTION_ARN)) {
      const invoked = account === accountId ? invokedFunction(records, region, name, qualifier) : undefined;
      if (invoked !== undefined) invokedByArn[named] = invoked;
    }
  }
  return invokedByArn;
}

function invokedFunction(records: Records, region: string, name: string, qualifier: string): AwsFunction | undefined {
  const latest = functions.get(records, region, name);
  const published = /^\d+$/.test(qualifier);
  const code = published ? functionVersions.get(records, region, name, qualifier) : latest;
  // The sandbox has no aliases. A function with one does not exist, so that no request reaches it.
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

/** The invocations that a statement allows. A statement with a condition that may not hold allows none. */
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
