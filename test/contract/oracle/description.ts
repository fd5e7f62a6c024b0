/**
 * The description as plain JSON, declared a second time: the oracle reads the user's description and shares no code with the library or
 * the sandbox.
 */

export interface LimitText {
  readonly requests: number;
  readonly per: "second" | "minute" | "hour" | "day";
  readonly by: "route" | "api" | "consumer" | "ip";
  readonly burst?: number;
}

export interface BackendText {
  readonly kind: "http" | "fn" | "onPrem";
  /** Whether the server distinguishes paths exactly as they arrive. */
  readonly paths?: "exact";
  /** The proofs of the gateway that the backend accepts. */
  readonly trust?: { readonly clientCertificate?: true; readonly secretHeader?: string; readonly identityToken?: true };
}

/** What a gateway proves itself with. */
export type ProofText = { readonly kind: keyof NonNullable<BackendText["trust"]> } & Readonly<Record<string, string>>;

export interface JwtText {
  readonly kind: "jwt";
  /** Missing where they are bound. */
  readonly audiences?: readonly string[];
  /** The claim that is compared with the audiences when a token has no `aud`. */
  readonly audienceFallback?: "client_id";
}

export type AuthText =
  | JwtText
  | { readonly kind: "apiKey" }
  | { readonly kind: "allOf"; readonly of: readonly [JwtText, { readonly kind: "apiKey" }] }
  | { readonly kind: "iam" }
  | { readonly kind: "open"; readonly reason: string };

export interface PlanLimitText {
  readonly requests: number;
  readonly per: "second" | "minute" | "hour" | "day";
  readonly burst?: number;
}

export interface PlanText {
  readonly limits?: readonly PlanLimitText[];
  readonly quota?: { readonly requests: number; readonly per: "day" | "week" | "month" };
  readonly routes?: Readonly<Record<string, readonly PlanLimitText[]>>;
}

export interface CorsText {
  readonly origins: readonly string[];
  readonly methods?: readonly string[];
  readonly headers?: readonly string[];
  readonly expose?: readonly string[];
  readonly maxAgeSeconds?: number;
  readonly credentials?: boolean;
}

export interface ReplyText {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: unknown;
}

export interface SchemaText {
  readonly type?: "object" | "array" | "string" | "number" | "integer" | "boolean";
  readonly enum?: readonly (string | number | boolean)[];
  readonly properties?: Readonly<Record<string, SchemaText>>;
  readonly required?: readonly string[];
  readonly additionalProperties?: boolean;
  readonly items?: SchemaText;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly minLength?: number;
  readonly maxLength?: number;
  readonly pattern?: string;
}

export interface RequestText {
  readonly query?: readonly string[];
  readonly headers?: readonly string[];
  readonly body?: SchemaText;
  /** The media types whose bodies are checked. All if absent. */
  readonly bodyTypes?: readonly string[];
}

export interface RouteText {
  readonly to?: string;
  readonly path?: string;
  readonly reply?: ReplyText;
  readonly auth?: string;
  readonly scopes?: readonly string[] | { readonly all: readonly string[] };
  readonly limits?: readonly LimitText[];
  readonly request?: RequestText;
  readonly timeoutSeconds?: number;
  readonly requestHeaders?: {
    readonly set?: Readonly<Record<string, string>>;
    readonly remove?: readonly string[];
  };
}

export interface DescriptionText {
  readonly version: 1;
  readonly title?: string;
  readonly backends: Readonly<Record<string, BackendText>>;
  readonly auth: Readonly<Record<string, AuthText>>;
  readonly default?: {
    readonly auth?: string;
    readonly limits?: readonly LimitText[];
    readonly timeoutSeconds?: number;
  };
  readonly cors?: CorsText;
  readonly plans?: Readonly<Record<string, PlanText>>;
  readonly routes: Readonly<Record<string, RouteText>>;
}

/** A consumer with an API key. */
export interface ConsumerText {
  /** The name of a plan of the description. */
  readonly plan: string;
  readonly key: string;
  /** Whether the key is enabled. */
  readonly enabled: boolean;
}

/** A caller that signs requests, with the keys of the routes that the cloud's policies allow. */
export interface CallerText {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken?: string;
  /** Whether the credentials are those of a session. */
  readonly session: boolean;
  /** Whether the key is enabled. */
  readonly active: boolean;
  readonly may: readonly string[] | "everything";
  /** Routes that a policy denies. A denial takes precedence. */
  readonly mayNot: readonly string[];
}

