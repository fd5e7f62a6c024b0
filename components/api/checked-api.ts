import type { Auth, Backend, BodySchema, JwtAuth, Limit, Method, PlanLimit, Quota } from "./description.ts";
import type { Pattern } from "./path/pattern.ts";

/** A description that is checked, with every default put in. What the vendors' compilers read. */
export interface Api {
  readonly title?: string;
  readonly backends: Readonly<Record<string, Backend>>;
  readonly auth: Readonly<Record<string, Auth>>;
  readonly cors?: ApiCors;
  /** Empty where no route of the description asks for an API key. */
  readonly plans: Readonly<Record<string, ApiPlan>>;
  /** In order of precedence: a route that is narrower than another comes before it. */
  readonly routes: readonly ApiRoute[];
}

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

export interface ApiPlan {
  readonly limits: readonly PlanLimit[];
  readonly quota?: Quota;
  /** By the key of a route, which is there and asks for an API key. */
  readonly routes: Readonly<Record<string, readonly PlanLimit[]>>;
}

interface ApiRouteBase {
  /** As written: `GET /orders/{id}`. */
  readonly key: string;
  readonly method: Method;
  /** As written, without the method: `/orders/{id}`. */
  readonly path: string;
  readonly pattern: Pattern;
  /** The auth's name. */
  readonly authName: string;
  readonly auth: Auth;
  /** Any of these; empty when none is asked (the description itself cannot say `[]`). */
  readonly scopes: readonly string[];
  readonly limits: readonly Limit[];
  readonly request?: ApiRequest;
}

/** What a request must look like. */
export interface ApiRequest {
  readonly query: readonly string[];
  /** Lower case. */
  readonly headers: readonly string[];
  readonly body?: BodySchema;
}

export interface ApiProxyRoute extends ApiRouteBase {
  readonly kind: "proxy";
  readonly backend: string;
  readonly backendKind: Backend["kind"];
  /** The path below the backend's URL. Its parameters all stand in `pattern`; a greedy one is greedy here too. */
  readonly backendPath: Pattern;
  readonly timeoutSeconds: number;
  /** Names in lower case. */
  readonly setHeaders: Readonly<Record<string, string>>;
  /** Lower case. */
  readonly removeHeaders: readonly string[];
}

export interface ApiReplyRoute extends ApiRouteBase {
  readonly kind: "reply";
  readonly status: number;
  /** Names in lower case; `content-type` is there whenever there is a body. */
  readonly headers: Readonly<Record<string, string>>;
  /** The text to send; empty for none. */
  readonly body: string;
}

export type ApiRoute = ApiProxyRoute | ApiReplyRoute;

export type { Auth, Backend, BodySchema, Limit, Method, PlanLimit, Quota };

/** The backends of kind `fn` that a route goes to: each is permitted to be invoked. */
export function functionBackends(api: Api): readonly string[] {
  const used = api.routes.flatMap((route) =>
    route.kind === "proxy" && route.backendKind === "fn" ? [route.backend] : [],
  );
  return [...new Set(used)].toSorted();
}

/** The token that an auth asks for, if it asks for one. */
export function tokenOf(auth: Auth): JwtAuth | undefined {
  if (auth.kind === "allOf") return auth.of[0];
  return auth.kind === "jwt" ? auth : undefined;
}

/** Whether an auth asks for an API key. */
export function asksForKey(auth: Auth): boolean {
  return auth.kind === "apiKey" || auth.kind === "allOf";
}

/** How long the window of a limit is, in seconds. */
export const windowSeconds: Readonly<Record<Limit["per"], number>> = { second: 1, minute: 60, hour: 3600, day: 86400 };
