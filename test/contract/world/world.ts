import { type AuthPlace, type AuthText, type DescriptionText, type Places, routesOf } from "../oracle/description.ts";
import { Backends } from "./backend.ts";
import { Functions, functionArn, functionsUrl } from "./functions.ts";
import { Issuers, signingKey } from "./issuers.ts";
import { consumersOf } from "./keys.ts";
import { closedOrigin } from "./loopback.ts";
import { privateBackends, privateOrigins } from "./private-network.ts";
import { callersOf } from "./signatures.ts";
import { Tokens } from "./tokens.ts";

/** The trusted issuers: without a path, with a path and a final slash, and with a path only. */
const issuers = {
  staff: "https://login.issuer.test",
  partners: "https://sso.partner.test/tenant-1/",
  both: "https://login.both.test/both",
} as const;
/** The audiences of auths that list none in the description. */
const boundAudiences: Readonly<Record<keyof typeof issuers, readonly string[]>> = {
  staff: ["bound-orders", "it's <&\">@(1)"],
  partners: ["{{aud}}"],
  both: ["${x}", "https://api.test/both"],
};

function authPlace(name: keyof typeof issuers, auth: AuthText | undefined): AuthPlace {
  const token = auth?.kind === "allOf" ? auth.of[0] : auth;
  const isBound = token?.kind === "jwt" && token.audiences === undefined;
  return { issuer: issuers[name], ...(isBound ? { audiences: boundAudiences[name] } : {}) };
}

/** An issuer that no route trusts. */
const otherIssuer = "https://login.other.test/other";

/** Every backend that a generated description may contain. */
const backendUrls = {
  shop: "https://shop.backend.test",
  erp: "http://erp.backend.test:8080/base/v1",
  Legacy_2: "https://legacy.backend.test/",
  constructor: "https://ctor.backend.test/a-b/",
  gone: "https://gone.backend.test/base",
} as const;

/** Every function that a generated description may contain. */
const functionNames = ["shipping", "Quote_fn"] as const;

/** The backend that refuses connections. */
export const goneBackend = "gone";

/** The issuers, backends and functions on this machine, with the public names that gateways use for them. */
export class World {
  readonly backends: Backends;
  readonly tokens: Tokens;
  /** The loopback origin of each public origin. */
  readonly hosts: ReadonlyMap<string, string>;
  readonly functions: Functions;
  readonly #issuers: Issuers;

  private constructor(issuerServer: Issuers, backends: Backends, functions: Functions, tokens: Tokens, closed: string) {
    this.#issuers = issuerServer;
    this.functions = functions;
    this.backends = backends;
    this.tokens = tokens;
    this.hosts = new Map([
      [new URL(functionsUrl).origin, functions.origin],
      ...[...Object.values(issuers), otherIssuer].map((url) => [new URL(url).origin, issuerServer.origin] as const),
      ...Object.entries(backendUrls).map(
        ([name, url]) => [new URL(url).origin, name === goneBackend ? closed : backends.origin(name)] as const,
      ),
      ...Object.entries(privateBackends).flatMap(([name, backend]) =>
        privateOrigins(backend).map((origin) => [origin, backends.origin(name)] as const),
      ),
    ]);
  }

  static async start(): Promise<World> {
    const issuerServer = await Issuers.start([...Object.values(issuers), otherIssuer]);
    const names = Object.keys(backendUrls).filter((name) => name !== goneBackend);
    const tokens = new Tokens(issuerServer, await signingKey("stranger"), otherIssuer);
    const backends = await Backends.start([...names, ...Object.keys(privateBackends)]);
    return new World(issuerServer, backends, await Functions.start(backends), tokens, await closedOrigin());
  }

  /** Returns the bindings of a description. */
  places(description: DescriptionText): Places {
    const pick = <T>(all: Readonly<Record<string, T>>, names: readonly string[]): Record<string, T> =>
      Object.fromEntries(names.flatMap((name) => (Object.hasOwn(all, name) ? [[name, all[name] as T]] : [])));
    const backends: Places["backends"] = Object.fromEntries([
      ...Object.entries(backendUrls).map(([name, url]) => [name, { url }] as const),
      ...Object.entries(privateBackends).map(([name, { url, link }]) => [name, { url, link }] as const),
      ...functionNames.map((name) => [name, { functionArn: functionArn(name) }] as const),
    ]);
    return {
      backends: pick(backends, Object.keys(description.backends)),
      auth: pick(
        Object.fromEntries(
          (["staff", "partners", "both"] as const).map((name) => [name, authPlace(name, description.auth[name])]),
        ),
        Object.entries(description.auth).flatMap(([name, { kind }]) =>
          kind === "jwt" || kind === "allOf" ? [name] : [],
        ),
      ),
      consumers: consumersOf(Object.keys(description.plans ?? {})),
      callers: callersOf(routesOf(description).flatMap(({ key, signed }) => (signed ? [key] : []))),
    };
  }

  async stop(): Promise<void> {
    await Promise.all([this.#issuers.stop(), this.backends.stop(), this.functions.stop()]);
  }
}
