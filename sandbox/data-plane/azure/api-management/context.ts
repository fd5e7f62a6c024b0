import type { HeaderFields } from "./header-fields.ts";

/** `IUrl`. Path and query exactly as they came over the wire. */
export interface Url {
  readonly host: string;
  readonly path: string;
  /** Without `?`. */
  readonly query: string;
}

/** A JWT as policies see it: its header, and every claim as a list of texts. */
export interface Jwt {
  readonly algorithm: string;
  readonly type: string | null;
  readonly claims: ReadonlyMap<string, readonly string[]>;
}

/** A value that a policy stored in `context.Variables`: C# keeps its type, and a cast to another one fails. */
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

/** https://learn.microsoft.com/azure/api-management/api-management-error-handling-policies */
export interface LastError {
  readonly source: string;
  readonly reason: string;
  readonly message: string;
  readonly scope: string | null;
  readonly section: string | null;
  /** The nested policy, e.g. `choose[3]/when[2]`. */
  readonly path: string | null;
  readonly policyId: string | null;
}

export interface ResponseState {
  status: number;
  headers: HeaderFields;
  /** A body the gateway makes; the backend's own body is not held, it streams. */
  body: string;
}

/** What one request's policies read and change: `context` of a policy expression. */
export interface PolicyContext {
  readonly api: { readonly id: string; readonly path: string; readonly version: string | null };
  readonly operation: Operation | null;
  readonly request: {
    readonly method: string;
    readonly headers: HeaderFields;
    readonly originalUrl: Url;
    /** The path below the API's suffix, after any rewrite. */
    url: Url;
    readonly matchedParameters: ReadonlyMap<string, string>;
    readonly ipAddress: string;
  };
  response: ResponseState | null;
  readonly variables: Map<string, Boxed | null>;
  lastError: LastError | null;
  /** The backend's base URL; undefined until the API or `set-backend-service` gives one. */
  backend: string | undefined;
}
