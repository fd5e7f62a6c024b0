import { at, known, oneOf, type PlainObject } from "../../document.ts";
import { mayInvoke } from "../../functions/permission.ts";
import { type FunctionReply, type FunctionResult, type Invocation, UnsupportedArtefact } from "../../interpreter.ts";
import type { AwsFunction } from "../artefacts/function.ts";
import { readFunctionArn } from "../rest-api/integration/lambda-uri.ts";
import { traceId } from "../shared/trace-id.ts";
import { MalformedAnswer, readAnswer } from "./lambda-answer.ts";
import { type EventSource, lambdaEvent, type PayloadVersion } from "./lambda-event.ts";
import { answer } from "./replies.ts";

/** What an HTTP API and its stage say to the integrations with functions. */
export interface LambdaScope {
  readonly executionArn: string | undefined;
  readonly functions: Readonly<Record<string, AwsFunction>>;
  readonly stage: string;
  readonly stageVariables: Readonly<Record<string, string>>;
}

const MEMBERS = ["type", "httpMethod", "uri", "payloadFormatVersion", "connectionType", "timeoutInMillis"];

/**
 * An `AWS_PROXY` integration with a function:
 * https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-integrations-lambda.html
 */
export class LambdaIntegration {
  readonly kind = "lambda";
  readonly functionArn: string;
  readonly timeoutMs: number;
  readonly #called: AwsFunction | undefined;
  readonly #version: PayloadVersion;
  readonly #executionArn: string;
  readonly #stage: string;

  /** @throws UnsupportedArtefact for what the import or every request would refuse, and for what is not modelled */
  constructor(integration: PlainObject, place: string, timeoutMs: number, scope: LambdaScope) {
    known(integration, place, MEMBERS);
    // With another method every request fails: Lambda takes POST only.
    oneOf(integration.httpMethod, at(place, "httpMethod"), ["POST"]);
    this.#version = oneOf(integration.payloadFormatVersion, at(place, "payloadFormatVersion"), ["1.0", "2.0"]);
    this.functionArn = readFunctionArn(integration.uri, at(place, "uri"), scope);
    this.timeoutMs = timeoutMs;
    if (scope.executionArn === undefined) {
      throw new UnsupportedArtefact(
        place,
        "the API has no execution ARN, so that nobody could let it invoke a function",
      );
    }
    this.#executionArn = scope.executionArn;
    this.#stage = scope.stage;
    this.#called = Object.hasOwn(scope.functions, this.functionArn) ? scope.functions[this.functionArn] : undefined;
  }

  /** The invocation for a request, or why there is none. */
  invocation(source: EventSource, method: string | undefined, path: string, maxBodyBytes: number): Invocation | string {
    const called = this.#called;
    if (called === undefined) return `there is no function ${this.functionArn}`;
    const missing = this.#sources(source.request.method, method, path).find((arn) => !mayInvoke(called, arn));
    if (missing !== undefined) return `${called.arn} does not let ${missing} invoke it`;
    const { requestId, time } = source;
    return {
      called,
      timeoutMs: this.timeoutMs,
      maxBodyBytes,
      tooLarge: answer(413, "Request Entity Too Large", requestId),
      event: (body) => lambdaEvent(this.#version, source, body, this.#executionArn, traceId(requestId, time)),
      answer: (result) => this.#answer(source, result, called),
    };
  }

  /**
   * `…/STAGE/METHOD/path` with the route's own path; of the default route `…/STAGE/$default` (as SAM writes it:
   * aws/serverless-application-model#2574). Whether a route for any method is `ANY` or the request's own is U: both must be
   * allowed.
   */
  #sources(requestMethod: string, method: string | undefined, path: string): readonly string[] {
    const begin = `${this.#executionArn}/${this.#stage}`;
    if (method === undefined) return [`${begin}/$default`];
    const methods = method === "ANY" ? ["ANY", requestMethod] : [method];
    return methods.map((each) => `${begin}/${each}${path}`);
  }

  #answer({ requestId }: EventSource, result: FunctionResult, called: AwsFunction): FunctionReply {
    const broken = (why: string): FunctionReply => ({ ...answer(500, "Internal Server Error", requestId), down: why });
    if ("failed" in result) {
      const down = `the function failed: ${result.failed}, ${result.message}`;
      // A function that ran out of its own time has failed; one that still runs keeps the gateway waiting, which makes it a 503
      // (seen of live APIs: serverless/serverless#11222, cortexlabs/cortex#1226).
      const waited = result.failed === "timeout" && called.timeoutSeconds * 1_000 > this.timeoutMs;
      return waited ? { ...answer(503, "Service Unavailable", requestId), down } : broken(down);
    }
    try {
      const { status, headers, body } = readAnswer(this.#version, result.returned);
      return { status, headers: [...headers, ["apigw-requestid", requestId]], body };
    } catch (error) {
      if (!(error instanceof MalformedAnswer)) throw error;
      return broken(`the function's answer is malformed: ${error.message}`);
    }
  }
}
