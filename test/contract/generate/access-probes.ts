import type { OracleRoute } from "../oracle/description.ts";
import { type KeyCase, keyless, sentKey } from "../world/keys.ts";
import { type SentSignature, type SignatureCase, sentSignature, unsigned } from "../world/signatures.ts";
import type { CredentialCase, SentCredential, Wanted } from "../world/tokens.ts";
import type { Probe } from "./probe.ts";
import { bodyOf, pick, queries } from "./sample.ts";
import { bearerless, type Shape, type Steps } from "./steps.ts";

/** Probes of authentication and authorization. */
export class AccessProbes {
  readonly #steps: Steps;

  constructor(steps: Steps) {
    this.#steps = steps;
  }

  /** A credential of one kind, sent to a route that requires a token. */
  credential(kind: CredentialCase, route: OracleRoute | undefined, variant: number): Probe | undefined {
    if (route?.audiences === undefined) return undefined;
    if (kind === (route.byClient ? "client-id-undeclared" : "client-id-declared")) return undefined;
    const credential = (wanted: Wanted, now: number) => this.#steps.context.tokens.make(kind, wanted, now, variant);
    return { case: kind, steps: [this.#steps.step(route, variant, { credential })] };
  }

  /** A key of one kind, sent to a route that requires one. All other requirements are fulfilled. */
  key(kind: KeyCase, route: OracleRoute | undefined, variant: number): Probe | undefined {
    const consumer = this.#steps.consumer(variant, this.#steps.unlimitedConsumers);
    if (route === undefined || !route.keyed || consumer === undefined) return undefined;
    const key = sentKey(kind, this.#steps.context.places.consumers, consumer, variant);
    return { case: kind, steps: [this.#steps.step(route, variant, { key })] };
  }

  /** A key instead of a token, a token instead of a key, or only one of the two where both are required. */
  partial(route: OracleRoute | undefined, salt: number): Probe | undefined {
    const consumer = this.#steps.consumer(salt, this.#steps.unlimitedConsumers);
    if (route === undefined || consumer === undefined || route.auth.kind === "open" || route.signed) return undefined;
    const key = sentKey("api-key-valid", this.#steps.context.places.consumers, consumer, salt);
    const credential = async () => bearerless;
    if (route.auth.kind === "jwt")
      return { case: "key-for-token", steps: [this.#steps.step(route, salt, { credential, key })] };
    if (route.auth.kind === "allOf") {
      const one: Shape = salt % 2 === 0 ? { credential } : { key: keyless };
      return { case: "token-and-key", steps: [this.#steps.step(route, salt, one), this.#steps.step(route, salt, {})] };
    }
    const token = this.#strayToken(salt);
    if (token === undefined) return undefined;
    return { case: "token-for-key", steps: [this.#steps.step(route, salt, { credential: token, key: keyless })] };
  }

  /** A signature of one kind, sent to a route that requires one. */
  signature(kind: SignatureCase, route: OracleRoute | undefined, variant: number): Probe | undefined {
    if (route?.signed !== true) return undefined;
    const signature = (now: number): SentSignature => sentSignature(kind, now, variant);
    // A signature covers the body.
    const body = bodyOf(route.method, variant);
    const query = pick(queries, variant);
    return { case: kind, steps: [this.#steps.step(route, variant, { signature, query, body })] };
  }

  /** A signature instead of a token, or a token instead of a signature. */
  otherCredential(route: OracleRoute | undefined, salt: number): Probe | undefined {
    if (this.#steps.context.routes.every(({ signed }) => !signed) || route === undefined) return undefined;
    if (route.audiences !== undefined) {
      const signature = (now: number): SentSignature => sentSignature("signature-valid", now, salt);
      const shape: Shape = { credential: async () => bearerless, signature };
      return { case: "signature-for-token", steps: [this.#steps.step(route, salt, shape)] };
    }
    if (!route.signed) return undefined;
    const credential = this.#strayToken(salt);
    if (credential === undefined) return undefined;
    return {
      case: "token-for-signature",
      steps: [this.#steps.step(route, salt, { credential, signature: () => unsigned })],
    };
  }

  scope(route: OracleRoute | undefined, salt: number): Probe | undefined {
    const first = route?.scopes[0];
    if (route === undefined || first === undefined) return undefined;
    if (route.needsEachScope) return this.#eachScope(route, salt);
    if (salt % 3 === 0)
      return {
        case: "scope-present",
        steps: [this.#steps.step(route, salt, { scopes: ["other", pick(route.scopes, salt)] })],
      };
    const without = pick([[], ["other"], nearTo(first)], salt).filter(
      (scope) => scope !== "" && !route.scopes.includes(scope),
    );
    return { case: "scope-missing", steps: [this.#steps.step(route, salt, { scopes: without })] };
  }

  /** A token with each of the scopes, or with all but one, in whose place it has other ones. */
  #eachScope(route: OracleRoute, salt: number): Probe {
    if (salt % 3 === 0) {
      const scopes = [...route.scopes.slice(salt % route.scopes.length), "other", ...route.scopes];
      return { case: "scopes-complete", steps: [this.#steps.step(route, salt, { scopes: [...new Set(scopes)] })] };
    }
    const missing = pick(route.scopes, Math.floor(salt / 3));
    const others = pick([[], ["other"], nearTo(missing)], salt).filter((scope) => scope !== missing && scope !== "");
    const scopes = [...route.scopes.filter((scope) => scope !== missing), ...others];
    return { case: "scopes-incomplete", steps: [this.#steps.step(route, salt, { scopes })] };
  }

  /** A token that is sent before and after it expires. */
  expiry(route: OracleRoute | undefined): Probe | undefined {
    if (route === undefined) return undefined;
    let token: Promise<SentCredential> | undefined;
    const credential = (wanted: Wanted, now: number): Promise<SentCredential> => {
      token ??= this.#steps.context.tokens.lasting(wanted, now, 10);
      return token;
    };
    const step = this.#steps.step(route, 0, { credential });
    return { case: "token-expires-meanwhile", steps: [step, { ...step, after: 75_000 }] };
  }

  /** A valid token of the first issuer of the description; undefined when no route requires a token. */
  #strayToken(salt: number): Shape["credential"] {
    const [name] = Object.entries(this.#steps.context.description.auth).find(([, auth]) => auth.kind === "jwt") ?? [];
    const place = this.#steps.context.places.auth[name ?? ""];
    if (place === undefined) return undefined;
    const wanted: Wanted = { issuer: place.issuer, audiences: ["orders"], scopes: [], subject: "somebody" };
    return (_: Wanted, now: number) => this.#steps.context.tokens.make("token-valid", wanted, now, salt);
  }
}

/** Scopes that only resemble one. */
function nearTo(scope: string): readonly string[] {
  const otherCase = scope.toUpperCase() === scope ? scope.toLowerCase() : scope.toUpperCase();
  return [scope.slice(0, -1), `${scope}x`, otherCase];
}
