import { type CompactJWSHeaderParameters, CompactSign } from "jose";
import type { Credential, TokenFacts } from "../oracle/credential.ts";
import type { Issuers, SigningKey } from "./issuers.ts";
import { otherPlaces, pairsOfAuthorization, pairsOfPlaces, schemes } from "./token-places.ts";

/** A credential as it is sent, with the facts about it. */
export interface SentCredential {
  readonly facts: Credential;
  readonly headers: readonly (readonly [string, string])[];
  /** The parameter that is added to the query. */
  readonly query?: string;
  /** The `Authorization` that may reach a backend, if there are several tokens. @default the one that is sent */
  readonly genuine?: string;
}

/** The claims that a route requires of a token. */
export interface Wanted {
  readonly issuer: string;
  readonly audiences: readonly string[];
  /** The scopes of the token. */
  readonly scopes: readonly string[];
  readonly subject: string;
}

interface Draft {
  readonly claims: Readonly<Record<string, unknown>>;
  readonly header: Readonly<Record<string, unknown>>;
  readonly facts: TokenFacts;
}

/** The cases that {@link Tokens.make} supports. */
export const credentialCases = [
  "token-valid",
  "token-missing",
  "token-malformed",
  "token-expired",
  "token-not-yet-valid",
  "expiry-missing",
  "issuer-wrong",
  "audience-wrong",
  "audience-missing",
  "client-id-declared",
  "client-id-undeclared",
  "client-id-wrong",
  "algorithm-none",
  "algorithm-symmetric",
  "signature-other-key",
  "signature-tampered",
  "key-unknown",
  "key-unnamed",
  "token-elsewhere",
  "credential-twice",
  "authorization-twice",
] as const;

export type CredentialCase = (typeof credentialCases)[number];

const otherSchemes = schemes.slice(1);
const elsewhereVariants = otherPlaces.length + otherSchemes.length;

/** The number of variants of the cases that have more than the others. */
export const variantsOf: Readonly<Partial<Record<CredentialCase, number>>> = {
  "token-elsewhere": elsewhereVariants,
  "credential-twice": pairsOfPlaces.length,
  "authorization-twice": pairsOfAuthorization.length,
};

const encode = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString("base64url");
const bearer = (token: string): readonly (readonly [string, string])[] => [["Authorization", `Bearer ${token}`]];

/** Creates valid tokens, and tokens of each kind that must be rejected. Each kind has variants; `variant` selects one. */
export class Tokens {
  readonly #issuers: Issuers;
  readonly #stranger: SigningKey;
  readonly #otherIssuer: string;

  /**
   * @param stranger a key that no issuer publishes
   * @param otherIssuer an issuer that no route trusts
   */
  constructor(issuers: Issuers, stranger: SigningKey, otherIssuer: string) {
    this.#issuers = issuers;
    this.#stranger = stranger;
    this.#otherIssuer = otherIssuer;
  }

