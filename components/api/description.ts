/** The methods a route can have. */
export type Method = "GET" | "HEAD" | "POST" | "PUT" | "PATCH" | "DELETE" | "OPTIONS";

/**
 * `METHOD /path`, e.g. `GET /orders/{id}` or `GET /catalog/{rest+}`. `{name}` is one whole segment, `{name+}` the rest of
 * the path, one segment or more, and stands last. Letters' case counts; there is no slash at the end. Narrower routes come
 * first, whatever the order they are written in; two routes that cross, such as `/a/{x}` and `/{y}/b`, are an error.
 */
export type RouteKey = `${Method} /${string}`;

/** A backend that is reached by its public URL. */
export interface HttpBackend {
  /** What `http()` writes. */
  readonly kind: "http";
}

/** A backend that is a function of the gateway's own cloud, such as AWS Lambda. */
export interface FunctionBackend {
  /** What `fn()` writes. */
  readonly kind: "fn";
}

/** A private backend: on premises, or in a private network of the gateway's cloud. */
export interface OnPremBackend {
  /** What `onPrem()` writes. */
  readonly kind: "onPrem";
}

/** Where requests go. What differs by place (a URL, a function, a link) is bound when a gateway is declared. */
export type Backend = HttpBackend | FunctionBackend | OnPremBackend;

/** A JSON Web Token of an issuer, which is bound when a gateway is declared. */
export interface JwtAuth {
  /** What `jwt(…)` writes. */
  readonly kind: "jwt";
  /** A token's `aud` must hold at least one of these. At least one, each one line of text; an empty list is an error. */
  readonly audiences: readonly string[];
}

/** An API key of a consumer, in the header `x-api-key`. Who the consumers are is said when a gateway is declared. */
export interface ApiKeyAuth {
  /** What `apiKey()` writes. */
  readonly kind: "apiKey";
}

/** A token and an API key, both. */
export interface AllOfAuth {
  /** What `allOf(…)` writes. */
  readonly kind: "allOf";
  /** The token, and the key. The token's issuer is bound under the name of this auth. */
  readonly of: readonly [JwtAuth, ApiKeyAuth];
}

/**
 * A request that the caller signs with credentials of the gateway's own cloud. Who may call which route is said by that cloud's
 * policies, not by the description.
 */
export interface IamAuth {
  /** What `iam()` writes. */
  readonly kind: "iam";
}

/** No authentication, for a stated reason. */
export interface OpenAuth {
  /** What `open(…)` writes. */
  readonly kind: "open";
  /** Why a route may be open; shown at every preview. An empty one is an error. */
  readonly reason: string;
}

/** What a request must show before it reaches a backend. */
export type Auth = JwtAuth | ApiKeyAuth | AllOfAuth | IamAuth | OpenAuth;

/**
 * How often requests may pass. The first `requests` within `per` pass, and no span of that length sees more than twice
 * as many pass; how exactly a vendor counts is in its table. A route has at most one limit of each `per` and `by`.
 */
export interface Limit {
  /** How many requests pass within `per`: a whole number from 1 to 1,000,000,000. */
  readonly requests: number;
  /** The window's length. */
  readonly per: "second" | "minute" | "hour" | "day";
  /**
   * What shares one count: each route, the whole API, each consumer (whose API key it is, or else the token's subject; an
   * error on a route that is open or of `iam`), or each client address.
   */
  readonly by: "route" | "api" | "consumer" | "ip";
  /**
   * The most requests at one instant: a whole number from 1 to 1,000,000,000. Default: `requests`. Only for vendors with
   * token buckets.
   */
  readonly burst?: number;
}

/** How often one consumer may call. */
export interface PlanLimit {
  /** How many requests pass within `per`: a whole number from 1 to 1,000,000,000. */
  readonly requests: number;
  /** The window's length. */
  readonly per: "second" | "minute" | "hour" | "day";
  /** The most requests at one instant: a whole number from 1 to 1,000,000,000. Default: `requests`. */
  readonly burst?: number;
}

