import type { AwsFunction } from "../../../../../../sandbox/data-plane/aws/artefacts/function.ts";
import type { AwsRestApiArtefacts } from "../../../../../../sandbox/data-plane/aws/artefacts/rest-api.ts";
import { interpretAwsRestApi } from "../../../../../../sandbox/data-plane/aws/rest-api/rest-api.ts";
import type {
  AccessLogLine,
  FunctionResult,
  FunctionRuntime,
  Surroundings,
} from "../../../../../../sandbox/data-plane/interpreter.ts";
import type { Readings } from "../../../../../../sandbox/data-plane/readings.ts";
import { GatewayServer } from "../../../../../../sandbox/data-plane/serving/gateway-server.ts";
import { BackendProxy } from "../../../../../../sandbox/data-plane/serving/proxy.ts";
import type { RequestLog } from "../../../../../../sandbox/data-plane/serving/request-log.ts";
import { ProcessCounters } from "../../../../../../sandbox/data-plane/verifying/counters.ts";
import { HttpKeySource } from "../../../../../../sandbox/data-plane/verifying/keys.ts";
import { LoopbackHostMap } from "../../../../../../sandbox/host-map.ts";
import { BACKEND, TestBackend, until } from "../../test-data-plane.ts";

export const EXECUTION: string = "arn:aws:execute-api:eu-west-1:123456789012:a1b2c3d4e5";
const FUNCTIONS = "arn:aws:lambda:eu-west-1:123456789012:function";

const integration = "x-amazon-apigateway-integration";
export const any = "x-amazon-apigateway-any-method";
const authorizer = "x-amazon-apigateway-authorizer";

/** The functions of a test: their return values, and the events that they received. */
export class TestFunctions implements FunctionRuntime {
  readonly events: unknown[] = [];
  readonly #bodies = new Map<string, (event: never) => FunctionResult | Promise<FunctionResult>>();

  /** Adds a function that returns the value of `body`. */
  returns(name: string, body: (event: never) => unknown): void {
    this.#bodies.set(functionArn(name), (event) => ({ returned: body(event) }));
  }

  /** Adds a function that fails. */
  fails(name: string, failed: "error" | "timeout", message: string): void {
    this.#bodies.set(functionArn(name), () => ({ failed, message }));
  }

  async invoke(target: AwsFunction, event: unknown): Promise<FunctionResult> {
    this.events.push(JSON.parse(JSON.stringify(event)));
    const body = this.#bodies.get(target.arn);
    return body === undefined ? { failed: "error", message: "no code" } : await body(event as never);
  }
}

export function functionArn(name: string): string {
  return `${FUNCTIONS}:${name}`;
}

export function invocationUri(name: string): string {
  return `arn:aws:apigateway:eu-west-1:lambda:path/2015-03-31/functions/${functionArn(name)}/invocations`;
}

/** A function that the whole API may invoke by default. */
export function lambda(name: string, members: Partial<AwsFunction> = {}): Readonly<Record<string, AwsFunction>> {
  const arn = functionArn(name);
  return {
    [arn]: {
      arn,
      runtime: "nodejs22.x",
      handler: "index.handler",
      timeoutSeconds: 3,
      memoryMegabytes: 128,
      environment: {},
      files: {},
      permissions: [{ principal: "apigateway.amazonaws.com", sourceArn: `${EXECUTION}/*` }],
      ...members,
    },
  };
}

export interface RestApiOptions extends Partial<Omit<AwsRestApiArtefacts, "kind" | "document" | "stage">> {
  readonly stage?: Partial<AwsRestApiArtefacts["stage"]>;
  readonly components?: object;
  /** Further members of the document's root. */
  readonly root?: object;
}

export function restApi(
  paths: object,
  { stage, components, root, ...members }: RestApiOptions = {},
): AwsRestApiArtefacts {
  return {
    kind: "aws-rest-api",
    document: JSON.stringify({
      openapi: "3.0.1",
      info: { title: "orders", version: "1.0" },
      paths,
      ...(components === undefined ? {} : { components }),
      ...root,
    }),
    deploymentId: "d1e2f3",
    executionArn: EXECUTION,
    apiKeySource: "HEADER",
    binaryMediaTypes: [],
    functions: {},
    usagePlans: [],
    ...members,
    stage: { name: "prod", variables: {}, methodSettings: {}, ...stage },
  };
}

