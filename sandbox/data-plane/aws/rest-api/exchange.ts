import { createHash } from "node:crypto";
import { headerValues } from "../../header-values.ts";
import type { GatewayRequest } from "../../interpreter.ts";
import type { Caller } from "../shared/iam/authorizer.ts";
import { traceId } from "../shared/trace-id.ts";
import type { Deployment } from "./deployment.ts";

/** A request in progress. */
export interface Exchange {
  readonly deployment: Deployment;
  readonly request: GatewayRequest;
  /** When the request arrived, in milliseconds since the epoch. */
  readonly time: number;
  readonly requestId: string;
  readonly extendedRequestId: string;
  /** The path as sent, without the stage. */
  readonly path: string;
  /** The path of the resource, e.g. `/orders/{id}`; undefined until one is found. */
  readonly resource: string | undefined;
  /** The decoded values, by path variable. */
  readonly variables: ReadonlyMap<string, string>;
  /** The values as sent, by path variable. */
  readonly pathParameters: ReadonlyMap<string, string>;
  /** The result of the authorizer's invocation, once it has returned. */
  readonly authorization?: AuthorizerEnd;
  /** Whether X-Ray traces requests of the stage. */
  readonly traced?: boolean;
  /** Whether the stage's canary serves the request; absent when the stage has none. */
  readonly canary?: boolean;
  /** The context that the authorizer returned, once it has returned. */
  readonly authorizer: AuthorizerContext | undefined;
  /** The result of checking the signature, once it has been checked. */
  readonly signature?: SignatureEnd;
  /** The request's API key, once it has been checked. */
  readonly apiKey: { readonly id: string; readonly value: string } | undefined;
  /** The error, while its response is created. */
  readonly error?: { readonly type: string; readonly message: string | null };
}

/** For the access log. Unverified: an authorizer's status is the one that the client receives, or 200. */
export interface AuthorizerEnd {
  readonly status: number;
  readonly ms: number;
  readonly error?: string;
}

/** For the access log. */
export interface SignatureEnd {
  /** Undefined: no signer was identified. */
  readonly caller: Caller | undefined;
  readonly error?: string;
}

/** An authorizer's context as `$context.authorizer` shows it: every value is a string. */
export interface AuthorizerContext {
  readonly principalId: string;
  readonly values: ReadonlyMap<string, string>;
}

/** The path as sent, with the stage or with the base path of a custom domain. */
export function fullPath({ deployment, request, path }: Exchange): string {
  return request.domain?.path ?? `/${deployment.stage}${path}`;
}

/** The request's trace id: the client's own, which is kept (as in the AWS-validated tests of localstack/localstack), or a new one. */
export function traceOf({ request, extendedRequestId, time }: Exchange): string {
  return headerValues(request.headers, "x-amzn-trace-id").at(-1) ?? traceId(extendedRequestId, time);
}

/**
 * An id like those of API Gateway's resources and authorizers: lower-case letters and digits. It is derived from a name, so that
 * it is stable.
 */
export function identifier(name: string, length: number): string {
  const digits = BigInt(`0x${createHash("sha256").update(name).digest("hex")}`).toString(36);
  return digits.slice(0, length);
}