/** How much one consumer may call in a period of the calendar, in UTC. */
export interface Quota {
  /** How many requests pass within `per`: a whole number from 1 to 1,000,000,000. */
  readonly requests: number;
  /** The period: a day, a week from Sunday on, or a month. */
  readonly per: "day" | "week" | "month";
}

/** What a consumer of an API key may do; each consumer has a count of its own. `{}` for all without limit. */
export interface Plan {
  /**
   * Of the requests to all routes that ask for a key, together. At most one of each `per`. Default: none.
   */
  readonly limits?: readonly PlanLimit[];
  /** Of the same requests, by the calendar. Default: none. */
  readonly quota?: Quota;
  /** Limits of single routes, in place of what the route itself says by consumer. Each asks for a key. Default: none. */
  readonly routes?: Readonly<Record<RouteKey, readonly PlanLimit[]>>;
}

/**
 * Changes to the headers that the backend sees. Headers of the connection, such as `Host` and `Content-Length`, are not
 * to be changed; naming one is an error.
 */
export interface RequestHeaders {
  /**
   * Set to a fixed value, replacing what the client sent: printable ASCII, no space at either end, not empty.
   * Default: none.
   */
  readonly set?: Readonly<Record<string, string>>;
  /** Removed before the request reaches the backend. Default: none. */
  readonly remove?: readonly string[];
}

/**
 * Cross-origin access for browsers; one policy for the whole API, as vendors have it. The gateway answers preflights by
 * itself, without authentication, so a route for `OPTIONS` beside it is an error.
 */
export interface Cors {
  /**
   * The pages' origins as browsers send them, such as `https://shop.example.com` or `http://localhost:3000`, or `["*"]`
   * for all. At least one.
   */
  readonly origins: readonly string[];
  /** The methods that a page may use, at least one. Default: the methods of the routes. */
  readonly methods?: readonly Method[];
  /** Request headers that a page may send, each by its name; no star. Default: `authorization`, `content-type`. */
  readonly headers?: readonly string[];
  /** Response headers that a page may read, each by its name; no star. Default: none. */
  readonly expose?: readonly string[];
  /** How long a browser may keep a preflight's answer, in whole seconds, 0 to 86,400. Default: 600. */
  readonly maxAgeSeconds?: number;
  /** Whether cookies travel; not together with origin `*`. Default: false. */
  readonly credentials?: boolean;
}

/**
 * What JSON must look like: the part of JSON Schema (draft 4 and later) that gateways check alike. Any other keyword is an
 * error, since it would be left unchecked.
 */
export interface BodySchema {
  /** Default: any. */
  readonly type?: "object" | "array" | "string" | "number" | "integer" | "boolean";
  /** One of these. At least one. Default: any value. */
  readonly enum?: readonly (string | number | boolean)[];
  /** What these members of an object are, where they are there. Default: anything. */
  readonly properties?: Readonly<Record<string, BodySchema>>;
  /** Members that an object must have, at least one. Default: none. */
  readonly required?: readonly string[];
  /** Whether an object may have members that `properties` does not name. Default: true. */
  readonly additionalProperties?: boolean;
  /** What each item of an array is. Default: anything. */
  readonly items?: BodySchema;
  /** The least that a number may be. Default: none. */
  readonly minimum?: number;
  /** The most that a number may be. Default: none. */
  readonly maximum?: number;
  /** The least characters of a string. Default: 0. */
  readonly minLength?: number;
  /** The most characters of a string. Default: any number. */
  readonly maxLength?: number;
  /** A regular expression that is found somewhere in a string; without look-around, references and classes of Unicode. */
  readonly pattern?: string;
}

