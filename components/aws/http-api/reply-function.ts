import type { Function as LambdaFunction } from "@pulumi/aws/lambda/index.js";
import type { Api } from "../../api/checked-api.ts";
import { functionExecution } from "../function/execution.ts";
import { immutableFunction } from "../function/immutable-function.ts";
import type { HttpApiParts } from "./parts.ts";
import { repliesOf, replyFunction } from "./replies.ts";

/** Declares the function for the gateway's own replies, if it has any. */
export function declareReplyFunction(
  { name, parent, transform }: HttpApiParts,
  api: Api,
  apiName: string,
): LambdaFunction | undefined {
  if (repliesOf(api).length === 0) return undefined;
  const functionName = `${name}-replies`;
  const execution = functionExecution(functionName, { parent }, transform);
  return immutableFunction(functionName, replyFunction(api, apiName), execution, { parent }, transform.replies);
}
