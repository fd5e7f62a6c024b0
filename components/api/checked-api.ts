import type {
  Auth,
  Backend,
  BackendTrust,
  BodySchema,
  JwtAuth,
  Limit,
  Method,
  Note,
  PlanLimit,
  Quota,
  Unchecked,
} from "./description.ts";
import type { DocumentForm } from "./document-form.ts";
import type { Pattern } from "./path/pattern.ts";
import type { ApiScopes } from "./scopes.ts";

/** A checked description with every default filled in: the input of the vendors' compilers. */
export interface Api {
  /** How to change the document that the description comes from. Undefined if a program declares it. */
  readonly document?: DocumentForm;
  readonly title?: string;
  readonly backends: Readonly<Record<string, Backend>>;
  readonly auth: Readonly<Record<string, Auth>>;
  readonly cors?: ApiCors;
  /** The reasons for which extensions of an OpenAPI document are not read, by their names. */
  readonly ignored?: Readonly<Record<string, string>>;
  /** What an OpenAPI document requires and the gateway does not check. */
  readonly unchecked?: readonly Unchecked[];
  /** What was read from an OpenAPI document in another way than its text. */
  readonly notes?: readonly Note[];
  /** Empty where no route requires an API key. */
  readonly plans: Readonly<Record<string, ApiPlan>>;
  /** In order of precedence: a narrower route comes before a wider one. */
  readonly routes: readonly ApiRoute[];
}

/** The policy for cross-origin requests. */
export interface ApiCors {
  readonly origins: readonly string[];
  readonly methods: readonly Method[];
  /** Lower case. */
  readonly headers: readonly string[];
  /** Lower case. */
  readonly expose: readonly string[];
  readonly maxAgeSeconds: number;
  readonly credentials: boolean;
}

/** What one consumer of an API key may call. */
export interface ApiPlan {
  readonly limits: readonly PlanLimit[];
  readonly quota?: Quota;
  /** By the key of a declared route that requires an API key. */
  readonly routes: Readonly<Record<string, readonly PlanLimit[]>>;
}

/** The members of every route. */
export interface ApiRouteBase {
  /** As in the description: `GET /orders/{id}`. The routes of one `ANY` key share it; {@link operationKey} is unique. */
  readonly key: string;
  readonly method: Method;
  /** As in the description, without the method: `/orders/{id}`. */
  readonly path: string;
  readonly pattern: Pattern;
  /** The name of the auth. */
  readonly authName: string;
  readonly auth: Auth;
  /** What the token must have. Without names, no scope is required; a description cannot contain `[]`. */
  readonly scopes: ApiScopes;
  readonly limits: readonly Limit[];
  readonly request?: ApiRequest;
}

/** What the gateway checks of a request. */
export interface ApiRequest {
  readonly query: readonly string[];
  /** Lower case. */
  readonly headers: readonly string[];
  readonly body?: BodySchema;
  /** Lower case. All types if absent. */
  readonly bodyTypes?: readonly string[];
  /** Whether the class reports what it cannot check. It refuses that if absent. */
  readonly uncheckable?: "report";
}

/** A route that leads to a backend. */
export interface ApiProxyRoute extends ApiRouteBase {
  readonly kind: "proxy";
  readonly backend: string;
  readonly backendKind: Backend["kind"];
  /** The path below the backend's URL. It uses only parameters of `pattern`; a greedy one is greedy here too. */
  readonly backendPath: Pattern;
  readonly timeoutSeconds: number;
  /** Names in lower case. */
  readonly setHeaders: Readonly<Record<string, string>>;
  /** Lower case. */
  readonly removeHeaders: readonly string[];
}

/** A route that the gateway answers by itself. */
export interface ApiReplyRoute extends ApiRouteBase {
  readonly kind: "reply";
  readonly status: number;
  /** Names in lower case. Contains `content-type` wherever there is a body. */
  readonly headers: Readonly<Record<string, string>>;
  /** The text to send. */
  readonly body: string;
}

export type ApiRoute = ApiProxyRoute | ApiReplyRoute;

export type { Auth, Backend, BodySchema, Limit, Method, PlanLimit, Quota };

/** The method and path of a route: its key, or of a route of an `ANY` key, what the key would be for this method alone. */
export function operationKey({ method, path }: Pick<ApiRoute, "method" | "path">): string {
  return `${method} ${path}`;
}

/** Whether a key means every method of its path that no other route names. */
export function isAnyKey(key: string): boolean {
  return key.startsWith("ANY ");
}

/** The backends of kind `fn` that routes use; the gateway needs permission to invoke each. */
export function functionBackends(api: Api): readonly string[] {
  const used = api.routes.flatMap((route) =>
    route.kind === "proxy" && route.backendKind === "fn" ? [route.backend] : [],
  );
  return [...new Set(used)].toSorted();
}

/** A backend that wants a proof that a request comes from the gateway. */
export interface TrustingBackend {
  readonly name: string;
  /** The kinds of proof that it accepts. The name of a header is in lower case. */
  readonly trust: BackendTrust;
}

/** The backends that want a proof and that a route leads to, in order of their names. */
export function trustingBackends({ backends, routes }: Pick<Api, "backends" | "routes">): readonly TrustingBackend[] {
  const used = new Set(routes.map((route) => (route.kind === "proxy" ? route.backend : undefined)));
  return Object.entries(backends)
    .flatMap(([name, backend]) =>
      backend.kind === "fn" || backend.trust === undefined || !used.has(name) ? [] : [{ name, trust: backend.trust }],
    )
    .toSorted((one, other) => (one.name < other.name ? -1 : 1));
}

/** The token that an auth requires, if it requires one. */
export function tokenOf(auth: Auth): JwtAuth | undefined {
  if (auth.kind === "allOf") return auth.of[0];
  return auth.kind === "jwt" ? auth : undefined;
}

/** Whether an auth requires an API key. */
export function requiresKey(auth: Auth): boolean {
  return auth.kind === "apiKey" || auth.kind === "allOf";
}

/** The length of a limit's window, in seconds. */
export const windowSeconds: Readonly<Record<Limit["per"], number>> = { second: 1, minute: 60, hour: 3600, day: 86400 };