/** What a request must look like. At least one of its members. */
export interface RequestShape {
  /** Parameters of the query that must be there, and not empty, whatever else they are. Default: none. */
  readonly query?: readonly string[];
  /** Headers that must be there, and not empty, whatever else they are. Default: none. */
  readonly headers?: readonly string[];
  /**
   * The body must be JSON, and this, whatever type it says that it has; only of POST, PUT and PATCH. An empty body is
   * refused, but that a gateway may take it for `{}`. Default: anything, or none.
   */
  readonly body?: BodySchema;
}

/** What every route can say. */
interface RouteBase<A extends string> {
  /** The name of an auth. Default: the API's default auth; where there is none either, that is an error. */
  readonly auth?: A;
  /**
   * The token must hold at least one of these scopes (claim `scope` or `scp`). An empty list is an error, and so are
   * scopes of a route that asks for no token. Default: none asked.
   */
  readonly scopes?: readonly string[];
  /** How often it may be called. Default: the API's default limits; `[]` for none. */
  readonly limits?: readonly Limit[];
  /**
   * What a request must look like: others are refused (400) before a backend is touched, once it is known that they may
   * call. Default: anything.
   */
  readonly request?: RequestShape;
}

/** A route that goes to a backend. */
export interface ProxyRoute<B extends string, A extends string> extends RouteBase<A> {
  /** The name of a backend. */
  readonly to: B;
  /**
   * The path below the backend's URL, made of texts and of the route's own parameters, e.g. `/v2/{rest}`. The rest of a
   * path is written without its plus here, and stands last. Default: the route's own path.
   */
  readonly path?: string;
  /** How long the backend may take, in whole seconds, 1 to 3,600. Default: the API's default, which is 15. */
  readonly timeoutSeconds?: number;
  /** Changes to the headers that the backend sees. Default: none. */
  readonly requestHeaders?: RequestHeaders;
}

/** A JSON value. */
export type Json = string | number | boolean | null | readonly Json[] | { readonly [key: string]: Json };

/** An answer that the gateway gives by itself. */
export interface Reply {
  /** The status, 200 to 599. */
  readonly status: number;
  /**
   * Its headers: printable ASCII, none of the connection's. Default: `content-type` alone, where there is a body:
   * `text/plain; charset=utf-8` for a string, `application/json` for other JSON.
   */
  readonly headers?: Readonly<Record<string, string>>;
  /**
   * Sent as it is when a string, as JSON otherwise; an error for 204, 304 and `HEAD`, which have none. Default: empty.
   */
  readonly body?: Json;
}

/** A route that the gateway answers by itself. */
export interface ReplyRoute<A extends string> extends RouteBase<A> {
  /** The answer. */
  readonly reply: Reply;
}

/** Where a route's requests go: to a backend, or nowhere but to an answer. */
export type Route<B extends string = string, A extends string = string> = ProxyRoute<B, A> | ReplyRoute<A>;

/** Backends by name: a letter, then letters, digits, `_` or `-`, at most 63 characters. */
export type Backends = Readonly<Record<string, Backend>>;
/** Auths by name: a letter, then letters, digits, `_` or `-`, at most 63 characters. */
export type Auths = Readonly<Record<string, Auth>>;
/** Plans by name: a letter, then letters, digits, `_` or `-`, at most 63 characters. */
export type Plans = Readonly<Record<string, Plan>>;

/** What holds for every route that does not say otherwise. */
export interface Defaults<A extends string = string> {
  /** The name of an auth. Default: none, and each route names its own. */
  readonly auth?: A;
  /** Limits of every route; a route's own replace them all. Default: none. */
  readonly limits?: readonly Limit[];
  /** How long a backend may take, in whole seconds, 1 to 3,600. Default: 15. */
  readonly timeoutSeconds?: number;
}

/**
 * What an API is: plain JSON, the same on every cloud, in every region and environment. What differs by place is bound
 * when a gateway is declared.
 */
export interface Description<
  Bs extends Backends = Backends,
  As extends Auths = Auths,
  Ps extends Plans = Plans,
  Ks extends RouteKey = RouteKey,