/** Who signs the tokens of an auth, and for whom, where the description does not list it. */
export interface AuthPlace {
  readonly issuer: string;
  readonly jwksUri?: string;
  readonly audiences?: readonly string[];
}

/** The bindings: the URLs of backends, the issuers of auths, the consumers and the callers. */
export interface Places {
  readonly backends: Readonly<
    Record<
      string,
      | { readonly url: string; readonly proof?: ProofText }
      | { readonly functionArn: string }
      | { readonly url: string; readonly link: Readonly<Record<string, string>> }
    >
  >;
  readonly auth: Readonly<Record<string, AuthPlace>>;
  readonly consumers: Readonly<Record<string, ConsumerText>>;
  readonly callers?: Readonly<Record<string, CallerText>>;
}

/** A route with its defaults. */
export interface OracleRoute {
  /** `METHOD /path`, as written; the same for each method of `ANY /path`. */
  readonly key: string;
  readonly method: string;
  /** `METHOD /path`, with its own method. */
  readonly id: string;
  /** Whether it is one of the methods of `ANY /path`. */
  readonly any: boolean;
  /** The segments of the pattern as written, including `{name}` and `{name+}`; empty for `/`. */
  readonly segments: readonly string[];
  readonly authName: string;
  readonly auth: AuthText;
  /** The accepted audiences; undefined if the route requires no token. */
  readonly audiences: readonly string[] | undefined;
  /** Whether the `client_id` of a token without `aud` is its audience. */
  readonly byClient: boolean;
  /** Whether it requires an API key. */
  readonly keyed: boolean;
  /** Whether it requires a signature. */
  readonly signed: boolean;
  readonly scopes: readonly string[];
  /** Whether a token needs each of the scopes, and not just one. */
  readonly needsEachScope: boolean;
  readonly limits: readonly LimitText[];
  /** Whether its backend is a function. */
  readonly toFunction: boolean;
  /** Whether its backend is private. */
  readonly toPrivate: boolean;
  readonly text: RouteText;
}

export function segmentsOf(path: string): readonly string[] {
  return path === "/" ? [] : path.slice(1).split("/");
}

/** @param places who signs tokens, and for whom. Default: whom the description lists */
export function routesOf(description: DescriptionText, places: Places["auth"] = {}): readonly OracleRoute[] {
  return Object.entries(description.routes).flatMap(([key, text]) => {
    const [written = "", path = ""] = key.split(" ");
    const authName = text.auth ?? description.default?.auth ?? "";
    const auth = description.auth[authName];
    if (auth === undefined) throw new Error(`The route ${key} has no auth.`);
    return methodsOf(written, path, description).map((method) => ({
      key,
      method,
      id: `${method} ${path}`,
      any: written === "ANY",
      segments: segmentsOf(path),
      authName,
      auth,
      audiences: audiencesOf(auth, places[authName]),
      byClient: tokenOf(auth)?.audienceFallback === "client_id",
      keyed: auth.kind === "apiKey" || auth.kind === "allOf",
      signed: auth.kind === "iam",
      ...scopesOf(text),
      limits: text.limits ?? description.default?.limits ?? [],
      toFunction: text.to !== undefined && description.backends[text.to]?.kind === "fn",
      toPrivate: text.to !== undefined && description.backends[text.to]?.kind === "onPrem",
      text,
    }));
  });
}

function scopesOf({ scopes = [] }: RouteText): Pick<OracleRoute, "scopes" | "needsEachScope"> {
  return "all" in scopes ? { scopes: scopes.all, needsEachScope: true } : { scopes, needsEachScope: false };
}

function tokenOf(auth: AuthText): JwtText | undefined {
  return auth.kind === "allOf" ? auth.of[0] : auth.kind === "jwt" ? auth : undefined;
}

/** `ANY` is every method that no other route of the path has, but OPTIONS where the gateway answers preflights. */
function methodsOf(written: string, path: string, { routes, cors }: DescriptionText): readonly string[] {
  if (written !== "ANY") return [written];
  const nameless = (text: string): string => text.replaceAll(/\{[^}+]*/g, "{");
  const others = Object.keys(routes)
    .map((key) => key.split(" "))
    .flatMap(([method = "", other = ""]) => (nameless(other) === nameless(path) ? [method] : []));
  return ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"].filter(
    (method) => !others.includes(method) && (method !== "OPTIONS" || cors === undefined),
  );
}

/** A token that is meant for nobody opens nothing. */
function audiencesOf(auth: AuthText, place: AuthPlace | undefined): readonly string[] | undefined {
  const token = tokenOf(auth);
  return token === undefined ? undefined : (token.audiences ?? place?.audiences ?? []);
}
