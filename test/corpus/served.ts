import type { DescriptionText } from "../contract/oracle/description.ts";
import type { VendorUnderTest } from "../contract/vendors/vendor.ts";
import { backendMark } from "../contract/world/backend.ts";
import { Client, type Received, type Sending, valuesOf } from "../contract/world/client.ts";
import { keyless, sentKey } from "../contract/world/keys.ts";
import type { SentCredential } from "../contract/world/tokens.ts";
import type { AnswersText } from "./oracle/answers.ts";
import type { DocumentText, OperationText } from "./oracle/document.ts";
import { type Probe, probesOf } from "./oracle/probes.ts";
import type { RequirementText } from "./oracle/requirement.ts";
import { basePath, bindingOf, hostOf, type Served, type ServedWorld } from "./served-world.ts";

/** The statuses of a gateway's own refusals, by the contract. */
const statuses = { unauthenticated: [400, 401, 403], forbidden: [401, 403] };

/** What came of the requests to one gateway. */
export interface Count {
  operations: number;
  requests: number;
  readonly wrong: string[];
}

/** What the oracle reads. */
export interface Read {
  readonly document: DocumentText;
  readonly answers: AnswersText;
  /** The URLs of the servers of paths and operations, by the names of the backends that a user binds with them. */
  readonly servers: ReadonlyMap<string, string>;
}

/** Sends the requests of the oracle to the gateway of one document. */
export class Caller {
  readonly #world: ServedWorld;
  readonly #document: DocumentText;
  readonly #answers: AnswersText;
  readonly #served: Served;
  readonly #client: Client;
  readonly #description: DescriptionText;
  readonly #servers: Read["servers"];
  readonly #consumers: Parameters<typeof sentKey>[1];
  readonly #sent = new Map<string, SentCredential>();

  private constructor(
    world: ServedWorld,
    description: DescriptionText,
    { document, answers, servers }: Read,
    served: Served,
  ) {
    this.#world = world;
    this.#document = document;
    this.#answers = answers;
    this.#description = description;
    this.#servers = servers;
    this.#served = served;
    this.#client = new Client(served.url);
    this.#consumers = world.places(description).consumers;
  }

  /** Deploys what a class makes of a description. */
  static async of(
    world: ServedWorld,
    vendor: VendorUnderTest,
    description: DescriptionText,
    read: Read,
  ): Promise<Caller> {
    const artefacts = vendor.render(description, world.places(description));
    return new Caller(world, description, read, await world.serve(vendor, artefacts));
  }

  async stop(): Promise<void> {
    this.#client.close();
    await this.#served.stop();
  }

  /** Calls an operation with each kind of credentials. Returns what is decided wrongly. */
  async call(operation: OperationText, requirement: RequirementText, count: Count): Promise<readonly string[]> {
    count.operations++;
    const wrong: string[] = [];
    for (const probe of probesOf(requirement)) {
      count.requests++;
      const fault = await this.#faultOf(operation, requirement, probe);
      if (fault !== undefined) wrong.push(`${operation.key} ${probe.name}: ${fault}`);
    }
    if (isSlashed(operation) && (requirement.token !== undefined || requirement.key)) {
      count.requests++;
      const fault = await this.#faultWithSlash(operation);
      if (fault !== undefined) wrong.push(`${operation.key} without credentials, with its slash: ${fault}`);
    }
    return wrong;
  }

  /** A path with a slash at its end is one that the gateway does not have, or the same as without it. */
  async #faultWithSlash({ method, path }: OperationText): Promise<string | undefined> {
    const { arrived } = this.#world.backends;
    const before = arrived.length;
    const received = await this.#client.send({ method, target: filled(path), headers: [] });
    return arrived.length === before && received.status >= 400 ? undefined : `not refused, ${shown(received)}`;
  }

  async #faultOf(operation: OperationText, requirement: RequirementText, probe: Probe): Promise<string | undefined> {
    const { method, path } = operation;
    const headers = [...(await this.#token(requirement, probe)).headers, ...this.#key(probe).headers];
    const { arrived } = this.#world.backends;
    const before = arrived.length;
    // By its answer, clients send the path without the slash.
    const target = isSlashed(operation) ? filled(path).slice(0, -1) : filled(path);
    const received = await this.#client.send({ method, target, headers, ...this.#bodied(operation, headers) });
    const log = this.#served.log.at(-1);
    const got = arrived.slice(before);
    if (probe.expected !== "proxied") {
      const isRefused = statuses[probe.expected].includes(received.status) && got.length === 0;
      return isRefused && log?.decision === probe.expected ? undefined : `not ${probe.expected}, ${shown(received)}`;
    }
    const backend = this.#backendOf(operation);
    const [one] = got;
    // Classes differ in the slash at the end of a backend's root.
    const wanted = `${basePath}${target}`.replace(/(.)\/$/, "$1");
    const isRight = one?.backend === backend && one.method === method && one.target.replace(/(.)\/$/, "$1") === wanted;
    const isFromBackend = valuesOf(received.headers, backendMark).length === 1;
    return got.length === 1 && isRight && isFromBackend ? undefined : `not proxied to ${backend}, ${shown(received)}`;
  }

  /** A body that the operation accepts, if the gateway checks it, and the headers with its type. */
  #bodied({ key }: OperationText, headers: Sending["headers"]): Partial<Sending> {
    const text = this.#answers.bodies?.[key];
    if (text === undefined) return {};
    return { body: Buffer.from(text), headers: [...headers, ["content-type", "application/json"]] };
  }

  /** The host that an operation's requests must arrive at. */
  #backendOf({ key, server }: OperationText): string {
    if (server === undefined) return hostOf("backend", this.#description);
    const [name] = [...this.#servers].find(([, url]) => url === server) ?? [];
    if (name === undefined) throw new Error(`${key}: nothing is bound for the server ${server}.`);
    return hostOf(name, this.#description);
  }

  async #token({ token }: RequirementText, probe: Probe): Promise<Pick<SentCredential, "headers">> {
    if (token === undefined || probe.token === "none") return { headers: [] };
    const identity = JSON.stringify([token.auth, probe.token, probe.scopes]);
    const before = this.#sent.get(identity);
    if (before !== undefined) return before;
    const { issuer, audiences: bound } = bindingOf(token.auth);
    const answer = this.#answers.schemes?.[token.auth];
    const { unsecured } = this.#answers;
    const own = unsecured?.kind === "jwt" && unsecured.name === token.auth ? unsecured.audiences : undefined;
    const answered = answer?.kind === "jwt" ? answer.audiences : own;
    const wanted = {
      issuer,
      audiences: answered ?? this.#document.audiences[token.auth] ?? bound,
      scopes: probe.scopes,
      subject: "somebody",
    };
    const kind = probe.token === "right" ? "token-valid" : "audience-wrong";
    const sent = await this.#world.tokens.make(kind, wanted, Date.now(), 0);
    this.#sent.set(identity, sent);
    return sent;
  }

  #key({ key }: Probe): Pick<SentCredential, "headers"> {
    if (key === "none") return keyless;
    const [consumer = ""] = Object.keys(this.#consumers);
    return sentKey(key === "right" ? "api-key-valid" : "api-key-unknown", this.#consumers, consumer, 0);
  }
}

function isSlashed({ path }: OperationText): boolean {
  return path.length > 1 && path.endsWith("/");
}

/** The path with a value in place of each parameter. */
function filled(path: string): string {
  return path.replaceAll(/\{[^}]*\}/g, "value");
}

function shown({ status, body }: Received): string {
  return `but ${status} ${body.toString().slice(0, 100)}`;
}