> {
  /** The form of the description. */
  readonly version: 1;
  /** A name for people, one line. Default: the gateway's name. */
  readonly title?: string;
  /** Where requests go, by name; `{}` where every route has a reply. */
  readonly backends: Bs;
  /** What requests must show, by name. */
  readonly auth: As;
  /** What holds for every route that does not say otherwise. Default: no auth, no limits, 15 seconds. */
  readonly default?: Defaults<keyof As & string>;
  /** Cross-origin access for browsers. Default: none; preflights are then requests like others. */
  readonly cors?: Cors;
  /**
   * What consumers of API keys may do, by name. At least one where a route asks for a key, and an error where none does.
   */
  readonly plans?: Ps;
  /** What can be called, at least one. */
  readonly routes: Readonly<Record<Ks, Route<keyof Bs & string, keyof As & string>>>;
}

/**
 * A backend that is reached by its public URL.
 *
 * @example
 * ```ts
 * import { http } from "polygate";
 *
 * const backends = { catalog: http(), erp: http() };
 * ```
 */
export function http(): HttpBackend {
  return { kind: "http" };
}

/**
 * A backend that is a function of the gateway's own cloud. It gets the request as that cloud's gateway hands it to
 * functions, so a route to it has no `path` and no `requestHeaders`.
 *
 * @example
 * ```ts
 * import { fn, http } from "polygate";
 *
 * const backends = { catalog: http(), shipping: fn() };
 * ```
 */
export function fn(): FunctionBackend {
  return { kind: "fn" };
}

/**
 * A private backend: on premises, or in a private network of the gateway's cloud. Its binding needs a `link`, which says how
 * the gateway reaches that network.
 *
 * @example
 * ```ts
 * import { http, onPrem } from "polygate";
 *
 * const backends = { catalog: http(), erp: onPrem() };
 * ```
 */
export function onPrem(): OnPremBackend {
  return { kind: "onPrem" };
}

/**
 * Asks for a JSON Web Token: signed by the bound issuer, in date, and for one of `audiences`.
 *
 * @example
 * ```ts
 * import { jwt } from "polygate";
 *
 * const staff = jwt({ audiences: ["orders"] });
 * ```
 */
export function jwt(options: { readonly audiences: readonly string[] }): JwtAuth {
  return { kind: "jwt", audiences: options.audiences };
}

/**
 * Asks for the API key of a consumer, in the header `x-api-key`. A key says which program calls, not who uses it, and it
 * never expires by itself: for people, ask for a token too, with {@link allOf}.
 *
 * @example
 * ```ts
 * import { apiKey } from "polygate";
 *
 * const auth = { partners: apiKey() };
 * ```
 */
export function apiKey(): ApiKeyAuth {
  return { kind: "apiKey" };
}

/**
 * Asks for a token and for an API key, both.
 *
 * @example
 * ```ts
 * import { allOf, apiKey, jwt } from "polygate";
 *
 * const auth = { partnersStaff: allOf(jwt({ audiences: ["orders"] }), apiKey()) };
 * ```
 */
export function allOf(token: JwtAuth, key: ApiKeyAuth): AllOfAuth {
  return { kind: "allOf", of: [token, key] };
}

/**
 * Asks for a request that the caller signs with credentials of the gateway's own cloud; on AWS, of an IAM user or role, by AWS
 * Signature Version 4. For programs of that cloud, which then need no secret of their own. Who may call which route is said by
 * policies of that cloud: without one, nobody may.
 *
 * @example
 * ```ts
 * import { iam } from "polygate";
 *
 * const auth = { services: iam() };
 * ```
 */
export function iam(): IamAuth {
  return { kind: "iam" };
}

/**
 * Lets everybody in, for a stated reason. The only way to a route without authentication.
 *
 * @example
 * ```ts
 * import { open } from "polygate";
 *
 * const anyone = open("public catalogue");
 * ```
 */
export function open(reason: string): OpenAuth {
  return { kind: "open", reason };
}
