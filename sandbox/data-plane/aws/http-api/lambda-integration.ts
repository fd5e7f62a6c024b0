import { allowOnly, at, oneOf, type PlainObject } from "../../document.ts";
import { mayInvoke } from "../../functions/permission.ts";
import { type FunctionReply, type FunctionResult, type Invocation, UnsupportedArtefact } from "../../interpreter.ts";
import type { Readings } from "../../readings.ts";
import type { AwsFunction } from "../artefacts/function.ts";
import { readFunctionArn } from "../shared/lambda-uri.ts";
import { traceId } from "../shared/trace-id.ts";
import { type EventSource, lambdaEvent, type PayloadVersion } from "./lambda-event.ts";
import { MalformedResponse, readResponse } from "./lambda-response.ts";
import { errorReply, tooLargeReply } from "./replies.ts";

/** The values of an API and its stage that integrations with functions use. */
export interface LambdaScope {
  readonly executionArn: string | undefined;
  readonly functions: Readonly<Record<string, AwsFunction>>;
  readonly stage: string;
  readonly stageVariables: Readonly<Record<string, string>>;
  /** The method in a permission for a route with any method. */
  readonly anyPermission: Readings["aws-any-permission"];
}

const MEMBERS = ["type", "httpMethod", "uri", "payloadFormatVersion", "connectionType", "timeoutInMillis"];

/**
 * An `AWS_PROXY` integration with a function.
 *
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-integrations-lambda.html
 */
export class LambdaIntegration {
  readonly kind = "lambda";
  readonly functionArn: string;
  readonly timeoutMs: number;
  readonly #target: AwsFunction | undefined;
  readonly #version: PayloadVersion;
  readonly #executionArn: string;
  readonly #stage: string;
  readonly #anyPermission: Readings["aws-any-permission"];

  /** @throws UnsupportedArtefact for what the import refuses, for what would fail every request, and for what is not modelled */
  constructor(integration: PlainObject, place: string, timeoutMs: number, scope: LambdaScope) {
    allowOnly(integration, place, MEMBERS);
    // Lambda accepts POST only; with another method every request fails.
    oneOf(integration.httpMethod, at(place, "httpMethod"), ["POST"]);
    this.#version = oneOf(integration.payloadFormatVersion, at(place, "payloadFormatVersion"), ["1.0", "2.0"]);
    this.functionArn = readFunctionArn(integration.uri, at(place, "uri"), scope);
    this.timeoutMs = timeoutMs;
    if (scope.executionArn === undefined) {
      throw new UnsupportedArtefact(place, "requires an execution ARN, which a function's permission must name");
    }
    this.#executionArn = scope.executionArn;
    this.#stage = scope.stage;
    this.#anyPermission = scope.anyPermission;
    this.#target = Object.hasOwn(scope.functions, this.functionArn) ? scope.functions[this.functionArn] : undefined;
  }

  /** Creates the invocation for a request, or returns why the function cannot be invoked. */
  invocation(source: EventSource, method: string | undefined, path: string, maxBodyBytes: number): Invocation | string {
    const target = this.#target;
    if (target === undefined) return `there is no function ${this.functionArn}`;
    const sourceArn = this.#sourceArn(source.request.method, method, path);
    if (!mayInvoke(target, sourceArn)) return `${target.arn} does not allow ${sourceArn} to invoke it`;
    const { requestId, time } = source;
    return {
      target,
      timeoutMs: this.timeoutMs,
      maxBodyBytes,
      tooLarge: () => tooLargeReply(requestId),
      event: (body) => lambdaEvent(this.#version, source, body, this.#executionArn, traceId(requestId, time)),
      reply: (result) => this.#reply(source, result, target),
    };
  }

  /**
   * The source ARN that the function's permissions must allow: `…/STAGE/METHOD/path` with the route's path, or
   * `…/STAGE/$default` for the default route (as SAM writes it: aws/serverless-application-model#2574).
   */
  #sourceArn(requestMethod: string, method: string | undefined, path: string): string {
    const prefix = `${this.#executionArn}/${this.#stage}`;
    if (method === undefined) return `${prefix}/$default`;
    const named = method === "ANY" && this.#anyPermission === "request" ? requestMethod : method;
    return `${prefix}/${named}${path}`;
  }

  #reply({ requestId }: EventSource, result: FunctionResult, target: AwsFunction): FunctionReply {
    const failed = (down: string): FunctionReply => ({ ...errorReply(500, "Internal Server Error", requestId), down });
    if ("failed" in result) {
      const down = `the function failed: ${result.failed}, ${result.message}`;
      // A function that exceeds its own time-out has failed. One that still runs when the gateway's time-out ends results in a 503
      // (observed on live APIs: serverless/serverless#11222, cortexlabs/cortex#1226).
      const stillRuns = result.failed === "timeout" && target.timeoutSeconds * 1_000 > this.timeoutMs;
      return stillRuns ? { ...errorReply(503, "Service Unavailable", requestId), down } : failed(down);
    }
    try {
      const { status, headers, body } = readResponse(this.#version, result.returned);
      return { status, headers: [...headers, ["apigw-requestid", requestId]], body };
    } catch (error) {
      if (!(error instanceof MalformedResponse)) throw error;
      return failed(`the function's response is malformed: ${error.message}`);
    }
  }
}
