import { allowOnly, at, oneOf, type PlainObject } from "../../../document.ts";
import { mayInvoke } from "../../../functions/permission.ts";
import { headerValues } from "../../../header-values.ts";
import { type FunctionReply, type FunctionResult, type Invocation, UnsupportedArtefact } from "../../../interpreter.ts";
import type { AwsFunction } from "../../artefacts/function.ts";
import { readFunctionArn } from "../../shared/lambda-uri.ts";
import type { Deployment } from "../deployment.ts";
import { type Exchange, traceOf } from "../exchange.ts";
import { gatewayError, otherError, REQUEST_TOO_LARGE } from "../gateway-error.ts";
import type { GatewayResponses } from "../gateway-responses.ts";
import { isBinary } from "../media-type.ts";
import { remapped } from "../response-headers.ts";
import { requestEvent } from "./event.ts";
import { checkProxyMembers, MAX_BODY_BYTES, readTimeout } from "./proxy.ts";
import { MalformedResponse, readProxyResponse } from "./proxy-response.ts";

const MEMBERS = [
  "type",
  "httpMethod",
  "uri",
  "connectionType",
  "timeoutInMillis",
  "passthroughBehavior",
  "contentHandling",
  "cacheNamespace",
  "cacheKeyParameters",
  "responses",
];

/**
 * An `aws_proxy` integration.
 *
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/set-up-lambda-proxy-integrations.html
 */
export class LambdaIntegration {
  readonly functionArn: string;
  readonly #target: AwsFunction | undefined;
  readonly #timeoutMs: number;
  readonly #deployment: Deployment;
  readonly #responses: GatewayResponses;

  /** @throws UnsupportedArtefact for what the import refuses, and for what would fail every request */
  constructor(
    integration: PlainObject,
    where: string,
    deployment: Deployment,
    functions: Readonly<Record<string, AwsFunction>>,
    responses: GatewayResponses,
  ) {
    allowOnly(integration, where, MEMBERS);
    checkProxyMembers(integration, where);
    if (integration.connectionType !== undefined) {
      oneOf(integration.connectionType, at(where, "connectionType"), ["INTERNET"]);
    }
    // Lambda accepts POST only; with another method every request fails.
    oneOf(integration.httpMethod, at(where, "httpMethod"), ["POST"]);
    if (integration.contentHandling !== undefined) {
      throw new UnsupportedArtefact(at(where, "contentHandling"), "is not served by the sandbox");
    }
    this.#timeoutMs = readTimeout(integration, where);
    this.functionArn = readFunctionArn(integration.uri, at(where, "uri"), deployment);
    this.#target = Object.hasOwn(functions, this.functionArn) ? functions[this.functionArn] : undefined;
    this.#deployment = deployment;
    this.#responses = responses;
  }

  /**
   * Creates the invocation for a request, or returns why the function cannot be invoked.
   * @param sourceArn the ARN of the method, which the function's permissions must allow
   */
  invocation(exchange: Exchange, sourceArn: string): Invocation | string {
    const target = this.#target;
    if (target === undefined) return `there is no function ${this.functionArn}`;
    if (!mayInvoke(target, sourceArn)) return `${target.arn} does not allow ${sourceArn} to invoke it`;
    const trace = traceOf(exchange);
    return {
      target,
      timeoutMs: this.#timeoutMs,
      maxBodyBytes: MAX_BODY_BYTES,
      tooLarge: () => this.#responses.reply(REQUEST_TOO_LARGE, exchange),
      event: (body) => this.#event(exchange, body, trace),
      reply: (result) => this.#reply(exchange, result, target, trace),
    };
  }

  #event(exchange: Exchange, body: Uint8Array, trace: string): Readonly<Record<string, unknown>> {
    const event = requestEvent(exchange, trace);
    const binary = isBinary(
      headerValues(exchange.request.headers, "content-type").at(-1),
      this.#deployment.binaryMediaTypes,
    );
    const bytes = Buffer.from(body.buffer, body.byteOffset, body.byteLength);
    return {
      ...event,
      // Empty groups are null here, unlike in an authorizer's event (observed in events of real APIs).
      queryStringParameters: orNull(event.queryStringParameters),
      multiValueQueryStringParameters: orNull(event.multiValueQueryStringParameters),
      pathParameters: orNull(event.pathParameters),
      stageVariables: orNull(event.stageVariables),
      body: bytes.length === 0 ? null : bytes.toString(binary ? "base64" : "utf8"),
      isBase64Encoded: binary && bytes.length > 0,
    };
  }

  #reply(exchange: Exchange, result: FunctionResult, target: AwsFunction, trace: string): FunctionReply {
    if ("failed" in result) {
      // A function that exceeds its own time-out has failed. One that still runs exceeds the gateway's.
      const ownTimeout = target.timeoutSeconds * 1_000 <= this.#timeoutMs;
      const error =
        result.failed === "timeout" && !ownTimeout
          ? gatewayError("INTEGRATION_TIMEOUT")
          : otherError(502, "InternalServerErrorException", "Internal server error");
      return {
        ...this.#responses.reply(error, exchange),
        down: `the function failed: ${result.failed}, ${result.message}`,
      };
    }
    try {
      const { status, headers, body, base64 } = readProxyResponse(result.returned);
      const accepted = headerValues(exchange.request.headers, "accept")[0]?.split(",", 1)[0];
      // The first media type in `Accept` decides (docs.aws.amazon.com, lambda-proxy-binary-media).
      const decoded = base64 && isBinary(accepted, this.#deployment.binaryMediaTypes);
      return {
        status,
        headers: remapped(headers, exchange, trace),
        body: decoded ? Buffer.from(body, "base64") : body,
      };
    } catch (error) {
      if (!(error instanceof MalformedResponse)) throw error;
      const reply = this.#responses.reply(
        otherError(502, "InternalServerErrorException", "Internal server error"),
        exchange,
      );
      return { ...reply, down: `malformed Lambda proxy response: ${error.message}` };
    }
  }
}

function orNull(group: unknown): unknown {
  return Object.keys(group as object).length === 0 ? null : group;
}
