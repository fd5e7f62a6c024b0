import type { HeaderFields } from "./header-fields.ts";

/** `IUrl`. The path and the query are exactly as sent. */
export interface Url {
  readonly host: string;
  readonly path: string;
  /** Without `?`. */
  readonly query: string;
}

/** A JWT in policies: the fields of its header, and each claim as a list of texts. */
export interface Jwt {
  readonly algorithm: string;
  readonly type: string | null;
  readonly claims: ReadonlyMap<string, readonly string[]>;
}

/** A value in `context.Variables`. C# keeps its type, and a cast to another type fails. */
export interface Boxed {
  readonly type: "string" | "char" | "int" | "bool" | "Jwt";
  readonly value: unknown;
}

export interface Operation {
  readonly id: string;
  readonly name: string;
  readonly method: string;
  readonly urlTemplate: string;
}

/**
 * `context.LastError`.
 *
 * @see https://learn.microsoft.com/azure/api-management/api-management-error-handling-policies
 */
export interface LastError {
  readonly source: string;
  readonly reason: string;
  readonly message: string;
  readonly scope: string | null;
  readonly section: string | null;
  /** The path of the policy in its section, e.g. `choose[3]/when[2]`. */
  readonly path: string | null;
  readonly policyId: string | null;
}

export interface ResponseState {
  status: number;
  headers: HeaderFields;
  /** A body that the gateway creates. The body of a backend is streamed and not held here. */
  body: string;
}

/** The `context` of policy expressions: the state of one request that policies read and change. */
export interface PolicyContext {
  /** The time of the request, in milliseconds since the epoch. */
  readonly now: number;
  /** The subscription of the request's key; null for a request that acts without one. Unverified: `key` is the one that was sent. */
  readonly subscription: { readonly id: string; readonly name: string; readonly key: string } | null;
  /** The product in whose context the request is processed, if any. */
  readonly product: { readonly id: string; readonly name: string } | null;
  readonly api: { readonly id: string; readonly path: string; readonly version: string | null };
  readonly operation: Operation | null;
  readonly request: {
    readonly method: string;
    readonly headers: HeaderFields;
    readonly originalUrl: Url;
    /** The path after the API's suffix, including any rewrite. */
    url: Url;
    readonly matchedParameters: ReadonlyMap<string, string>;
    readonly ipAddress: string;
  };
  response: ResponseState | null;
  readonly variables: Map<string, Boxed | null>;
  lastError: LastError | null;
  /** The backend's base URL. Undefined until the API or `set-backend-service` sets one. */
  backend: string | undefined;
  /** The id of the backend entity, if `set-backend-service` names one. */
  entity?: string | undefined;
}
