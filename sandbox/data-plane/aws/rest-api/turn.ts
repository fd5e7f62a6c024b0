import { createHash } from "node:crypto";
import type { GatewayRequest } from "../../interpreter.ts";
import type { AwsNetwork } from "../artefacts/network.ts";
import type { Caller } from "../shared/iam-authorizer.ts";

/** What a REST API's interpreter knows of the place that it serves, the same for every request. */
export interface Place {
  readonly account: string;
  readonly apiId: string;
  /** `arn:aws:execute-api:REGION:ACCOUNT:API`. */
  readonly executionArn: string;
  readonly stage: string;
  readonly stageVariables: Readonly<Record<string, string>>;
  readonly binaryMediaTypes: readonly string[];
  /** Where VPC links lead; absent where the document names none. */
  readonly network?: AwsNetwork;
}

/** A request under way. */
export interface Turn {
  readonly place: Place;
  readonly request: GatewayRequest;
  /** When it arrived, in milliseconds since the epoch. */
  readonly time: number;
  readonly requestId: string;
  readonly extendedRequestId: string;
  /** Without the stage, as sent. */
  readonly path: string;
  /** The path of the resource, e.g. `/orders/{id}`; undefined until one is found. */
  readonly resource: string | undefined;
  /** Decoded, by path variable. */
  readonly variables: ReadonlyMap<string, string>;
  /** How the authorizer answered, once it has. */
  readonly authorization?: AuthorizerEnd;
  /** Whether X-Ray traces requests of the stage. */
  readonly traced?: boolean;
  /** Whether the stage's canary answers it; absent where the stage has none. */
  readonly canary?: boolean;
  /** What the authorizer said, once it has. */
  readonly authorizer: AuthorizerContext | undefined;
  /** Who signed it, once that is checked; how it went, for the access log. */
  readonly signature?: SignatureEnd;
  /** The API key that the request came with, once it is checked. */
  readonly apiKey: { readonly id: string; readonly value: string } | undefined;
  /** What goes wrong, while that is answered. */
  readonly error?: { readonly type: string; readonly message: string | null };
}

/** For the access log. That an authorizer's status is the one that the client gets, or 200, is U. */
export interface AuthorizerEnd {
  readonly status: number;
  readonly ms: number;
  readonly error?: string;
}

/** Undefined caller: nobody. Which statuses the service logs is U; here the one that the client gets, or 200. */
export interface SignatureEnd {
  readonly caller: Caller | undefined;
  readonly error?: string;
}

/** An authorizer's answer as `$context.authorizer` has it: every value a text. */
export interface AuthorizerContext {
  readonly principalId: string;
  readonly values: ReadonlyMap<string, string>;
}

/** The path as sent: with the stage, or with the base path of a custom domain. */
export function fullPath({ place, request, path }: Turn): string {
  return request.domain?.path ?? `/${place.stage}${path}`;
}

/** The values of a header, by lower-case name, in order. */
export function headerValues(request: GatewayRequest, name: string): readonly string[] {
  return request.headers
    .filter(([each]) => each.length === name.length && each.toLowerCase() === name)
    .map(([, value]) => value);
}

/** An id as API Gateway gives its resources and authorizers: lower-case letters and digits; here by name, so that it stays. */
export function identifier(name: string, length: number): string {
  const digits = BigInt(`0x${createHash("sha256").update(name).digest("hex")}`).toString(36);
  return digits.slice(0, length);
}
