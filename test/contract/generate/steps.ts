import type { OracleRoute, PlanText } from "../oracle/description.ts";
import { keyless, type SentKey, sentKey } from "../world/keys.ts";
import { type SentSignature, sentSignature, unsigned } from "../world/signatures.ts";
import type { SentCredential, Wanted } from "../world/tokens.ts";
import { validBody } from "./bodies.ts";
import type { ProbeContext, Step } from "./probe.ts";
import { bodyOf, pathOf, pick } from "./sample.ts";

/** How a request differs from one that fulfils each requirement of its route. */
export interface Shape {
  readonly path?: string;
  readonly method?: string;
  readonly query?: string;
  readonly headers?: readonly (readonly [string, string])[];
  readonly body?: Buffer | undefined;
  readonly announcedBytes?: number;
  /** Sends the body in chunks, without its length. */
  readonly chunked?: boolean;
  readonly address?: string;
  readonly credential?: (wanted: Wanted, now: number) => Promise<SentCredential>;
  /** The key. @default on a route that requires one: the key of a consumer without a limit, if the description has such a consumer */
  readonly key?: SentKey;
  /** The signature. @default on a route that requires one: the signature of a caller who may call each route */
  readonly signature?: (now: number) => SentSignature;
  readonly scopes?: readonly string[];
  readonly subject?: string;
  /** A required parameter that is left out, or sent with this value. */
  readonly without?: { readonly name: string; readonly value: string | undefined };
}

/** The token for a route that requires none. */
const nobody: Wanted = { issuer: "", audiences: [], scopes: [], subject: "" };
/** No token. */
export const bearerless: SentCredential = { facts: { kind: "none" }, headers: [] };
/** No credential of any kind. */
export const anonymous: Shape = { credential: async () => bearerless, key: keyless, signature: () => unsigned };

/** Builds the requests of probes for one description. */
export class Steps {
  readonly context: ProbeContext;
  /** The consumers with an enabled key. */
  readonly consumers: readonly string[];
  /** Those without a limit; all of them if each has one. */
  readonly unlimitedConsumers: readonly string[];
  /** Whether binary bodies cannot be sent, because the bodies of some routes are validated. */
  readonly #textOnly: boolean;

  constructor(context: ProbeContext) {
    this.context = context;
    this.#textOnly = context.routes.some((route) => route.text.request?.body !== undefined);
    const { consumers } = context.places;
    this.consumers = Object.keys(consumers).filter((name) => consumers[name]?.enabled === true);
    const unlimited = this.consumers.filter((name) => Object.keys(this.planOf(name)).length === 0);
    this.unlimitedConsumers = unlimited.length > 0 ? unlimited : this.consumers;
  }

  consumer(salt: number, among: readonly string[] = this.consumers): string | undefined {
    return among.length === 0 ? undefined : pick(among, salt);
  }

  planNameOf(consumer: string): string {
    return this.context.places.consumers[consumer]?.plan ?? "";
  }

  planOf(consumer: string): PlanText {
    return this.context.description.plans?.[this.planNameOf(consumer)] ?? {};
  }

  #key(route: OracleRoute, shape: Shape, salt: number): SentKey {
    if (shape.key !== undefined) return shape.key;
    const consumer = this.consumer(salt, this.unlimitedConsumers);
    if (!route.keyed || consumer === undefined) return keyless;
    return sentKey("api-key-valid", this.context.places.consumers, consumer, salt);
  }

  /** A body for the route's method: a valid one if the route has a schema, otherwise any body. */
  bodyOf(route: OracleRoute, salt: number): Buffer | undefined {
    const schema = route.text.request?.body;
    if (schema !== undefined) return validBody(schema, salt);
    const body = bodyOf(route.method, salt);
    return this.#textOnly && body !== undefined && body.length > 1_000 ? Buffer.from("é".repeat(35_000)) : body;
  }

  /** The shape with the parameters and the body that the route requires, unless the shape sets them. */
  #withRequirements(route: OracleRoute, shape: Shape, salt: number): Shape {
    const { request } = route.text;
    if (request === undefined) return shape;
    const sentValue = (name: string): string | undefined =>
      shape.without?.name === name ? shape.without.value : "present";
    const query = (request.query ?? []).flatMap((name) => {
      const value = sentValue(name);
      return value === undefined ? [] : [`${encodeURIComponent(name)}=${value}`];
    });
    const headers = (request.headers ?? []).flatMap((name): readonly (readonly [string, string])[] => {
      const value = sentValue(name);
      return value === undefined ? [] : [[name, value]];
    });
    const sends = shape.body !== undefined || shape.announcedBytes !== undefined || shape.method !== undefined;
    return {
      ...shape,
      query: [shape.query ?? "", ...query].filter((part) => part !== "").join("&"),
      headers: [...(shape.headers ?? []), ...headers],
      ...(sends || request.body === undefined ? {} : { body: validBody(request.body, salt) }),
    };
  }

  /** A request to a route. It fulfils each requirement of the route, except where the shape differs. */
  step(route: OracleRoute, salt: number, changes: Shape): Step {
    const shape = this.#withRequirements(route, changes, salt);
    const path = shape.path ?? pathOf(route, salt);
    const method = shape.method ?? route.method;
    return {
      after: 0,
      make: async (now) => {
        const sent = await this.#credential(route, shape, now, salt);
        const key = this.#key(route, shape, salt);
        const signature =
          shape.signature?.(now) ?? (route.signed ? sentSignature("signature-valid", now, salt) : unsigned);
        const query = [shape.query ?? "", sent.query ?? "", key.query ?? ""].filter((part) => part !== "").join("&");
        const headers = [...(shape.headers ?? []), ...sent.headers, ...key.headers, ...(signature.headers ?? [])];
        const { body, announcedBytes, address = "127.0.0.1" } = shape;
        return {
          request: {
            method,
            path,
            query,
            headers: shape.headers ?? [],
            credential: sent.facts,
            key: key.facts,
            signature: signature.facts,
            bodyBytes: announcedBytes ?? body?.length ?? 0,
            ...(body === undefined ? {} : { body }),
            address,
            at: now,
          },
          sending: {
            method,
            target: query === "" ? path : `${path}?${query}`,
            headers,
            address,
            ...(sent.genuine === undefined ? {} : { genuine: sent.genuine }),
            ...(body === undefined ? {} : { body, chunked: shape.chunked ?? false }),
            ...(announcedBytes === undefined ? {} : { announcedBytes }),
            ...(signature.order === undefined ? {} : { sign: signature.order }),
          },
        };
      },
    };
  }

  async #credential(route: OracleRoute, shape: Shape, now: number, salt: number): Promise<SentCredential> {
    const place = this.context.places.auth[route.authName];
    // A route that requires no token forwards any credential.
    if (route.audiences === undefined || place === undefined) {
      if (shape.credential !== undefined) return await shape.credential(nobody, now);
      // On a route that requires a signature, the header belongs to the signature.
      if (salt % 2 === 0 || route.signed) return bearerless;
      return { facts: { kind: "unreadable" }, headers: [["Authorization", "Basic dXNlcjpwYXNz"]] };
    }
    const wanted: Wanted = {
      issuer: place.issuer,
      audiences: route.audiences,
      scopes: shape.scopes ?? (route.needsEachScope ? route.scopes : route.scopes.slice(0, 1)),
      subject: shape.subject ?? "somebody",
    };
    return shape.credential === undefined
      ? await this.context.tokens.make("token-valid", wanted, now, salt)
      : await shape.credential(wanted, now);
  }
}
