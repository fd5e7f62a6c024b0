import type { OracleRoute } from "../oracle/description.ts";
import { keyCases } from "../world/keys.ts";
import { signatureCases } from "../world/signatures.ts";
import { credentialCases } from "../world/tokens.ts";
import { AccessProbes } from "./access-probes.ts";
import { LimitProbes } from "./limit-probes.ts";
import type { Probe, ProbeContext } from "./probe.ts";
import { RequestProbes } from "./request-probes.ts";
import { type Oddity, oddities, pick } from "./sample.ts";
import { Steps } from "./steps.ts";

/** Every kind of probe that a seed can choose. */
export const probeKinds = [
  "credential",
  "proxied",
  "noRoute",
  "oddPath",
  "scope",
  "burst",
  "spread",
  "cors",
  "expiry",
  "backendAnswer",
  "tooLarge",
  "key",
  "plan",
  "quota",
  "partial",
  "overlap",
  "functionFails",
  "signature",
  "otherCredential",
  "missingParameter",
  "invalidBody",
  "mediaType",
] as const;

export type ProbeKind = (typeof probeKinds)[number];

/** Selects one probe of a description. It shrinks to the first choice of each kind. */
export interface Seed {
  readonly kind: ProbeKind;
  readonly route: number;
  readonly salt: number;
}

/** The probes of one description. */
export class Probes {
  readonly access: AccessProbes;
  readonly limits: LimitProbes;
  readonly requests: RequestProbes;
  readonly #steps: Steps;
  readonly #guarded: readonly OracleRoute[];
  readonly #limited: readonly OracleRoute[];
  readonly #keyed: readonly OracleRoute[];
  readonly #signed: readonly OracleRoute[];
  readonly #checked: readonly OracleRoute[];
  readonly #replying: readonly OracleRoute[];

  constructor(context: ProbeContext) {
    this.#steps = new Steps(context);
    this.access = new AccessProbes(this.#steps);
    this.limits = new LimitProbes(this.#steps);
    this.requests = new RequestProbes(this.#steps);
    this.#guarded = context.routes.filter((route) => route.audiences !== undefined);
    this.#limited = context.routes.filter((route) => route.limits.length > 0);
    this.#keyed = context.routes.filter((route) => route.keyed);
    this.#signed = context.routes.filter((route) => route.signed);
    this.#checked = context.routes.filter((route) => route.text.request !== undefined);
    this.#replying = context.routes.filter((route) => route.text.reply !== undefined);
  }

  /** The probe that a seed selects; undefined when the description has no route for it. */
  select(seed: Seed): Probe | undefined {
    const probes: Readonly<Record<ProbeKind, () => Probe | undefined>> = {
      credential: () =>
        this.access.credential(pick(credentialCases, seed.salt), this.#route(this.#guarded, seed), seed.salt >> 5),
      proxied: () => this.requests.proxied(this.#route(this.#steps.context.routes, seed), seed.salt),
      noRoute: () => this.requests.noRoute(this.#route(this.#steps.context.routes, seed), seed.salt),
      oddPath: () =>
        this.requests.oddPath(
          this.#route(this.#steps.context.routes, seed),
          pick(Object.keys(oddities) as Oddity[], seed.salt),
          seed.salt >> 3,
        ),
      scope: () => this.access.scope(this.#route(this.#guarded, seed), seed.salt),
      burst: () => this.limits.burst(this.#route(this.#limited, seed), seed.salt),
      spread: () => this.limits.spread(this.#route(this.#limited, seed), seed.salt),
      cors: () => this.requests.cors(this.#route(this.#steps.context.routes, seed), seed.salt),
      expiry: () => this.access.expiry(this.#route(this.#guarded, seed)),
      backendAnswer: () => this.requests.backendAnswer(this.#route(this.#steps.context.routes, seed), seed.salt),
      tooLarge: () => this.requests.tooLarge(this.#route(this.#steps.context.routes, seed)),
      key: () => this.access.key(pick(keyCases, seed.salt), this.#route(this.#keyed, seed), seed.salt >> 3),
      plan: () => this.limits.plan(this.#route(this.#keyed, seed), this.#steps.consumer(seed.salt), seed.salt),
      quota: () => this.limits.quota(this.#route(this.#keyed, seed), this.#steps.consumer(seed.salt), seed.salt),
      partial: () => this.access.partial(this.#route(this.#steps.context.routes, seed), seed.salt),
      overlap: () =>
        this.requests.overlap(
          this.#route(this.#steps.context.routes, seed),
          pick(this.#steps.context.routes, seed.salt),
          Math.floor(seed.salt / 97),
        ),
      functionFails: () => this.requests.functionFails(this.#route(this.#steps.context.routes, seed), seed.salt),
      signature: () =>
        this.access.signature(pick(signatureCases, seed.salt), this.#route(this.#signed, seed), seed.salt >> 3),
      otherCredential: () => this.access.otherCredential(this.#route(this.#steps.context.routes, seed), seed.salt),
      missingParameter: () => this.requests.missingParameter(this.#route(this.#checked, seed), seed.salt),
      invalidBody: () => this.requests.invalidBody(this.#route(this.#checked, seed), seed.salt),
      mediaType: () => this.requests.mediaType(this.#route(this.#replying, seed), seed.salt),
    };
    return probes[seed.kind]();
  }

  #route(routes: readonly OracleRoute[], { route }: Seed): OracleRoute | undefined {
    return routes.length === 0 ? undefined : pick(routes, route);
  }
}