/** An operation that is proxied to a path of the backend, with path parameters. */
export function to(path: string, members: object = {}, operation: object = {}): object {
  const names = [...path.matchAll(/\{([^}]*)\}/g)].map(([, name]) => name ?? "");
  return {
    parameters: names.map((name) => ({ name, in: "path", required: true })),
    ...operation,
    [integration]: {
      type: "http_proxy",
      httpMethod: "ANY",
      uri: `${BACKEND}${path}`,
      requestParameters: Object.fromEntries(
        names.map((name) => [`integration.request.path.${name}`, `method.request.path.${name}`]),
      ),
      ...members,
    },
  };
}

/** An operation with a Lambda integration. */
export function toFunction(name: string, members: object = {}, operation: object = {}): object {
  return {
    ...operation,
    [integration]: { type: "aws_proxy", httpMethod: "POST", uri: invocationUri(name), ...members },
  };
}

/** An operation with a mock and a fixed response. */
export function mock(
  status: number,
  response: object = {},
  members: object = {},
  headers: readonly string[] = [],
): object {
  return {
    responses: { [status]: { description: "", headers: Object.fromEntries(headers.map((name) => [name, {}])) } },
    [integration]: {
      type: "mock",
      requestTemplates: { "application/json": `{"statusCode": ${status}}` },
      responses: { default: { statusCode: String(status), ...response } },
      ...members,
    },
  };
}

/** A security scheme with a Lambda authorizer. */
export function lambdaAuthorizer(name: string, members: object = {}): object {
  return {
    type: "apiKey",
    name: "Unused",
    in: "header",
    "x-amazon-apigateway-authtype": "custom",
    [authorizer]: {
      type: "request",
      authorizerUri: invocationUri(name),
      identitySource: "method.request.header.Authorization",
      authorizerResultTtlInSeconds: 0,
      ...members,
    },
  };
}

export const KEY_SCHEME: object = { type: "apiKey", name: "x-api-key", in: "header" };

/** A policy document in the form that authorizers return. */
export function allow(resource: string, effect = "Allow"): object {
  return { Version: "2012-10-17", Statement: [{ Action: "execute-api:Invoke", Effect: effect, Resource: resource }] };
}

/** One REST API behind real HTTP, with a backend, functions and a clock that a test can set. */
export class RestStand {
  readonly backend: TestBackend = new TestBackend();
  readonly functions: TestFunctions = new TestFunctions();
  readonly log: RequestLog[] = [];
  readonly accessLog: AccessLogLine[] = [];
  /** Milliseconds that are added to the time. */
  ahead = 0;
  /** Replaces the real time. */
  frozen: number | undefined;
  /** Replaces the random number: at least 0, less than 1. */
  chance: number | undefined;
  /** The readings of open questions, for the next gateway. */
  readings: Partial<Readings> = {};
  readonly hosts: LoopbackHostMap = new LoopbackHostMap(new Map());
  readonly #proxy = new BackendProxy(this.hosts);
  readonly #server = new GatewayServer({
    proxy: this.#proxy,
    functions: this.functions,
    log: (line) => this.log.push(line),
    now: () => this.now(),
    accessLog: (line) => this.accessLog.push(line),
  });
  readonly #counters = new ProcessCounters();

  /** Trusts an authority of backends. */
  trust(certificate: string): void {
    this.#proxy.trust(certificate);
  }

  now(): number {
    return (this.frozen ?? Date.now()) + this.ahead;
  }

  get surroundings(): Surroundings {
    return {
      now: () => this.now(),
      keys: new HttpKeySource(this.hosts),
      counters: this.#counters,
      functions: this.functions,
      random: () => this.chance ?? Math.random(),
      readings: this.readings,
    };
  }

  async start(): Promise<this> {
    await this.backend.web.start();
    this.hosts.map(BACKEND, this.backend.web.origin);
    await this.#server.listen(0);
    return this;
  }

  /** Serves an API from the next request on, and returns the URL of its stage. */
  serve(paths: object, options: RestApiOptions = {}): string {
    const artefacts = restApi(paths, options);
    this.#server.served = {
      gateway: { key: "aws/eu-west-1/orders", name: "orders", vendor: "aws", region: "eu-west-1", artefacts },
      interpreter: interpretAwsRestApi(artefacts, this.surroundings),
    };
    return `http://127.0.0.1:${this.#server.port}/${artefacts.stage.name}`;
  }

  /** Waits for lines of the access log, which are written after the client has received the response. */
  settled(lines: number): Promise<void> {
    return until(`${lines} lines`, () => this.accessLog.length === lines);
  }

  async close(): Promise<void> {
    await this.#server.close(1_000);
    await this.#proxy.close();
    await this.backend.web.close();
  }
}
