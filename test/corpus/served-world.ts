import type { GatewayArtefacts } from "../../sandbox/data-plane/artefacts.ts";
import { DataPlane, type RequestLog } from "../../sandbox/data-plane/serving/server.ts";
import { LoopbackHostMap } from "../../sandbox/host-map.ts";
import type { AuthText, DescriptionText, Places } from "../contract/oracle/description.ts";
import type { VendorUnderTest } from "../contract/vendors/vendor.ts";
import { Backends } from "../contract/world/backend.ts";
import { Functions, functionsUrl } from "../contract/world/functions.ts";
import { Issuers, signingKey } from "../contract/world/issuers.ts";
import { consumersOf } from "../contract/world/keys.ts";
import { Tokens } from "../contract/world/tokens.ts";

const issuers = ["https://login.corpus.test/one", "https://login.corpus.test/two", "https://login.corpus.test/three"];
const stranger = "https://login.corpus.test/stranger";

/** The hosts of backends: that of the document's server, and those of servers of paths and operations. */
const hosts = ["backend", "own1", "own2", "own3", "own4", "own5", "own6", "own7", "own8"];

/** The host of a backend of a description. */
export function hostOf(name: string, { backends }: DescriptionText): string {
  const own = Object.keys(backends).filter((each) => each !== "backend");
  const host = hosts[name === "backend" ? 0 : own.indexOf(name) + 1];
  if (host === undefined) throw new Error(`The description has no backend "${name}", or too many.`);
  return host;
}

/** The path that every backend has before the document's. */
export const basePath = "/base";

/** The issuer that signs the tokens of a scheme, and whom they are for where the answers do not say so. */
export function bindingOf(scheme: string): { readonly issuer: string; readonly audiences: readonly string[] } {
  const index = [...scheme].reduce((sum, letter) => sum + letter.charCodeAt(0), 0) % issuers.length;
  return { issuer: issuers[index] as string, audiences: [`for-${scheme}`] };
}

/** A gateway that is served. */
export interface Served {
  readonly url: string;
  readonly log: readonly RequestLog[];
  readonly stop: () => Promise<void>;
}

/** The issuers and the backends of all documents, on loopback. */
export class ServedWorld {
  readonly backends: Backends;
  readonly tokens: Tokens;
  readonly #issuers: Issuers;
  readonly #functions: Functions;

  private constructor(signers: Issuers, backends: Backends, functions: Functions, tokens: Tokens) {
    this.#issuers = signers;
    this.backends = backends;
    this.#functions = functions;
    this.tokens = tokens;
  }

  static async start(): Promise<ServedWorld> {
    const signers = await Issuers.start([...issuers, stranger]);
    const backends = await Backends.start(hosts);
    const tokens = new Tokens(signers, await signingKey("unpublished"), stranger);
    return new ServedWorld(signers, backends, await Functions.start(backends), tokens);
  }

  async stop(): Promise<void> {
    await Promise.all([this.#issuers.stop(), this.backends.stop(), this.#functions.stop()]);
  }

  /** The bindings of a description, as a user writes them in a stack. */
  places(description: DescriptionText): Places {
    const { auth, backends, plans = {} } = description;
    const tokens = Object.entries(auth).flatMap(([name, one]) => (isToken(one) ? [[name, one] as const] : []));
    return {
      backends: Object.fromEntries(
        Object.keys(backends).map((name) => [
          name,
          { url: `https://${hostOf(name, description)}.corpus.test${basePath}` },
        ]),
      ),
      auth: Object.fromEntries(tokens.map(([name, one]) => [name, placeOf(name, one)])),
      consumers: consumersOf(Object.keys(plans)),
    };
  }

  /** Serves what a class makes of a description. */
  async serve(vendor: VendorUnderTest, artefacts: GatewayArtefacts): Promise<Served> {
    const log: RequestLog[] = [];
    const map = new LoopbackHostMap(
      new Map([
        ["https://login.corpus.test", this.#issuers.origin],
        [new URL(functionsUrl).origin, this.#functions.origin],
        ...hosts.map((name) => [`https://${name}.corpus.test`, this.backends.origin(name)] as const),
      ]),
    );
    const ports = { portOf: () => undefined, remember: () => {} };
    const plane = new DataPlane({
      ports,
      hosts: map,
      log: (line) => log.push(line),
      functionLog: () => {},
      now: Date.now,
    });
    try {
      await plane.apply([{ key: "corpus", name: "corpus", vendor: vendor.vendor, region: "here", artefacts }]);
      const url = plane.list()[0]?.url;
      if (url === undefined) throw new Error("The data plane serves no gateway.");
      return { url: `${url}${vendor.path ?? ""}`, log, stop: () => plane.close() };
    } catch (error) {
      await plane.close();
      throw error;
    }
  }
}

type TokenAuth = Extract<AuthText, { readonly kind: "jwt" | "allOf" }>;

function isToken(auth: AuthText): auth is TokenAuth {
  return auth.kind === "jwt" || auth.kind === "allOf";
}

/** A token and a key together have a name that begins with the token's. */
function placeOf(name: string, auth: TokenAuth): Places["auth"][string] {
  const isBoth = auth.kind === "allOf";
  const { audiences: listed } = isBoth ? auth.of[0] : auth;
  const { issuer, audiences } = bindingOf(isBoth ? name.replace(/And[A-Z].*$/, "") : name);
  return listed === undefined ? { issuer, audiences } : { issuer };
}