  async make(kind: CredentialCase, wanted: Wanted, atMilliseconds: number, variant: number): Promise<SentCredential> {
    const valid = this.#draft(wanted, Math.floor(atMilliseconds / 1000), variant);
    const pick = <T>(...choices: readonly T[]): T => choices[variant % choices.length] as T;
    const now = Math.floor(atMilliseconds / 1000);
    const audience = wanted.audiences[0] ?? "";
    switch (kind) {
      case "token-valid":
        return this.#signed(valid);
      case "token-missing":
        return { facts: { kind: "none" }, headers: pick([], [["X-Other", "value"]], [["Cookie", "session=1"]]) };
      case "token-malformed":
        return await this.#malformed(valid, variant);
      case "token-expired": {
        const expires = now - pick(61, 3600, 90_000, now - 1);
        return this.#signed(changed(valid, { exp: expires }, { expires }));
      }
      case "token-not-yet-valid": {
        const notBefore = now + pick(62, 3600, 90_000);
        return this.#signed(
          changed(valid, { nbf: notBefore, exp: notBefore + 600 }, { notBefore, expires: notBefore + 600 }),
        );
      }
      case "expiry-missing":
        return this.#signed(
          changed(valid, { exp: pick<unknown>(undefined, null, String(now + 600), 0) }, { expires: undefined }),
        );
      case "issuer-wrong":
        return await this.#wrongIssuer(valid, wanted, variant);
      case "audience-wrong": {
        const audiences = pick(
          [`${audience}x`],
          ["somebody-else"],
          [audience.slice(0, -1)],
          ["a", "b"],
          [swapCase(audience)],
        );
        const others = audiences.filter((other) => !wanted.audiences.includes(other));
        const aud = others.length === 1 && variant % 2 === 0 ? others[0] : others;
        return this.#signed(changed(valid, { aud }, { audiences: others }));
      }
      case "audience-missing":
        return this.#signed(
          changed(
            valid,
            { aud: pick<unknown>(undefined, [], "") },
            { audiences: pick<string[]>([], [], [""]), hasAud: variant % 3 !== 0 },
          ),
        );
      case "client-id-declared":
      case "client-id-undeclared":
        return this.#signed(
          changed(valid, { aud: undefined, client_id: audience }, { audiences: [], hasAud: false, clientId: audience }),
        );
      case "client-id-wrong":
        return await this.#wrongClient(valid, wanted, variant);
      case "algorithm-none":
        return await this.#unsigned(valid, pick("none", "None", "NONE", "nOnE"), variant % 8 >= 4);
      case "algorithm-symmetric":
        return await this.#symmetric(valid, wanted, variant);
      case "signature-other-key":
        return await this.#strange(valid, variant);
      case "signature-tampered":
        return await this.#tampered(valid, variant);
      case "key-unknown": {
        const kid = pick("key-99", "", "../../dev/null");
        // An empty id names no key. Envoy then tries every key, as it does without an id.
        const keyId = kid === "" ? "absent" : "wrong";
        const facts = { keyId, signedFor: variant % 2 === 0 ? undefined : valid.facts.signedFor } as const;
        const draft = changed(valid, {}, facts, { kid });
        return variant % 2 === 0 ? this.#signed(draft, this.#stranger) : this.#signed(draft);
      }
      case "key-unnamed":
        return this.#signed(changed(valid, {}, { keyId: "absent" }, { kid: undefined }));
      case "token-elsewhere":
        return await this.#elsewhere(valid, variant);
      case "credential-twice":
        return await this.#twice(valid, pairsOfPlaces, variant);
      case "authorization-twice":
        return await this.#twice(valid, pairsOfAuthorization, variant);
    }
  }

  /** A token that is valid for this number of seconds. */
  async lasting(wanted: Wanted, atMilliseconds: number, seconds: number): Promise<SentCredential> {
    const valid = this.#draft(wanted, Math.floor(atMilliseconds / 1000), 0);
    const expires = Math.floor(atMilliseconds / 1000) + seconds;
    return this.#signed(changed(valid, { exp: expires }, { expires }));
  }

  #draft(wanted: Wanted, now: number, variant: number): Draft {
    const audience = wanted.audiences[variant % wanted.audiences.length] ?? "";
    const audiences = variant % 3 === 0 ? [audience] : ["unrelated", audience];
    const inScp = variant % 2 === 1;
    const expires = now + 600;
    return {
      header: { alg: "RS256", kid: this.#issuers.key(wanted.issuer).id, typ: variant % 5 === 4 ? "at+jwt" : "JWT" },
      claims: {
        iss: wanted.issuer,
        sub: wanted.subject,
        aud: audiences.length === 1 ? audience : audiences,
        exp: expires,
        iat: now - 5,
        ...(variant % 4 === 1 ? { nbf: now - 5 } : {}),
        ...(wanted.scopes.length === 0 ? {} : inScp ? { scp: wanted.scopes } : { scope: wanted.scopes.join(" ") }),
      },
      facts: {
        kind: "token",
        algorithm: "RS256",
        signedFor: wanted.issuer,
        keyId: "right",
        issuer: wanted.issuer,
        audiences,
        hasAud: true,
        expires,
        ...(variant % 4 === 1 ? { notBefore: now - 5 } : {}),
        scopes: wanted.scopes,
        subject: wanted.subject,
        carried: "bearer",
      },
    };
  }

  async #compact(draft: Draft, key?: SigningKey): Promise<string> {
    const signer = key ?? this.#issuers.key(draft.facts.signedFor ?? "");
    const payload = new TextEncoder().encode(JSON.stringify(draft.claims));
    const header = JSON.parse(JSON.stringify(draft.header)) as CompactJWSHeaderParameters;
    return await new CompactSign(payload).setProtectedHeader(header).sign(signer.privateKey);
  }

  async #signed(draft: Draft, key?: SigningKey): Promise<SentCredential> {
    return { facts: draft.facts, headers: bearer(await this.#compact(draft, key)) };
  }

  async #malformed(valid: Draft, variant: number): Promise<SentCredential> {
    const token = await this.#compact(valid);
    const [header, payload, signature] = token.split(".");
    const values = [
      "Bearer",
      "Bearer x",
      "Bearer a.b",
      "Bearer a.b.c",
      "Basic c3RhZmY6c2VjcmV0",
      `Bearer ${header}.${payload}`,
      `Bearer ${token}.${signature}`,
      `Bearer ${header}.${encode("no object")}.${signature}`,
      `Bearer ${"x".repeat(5000)}`,
      `Digest ${token}`,
      `Bearer "${token}"`,
      `Bearer ${header}..${signature}`,
    ];
    return {
      facts: { kind: "unreadable" },
      headers: [["Authorization", values[variant % values.length] ?? ""]],
    };
  }

  async #wrongIssuer(valid: Draft, wanted: Wanted, variant: number): Promise<SentCredential> {
    const other = this.#otherIssuer;
    const renamed = (iss: unknown): Draft =>
      changed(valid, { iss }, { issuer: typeof iss === "string" ? iss : undefined });
    const swapped = wanted.issuer.endsWith("/") ? wanted.issuer.slice(0, -1) : `${wanted.issuer}/`;
    switch (variant % 6) {
      case 0:
        return this.#signed(
          changed(renamed(other), {}, { signedFor: other }, { kid: this.#issuers.key(other).id }),
          this.#issuers.key(other),
        );
      case 1:
        return this.#signed(renamed(other));
      case 2:
        return this.#signed(renamed(undefined));
      case 3:
        return this.#signed(renamed(swapped));
      case 4:
        return this.#signed(renamed([wanted.issuer]));
      default:
        return this.#signed(renamed(`${wanted.issuer}.example.net`));
    }
  }

  /** A `client_id` that is none of the audiences; and a good one beside an `aud` of somebody else, which alone counts, or an empty one. */
  async #wrongClient(valid: Draft, { audiences }: Wanted, variant: number): Promise<SentCredential> {
    const audience = audiences[0] ?? "";
    const others = [`${audience}x`, swapCase(audience), "somebody-else"].filter((other) => !audiences.includes(other));
    const clientId = others[variant % others.length] ?? "somebody-else";
    switch (variant % 3) {
      case 0:
        return this.#signed(
          changed(valid, { aud: undefined, client_id: clientId }, { audiences: [], hasAud: false, clientId }),
        );
      case 1:
        return this.#signed(
          changed(
            valid,
            { aud: "somebody-else", client_id: audience },
            { audiences: ["somebody-else"], clientId: audience },
          ),
        );
      default:
        return this.#signed(changed(valid, { aud: [], client_id: audience }, { audiences: [], clientId: audience }));
    }
  }

  async #unsigned(valid: Draft, algorithm: string, keepsSignature: boolean): Promise<SentCredential> {
    const signature = keepsSignature ? (await this.#compact(valid)).split(".")[2] : "";
    const token = `${encode({ ...valid.header, alg: algorithm })}.${encode(valid.claims)}.${signature}`;
    return { facts: { ...valid.facts, algorithm, signedFor: undefined }, headers: bearer(token) };
  }

  async #symmetric(valid: Draft, wanted: Wanted, variant: number): Promise<SentCredential> {
    const key = this.#issuers.key(wanted.issuer);
    const secrets = [key.publicPem, key.publicPem.trim(), key.publicJwk.n ?? "", JSON.stringify(key.publicJwk)];
    const algorithm = variant % 8 < 4 ? "HS256" : "HS512";
    const signer = new CompactSign(new TextEncoder().encode(JSON.stringify(valid.claims)));
    const secret = new TextEncoder().encode(secrets[variant % secrets.length] ?? "");
    const header = { ...valid.header, alg: algorithm } as CompactJWSHeaderParameters;
    const token = await signer.setProtectedHeader(header).sign(secret);
    return { facts: { ...valid.facts, algorithm, signedFor: undefined }, headers: bearer(token) };
  }

  async #strange(valid: Draft, variant: number): Promise<SentCredential> {
    const stranger = this.#stranger;
    const headers = [
      {},
      { jwk: { ...stranger.publicJwk, kid: valid.header.kid } },
      { jku: "https://stranger.test/keys" },
      { x5u: "https://stranger.test/keys" },
    ];
    if (variant % 5 === 4) {
      return this.#signed(changed(valid, {}, { signedFor: this.#otherIssuer }), this.#issuers.key(this.#otherIssuer));
    }
    return this.#signed(changed(valid, {}, { signedFor: undefined }, headers[variant % headers.length]), stranger);
  }

  async #tampered(valid: Draft, variant: number): Promise<SentCredential> {
    const [header = "", payload = "", signature = ""] = (await this.#compact(valid)).split(".");
    const flipped = `${signature.slice(0, 20)}${signature[20] === "A" ? "B" : "A"}${signature.slice(21)}`;
    const raised = encode({ ...valid.claims, sub: "root", scope: "admin everything" });
    const forms = [
      `${header}.${raised}.${signature}`,
      `${header}.${payload}.${flipped}`,
      `${header}.${payload}.`,
      `${header}.${payload}.${signature.slice(0, -8)}`,
      `${encode({ ...valid.header, x: 1 })}.${payload}.${signature}`,
    ];
    return {
      facts: { ...valid.facts, signedFor: undefined },
      headers: bearer(forms[variant % forms.length] ?? ""),
    };
  }

  async #elsewhere(valid: Draft, variant: number): Promise<SentCredential> {
    const token = await this.#compact(valid);
    const at = variant % elsewhereVariants;
    const place = otherPlaces[at];
    if (place !== undefined) return { facts: { ...valid.facts, carried: "elsewhere" }, ...place(token) };
    const scheme = otherSchemes[at - otherPlaces.length] ?? "";
    return { facts: { ...valid.facts, carried: "otherwise" }, headers: [["Authorization", `${scheme}${token}`]] };
  }

  /** A valid token, and in another place a token that is signed with an unpublished key. */
  async #twice(valid: Draft, pairs: typeof pairsOfPlaces, variant: number): Promise<SentCredential> {
    const make = pairs[variant % pairs.length];
    if (make === undefined) throw new RangeError("There are no pairs.");
    const pair = make(await this.#compact(valid), await this.#compact(valid, this.#stranger));
    return { facts: { ...valid.facts, carried: pair.genuine === undefined ? "elsewhere" : "otherwise" }, ...pair };
  }
}

/** The draft with other claims and facts. An undefined claim is left out. */
function changed(
  draft: Draft,
  claims: Readonly<Record<string, unknown>>,
  facts: Partial<TokenFacts>,
  header: Readonly<Record<string, unknown>> = {},
): Draft {
  return {
    claims: { ...draft.claims, ...claims },
    header: { ...draft.header, ...header },
    facts: { ...draft.facts, ...facts },
  };
}

function swapCase(text: string): string {
  return text === text.toUpperCase() ? text.toLowerCase() : text.toUpperCase();
}
