import type { EnvironmentStart } from "./messages.ts";

export type Callback = (error?: unknown, result?: unknown) => void;

/** Settles the request, once. With `free`, the environment takes the next request without waiting for unfinished work. */
export type Answer = (outcome: { readonly returned: unknown } | { readonly threw: unknown }, free: boolean) => void;

/**
 * The second argument of a handler.
 *
 * @see https://docs.aws.amazon.com/lambda/latest/dg/nodejs-context.html
 */
export interface HandlerContext {
  callbackWaitsForEmptyEventLoop: boolean;
  readonly functionName: string;
  readonly functionVersion: string;
  readonly invokedFunctionArn: string;
  /** A string, as on Lambda. */
  readonly memoryLimitInMB: string;
  readonly awsRequestId: string;
  readonly logGroupName: string;
  readonly logStreamName: string;
  readonly identity: undefined;
  readonly clientContext: undefined;
  readonly getRemainingTimeInMillis: () => number;
  readonly done: Callback;
  readonly succeed: (result?: unknown) => void;
  readonly fail: (error?: unknown) => void;
}

export function handlerContext(
  { variables, functionArn }: EnvironmentStart,
  { requestId, deadline }: { readonly requestId: string; readonly deadline: number },
  answer: Answer,
): HandlerContext {
  const done: Callback = (error, result) =>
    answer(error === undefined || error === null ? { returned: result } : { threw: error }, true);
  return {
    callbackWaitsForEmptyEventLoop: true,
    functionName: variables.AWS_LAMBDA_FUNCTION_NAME ?? "",
    functionVersion: variables.AWS_LAMBDA_FUNCTION_VERSION ?? "",
    invokedFunctionArn: functionArn,
    memoryLimitInMB: variables.AWS_LAMBDA_FUNCTION_MEMORY_SIZE ?? "",
    awsRequestId: requestId,
    logGroupName: variables.AWS_LAMBDA_LOG_GROUP_NAME ?? "",
    logStreamName: variables.AWS_LAMBDA_LOG_STREAM_NAME ?? "",
    identity: undefined,
    clientContext: undefined,
    getRemainingTimeInMillis: () => deadline - Date.now(),
    done,
    succeed: (result) => done(null, result),
    fail: (error) => done(error ?? "handled"),
  };
}
