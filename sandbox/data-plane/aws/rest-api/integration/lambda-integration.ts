import { at, known, oneOf, type PlainObject } from "../../../document.ts";
import { mayInvoke } from "../../../functions/permission.ts";
import { type FunctionReply, type FunctionResult, type Invocation, UnsupportedArtefact } from "../../../interpreter.ts";
import type { AwsFunction } from "../../artefacts/function.ts";
import { traceId } from "../../shared/trace-id.ts";
import { type GatewayResponses, gatewayError, otherError } from "../gateway-responses.ts";
import { isBinary } from "../media-type.ts";
import { remapped } from "../response-headers.ts";
import { headerValues, type Place, type Turn } from "../turn.ts";
import { requestEvent } from "./event.ts";
import { checkProxyMembers, MOST_BODY_BYTES, readTimeout } from "./http-integration.ts";
import { readFunctionArn } from "./lambda-uri.ts";
import { MalformedAnswer, readProxyAnswer } from "./proxy-answer.ts";

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

/** An `aws_proxy` integration: https://docs.aws.amazon.com/apigateway/latest/developerguide/set-up-lambda-proxy-integrations.html */
export class LambdaIntegration {
  readonly functionArn: string;
  readonly #called: AwsFunction | undefined;
  readonly #timeoutMs: number;
  readonly #place: Place;
  readonly #responses: GatewayResponses;

  /** @throws UnsupportedArtefact for what the import or the first request would refuse */
  constructor(
    integration: PlainObject,
    where: string,
    place: Place,
    functions: Readonly<Record<string, AwsFunction>>,
    responses: GatewayResponses,
  ) {
    known(integration, where, MEMBERS);
    checkProxyMembers(integration, where);
    if (integration.connectionType !== undefined) {
      oneOf(integration.connectionType, at(where, "connectionType"), ["INTERNET"]);
    }
    // With another method every request fails: Lambda takes POST only.
    oneOf(integration.httpMethod, at(where, "httpMethod"), ["POST"]);
    if (integration.contentHandling !== undefined) {
      throw new UnsupportedArtefact(at(where, "contentHandling"), "is not served by the sandbox");
    }
    this.#timeoutMs = readTimeout(integration, where);
    this.functionArn = readFunctionArn(integration.uri, at(where, "uri"), place);
    this.#called = Object.hasOwn(functions, this.functionArn) ? functions[this.functionArn] : undefined;
    this.#place = place;
    this.#responses = responses;
  }

  /**
   * The invocation of a request, or why there is none.
   * @param sourceArns of the method; whether the source of an `ANY` method has `ANY` or the request's method is U, so the
   *   function's permissions must name both
   */
  invocation(turn: Turn, sourceArns: readonly string[]): Invocation | string {
    const called = this.#called;
    if (called === undefined) return `there is no function ${this.functionArn}`;
    const missing = sourceArns.find((arn) => !mayInvoke(called, arn));
    if (missing !== undefined) return `${called.arn} does not let ${missing} invoke it`;
    const trace = traceId(turn.extendedRequestId, turn.time);
    return {
      called,
      timeoutMs: this.#timeoutMs,
      maxBodyBytes: MOST_BODY_BYTES,
      tooLarge: this.#responses.reply(gatewayError("REQUEST_TOO_LARGE"), turn),
      event: (body) => this.#event(turn, body, trace),
      answer: (result) => this.#answer(turn, result, called, trace),
    };
  }

  #event(turn: Turn, body: Uint8Array, trace: string): Readonly<Record<string, unknown>> {
    const event = requestEvent(turn, trace);
    const binary = isBinary(headerValues(turn.request, "content-type").at(-1), this.#place.binaryMediaTypes);
    const bytes = Buffer.from(body.buffer, body.byteOffset, body.byteLength);
    return {
      ...event,
      // Here, unlike in an authorizer's event, what is empty is null (seen in events of real APIs).
      queryStringParameters: orNull(event.queryStringParameters),
      multiValueQueryStringParameters: orNull(event.multiValueQueryStringParameters),
      pathParameters: orNull(event.pathParameters),
      stageVariables: orNull(event.stageVariables),
      body: bytes.length === 0 ? null : bytes.toString(binary ? "base64" : "utf8"),
      isBase64Encoded: binary && bytes.length > 0,
    };
  }

  #answer(turn: Turn, result: FunctionResult, called: AwsFunction, trace: string): FunctionReply {
    if ("failed" in result) {
      // A function that ran out of its own time has failed; one that still runs keeps the gateway waiting.
      const own = called.timeoutSeconds * 1_000 <= this.#timeoutMs;
      const error =
        result.failed === "timeout" && !own
          ? gatewayError("INTEGRATION_TIMEOUT")
          : otherError(502, "InternalServerErrorException", "Internal server error");
      return {
        ...this.#responses.reply(error, turn),
        down: `the function failed: ${result.failed}, ${result.message}`,
      };
    }
    try {
      const { status, headers, body, base64 } = readProxyAnswer(result.returned);
      const accepted = headerValues(turn.request, "accept")[0]?.split(",", 1)[0];
      // docs.aws.amazon.com, lambda-proxy-binary-media: the first media type that the client accepts decides.
      const decoded = base64 && isBinary(accepted, this.#place.binaryMediaTypes);
      return { status, headers: remapped(headers, turn, trace), body: decoded ? Buffer.from(body, "base64") : body };
    } catch (error) {
      if (!(error instanceof MalformedAnswer)) throw error;
      const reply = this.#responses.reply(
        otherError(502, "InternalServerErrorException", "Internal server error"),
        turn,
      );
      return { ...reply, down: `malformed Lambda proxy response: ${error.message}` };
    }
  }
}

function orNull(group: unknown): unknown {
  return Object.keys(group as object).length === 0 ? null : group;
}
