import { andThen } from "../../and-then.ts";
import { headerValues } from "../../header-values.ts";
import type { GatewayRequest } from "../../interpreter.ts";
import { TokenCache } from "../../verifying/token-cache.ts";
import type { GoogleSignature } from "../google-signature.ts";

type Headers = GatewayRequest["headers"];

const AUTHORIZATION = "authorization";
/** What Cloud Run checks instead of `Authorization`, if a request has it. */
const OWN_AUTHORIZATION = "x-serverless-authorization";
/** What the container receives in the place of a checked token's signature. */
const REMOVED_SIGNATURE = "SIGNATURE_REMOVED_BY_GOOGLE";

/** Whether a request may reach the container, with the headers that it then has. */
export type Access =
  | { readonly admitted: true; readonly caller: string; readonly headers: Headers }
  | {
      readonly admitted: false;
      readonly decision: "unauthenticated" | "forbidden";
      /** Unverified: which of the two a request without a token and a token of each kind get. */
      readonly status: 401 | 403;
      readonly reason: string;
    };

type Refused = Access & { readonly admitted: false };

export interface AccessRules {
  readonly audiences: readonly string[];
  readonly invokers: readonly string[];
  readonly isOpen: boolean;
}

/** What stays true of a token: its content. */
interface Verified {
  readonly email: string;
  readonly audiences: readonly string[];
  /** In seconds since the epoch. */
  readonly expires: number;
}

/** Checks who may invoke a service, as Cloud Run does before the container receives a request. */
export class AccessCheck {
  readonly #rules: AccessRules;
  readonly #google: GoogleSignature;
  readonly #now: () => number;
  readonly #verified = new TokenCache<Verified>();

  constructor(rules: AccessRules, google: GoogleSignature, now: () => number) {
    this.#rules = rules;
    this.#google = google;
    this.#now = now;
  }

  check(headers: Headers): Access | Promise<Access> {
    const { isOpen, invokers } = this.#rules;
    if (isOpen) return { admitted: true, caller: "IAM is not checked", headers };
    if (invokers.includes("allUsers")) return { admitted: true, caller: "allUsers", headers };
    const checked = headerValues(headers, OWN_AUTHORIZATION).length > 0 ? OWN_AUTHORIZATION : AUTHORIZATION;
    const [value, ...more] = headerValues(headers, checked);
    if (value === undefined) return refuse("unauthenticated", 403, "no ID token");
    const [, token] = /^bearer +(\S+)$/i.exec(value) ?? [];
    if (token === undefined || more.length > 0)
      return refuse("unauthenticated", 401, `${checked} is not one bearer token`);
    return andThen(this.#verify(token), (verified) => {
      const email = this.#invoker(verified);
      return typeof email === "string"
        ? { admitted: true, caller: email, headers: passedOn(headers, checked, token) }
        : email;
    });
  }

  /** The email address of the token's owner, who may invoke the service; otherwise why the request is refused. */
  #invoker(verified: Verified | string): string | Refused {
    const { invokers, audiences } = this.#rules;
    if (typeof verified === "string") return refuse("unauthenticated", 401, `the ID token is not valid: ${verified}`);
    if (!verified.audiences.some((audience) => audiences.includes(audience))) {
      return refuse("unauthenticated", 401, `the ID token is for another audience, ${verified.audiences.join(", ")}`);
    }
    const { email } = verified;
    const may = ["allAuthenticatedUsers", `serviceAccount:${email}`, `user:${email}`];
    if (!invokers.some((member) => may.includes(withLowerCaseEmail(member)))) {
      return refuse("forbidden", 403, `${email} is no invoker of the service`);
    }
    return email;
  }

  #verify(token: string): Verified | string | Promise<Verified | string> {
    const known = this.#verified.get(token);
    return known !== undefined && this.#now() / 1000 < known.expires ? known : this.#verifyNew(token);
  }

  async #verifyNew(token: string): Promise<Verified | string> {
    const verdict = await this.#google.verify(token, this.#now());
    if (!verdict.valid) return verdict.reason;
    const { aud, exp = 0, email } = verdict.claims;
    if (typeof email !== "string") return "no email";
    const audiences = aud === undefined ? [] : Array.isArray(aud) ? aud : [aud];
    const verified = { email: email.toLowerCase(), audiences, expires: exp };
    this.#verified.set(token, verified);
    return verified;
  }
}

function refuse(decision: "unauthenticated" | "forbidden", status: 401 | 403, reason: string): Refused {
  return { admitted: false, decision, status, reason };
}

/** Unverified: whether the container receives `X-Serverless-Authorization`. Here it is removed; an `Authorization` beside it is the client's own, and stays. */
function passedOn(headers: Headers, checked: string, token: string): Headers {
  const unsigned = `Bearer ${token.slice(0, token.lastIndexOf("."))}.${REMOVED_SIGNATURE}`;
  return headers.flatMap(([name, value]): Headers => {
    if (name.toLowerCase() !== checked) return [[name, value]];
    return checked === AUTHORIZATION ? [[name, unsigned]] : [];
  });
}

function withLowerCaseEmail(member: string): string {
  const colon = member.indexOf(":");
  return colon === -1 ? member : `${member.slice(0, colon)}${member.slice(colon).toLowerCase()}`;
}
