import fc from "fast-check";

/** One alternative of `security`: schemes with their scopes. */
export type Alternative = Readonly<Record<string, readonly string[]>>;

/** What `x-polygate` or an override sets that decides who may call an operation, and where it goes. */
export interface Access {
  readonly auth?: string;
  readonly scopes?: readonly string[];
  readonly open?: string;
  readonly to?: string;
}

export interface Operation {
  readonly security?: readonly Alternative[];
  readonly servers: boolean;
  readonly own: Access;
  readonly override: Access;
}

export interface Path {
  readonly servers: boolean;
  readonly shared: Access;
  readonly get: Operation;
  readonly post: Operation;
}

export interface SchemeAnswer {
  readonly kind: "jwt" | "apiKey" | "sameAs" | "backend" | "open";
  readonly auth?: string;
}

export interface UnsecuredAnswer {
  readonly kind: "jwt" | "sameAs" | "open";
  readonly auth?: string;
  readonly name?: string;
}

/** A document with answers and overrides. */
export interface Case {
  readonly version: string;
  readonly security?: readonly Alternative[];
  readonly paths: Readonly<Record<string, Path>>;
  readonly open?: string;
  readonly defaultAuth?: string;
  readonly to?: string;
  readonly schemes: Readonly<Record<string, SchemeAnswer>>;
  readonly prefer: readonly (string | readonly string[])[];
  readonly anyScope: boolean;
  readonly unsecured?: UnsecuredAnswer;
  /** The operations that no answer lists. */
  readonly late: readonly string[];
}

/** The schemes of every document. */
export const schemes: Readonly<Record<string, object>> = {
  staff: { type: "oauth2", flows: {}, "x-polygate": { audiences: ["orders"] } },
  oidc: { type: "openIdConnect", openIdConnectUrl: "https://a.example.com", "x-polygate": { audiences: ["a"] } },
  bearer: { type: "http", scheme: "bearer" },
  basic: { type: "http", scheme: "basic" },
  mutual: { type: "mutualTLS" },
  query: { type: "apiKey", in: "query", name: "key" },
  cookie: { type: "apiKey", in: "cookie", name: "key" },
  key: { type: "apiKey", in: "header", name: "x-api-key" },
};
const names = Object.keys(schemes);
const scoped = ["staff", "oidc"];

/** @param percent how often there is a value */
const maybe = <T>(percent: number, arbitrary: fc.Arbitrary<T>): fc.Arbitrary<T | undefined> =>
  fc.oneof({ weight: 100 - percent, arbitrary: fc.constant(undefined) }, { weight: percent, arbitrary });
const servers = maybe(3, fc.constant(true)).map((value) => value === true);

const scopes = fc.constantFrom<readonly string[]>([], [], ["read"], ["write"], ["read", "write"]);
const single = fc
  .tuple(fc.constantFrom("staff", "staff", ...names), scopes)
  .map(([name, list]): Alternative => ({ [name]: scoped.includes(name) ? list : [] }));
const alternative = fc.oneof(
  { weight: 6, arbitrary: single },
  { weight: 3, arbitrary: fc.tuple(single, single).map(([one, other]): Alternative => ({ ...one, ...other })) },
  { weight: 1, arbitrary: fc.constant<Alternative>({}) },
);
const security = fc.array(alternative, { maxLength: 3 });
const wantedScopes = fc.constantFrom<readonly string[]>(["read"], ["write"], ["admin"], ["read", "write"]);
const auth = fc.constantFrom("staff", "staff", "oidc", "bearer", "key");
const to = fc.constantFrom("main", "other");

const operation = fc.record({
  security: maybe(50, security),
  servers,
  own: fc.record({
    auth: maybe(4, auth),
    scopes: maybe(3, wantedScopes),
    open: maybe(3, fc.constant("reason own")),
    to: maybe(30, to),
  }),
  override: fc.record({ auth: maybe(4, auth), scopes: maybe(3, wantedScopes), to: maybe(10, to) }),
}) as fc.Arbitrary<Operation>;
const path = fc.record({
  servers,
  shared: fc.record({ auth: maybe(3, auth), open: maybe(5, fc.constant("reason shared")), to: maybe(30, to) }),
  get: operation,
  post: operation,
}) as fc.Arbitrary<Path>;
const answer = fc.constantFrom<SchemeAnswer>(
  { kind: "jwt" },
  { kind: "apiKey" },
  { kind: "sameAs", auth: "staff" },
  { kind: "backend" },
  { kind: "open" },
);

/** Documents of two paths with generated answers. */
export const cases = fc.record({
  version: fc.constantFrom("3.0.3", "3.1.0", "3.2.0"),
  security: maybe(70, security),
  paths: fc.record({ "/a": path, "/b": path }),
  open: maybe(5, fc.constant("reason root")),
  defaultAuth: maybe(5, auth),
  to: maybe(97, to),
  schemes: fc.record(
    { bearer: answer, basic: answer, mutual: answer, query: answer, cookie: answer, key: answer },
    { requiredKeys: ["basic", "mutual", "query", "cookie"] },
  ),
  prefer: fc.shuffledSubarray([...names, ["staff", "key"], ["staff", "basic"], ["bearer", "query"]], { minLength: 8 }),
  anyScope: maybe(80, fc.constant(true)).map((value) => value === true),
  unsecured: maybe(
    85,
    fc.constantFrom<UnsecuredAnswer>(
      { kind: "open" },
      { kind: "sameAs", auth: "oidc" },
      { kind: "jwt", name: "clients" },
    ),
  ),
  late: maybe(5, fc.constantFrom("GET /a", "POST /b")).map((key) => (key === undefined ? [] : [key])),
}) as fc.Arbitrary<Case>;
