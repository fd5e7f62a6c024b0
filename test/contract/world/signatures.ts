import { createHash, createHmac, type Hash, type Hmac } from "node:crypto";
import { SignatureV4 } from "@smithy/signature-v4";
import type { SignatureFacts } from "../oracle/credential.ts";
import type { CallerText } from "../oracle/description.ts";

/** How a request is to be signed, when it is known what else it is made of. */
export interface SigningOrder {
  readonly credentials: {
    readonly accessKeyId: string;
    readonly secretAccessKey: string;
    readonly sessionToken?: string;
  };
  readonly region: string;
  readonly service: string;
  /** Milliseconds since the epoch. */
  readonly at: number;
  /** In the query, for so many seconds. Default: in a header. */
  readonly expiresSeconds?: number;
  /** What is signed instead of what is sent. */
  readonly instead?: {
    readonly method?: string;
    readonly path?: string;
    readonly query?: string;
    readonly body?: string;
  };
  /** Changes headers once they are signed. */
  readonly spoil?: (headers: readonly (readonly [string, string])[]) => readonly (readonly [string, string])[];
}

/** A signature as it is sent, with what its sender knows of it. */
export interface SentSignature {
  readonly facts: SignatureFacts;
  /** Headers that are no signature. */
  readonly headers?: readonly (readonly [string, string])[];
  readonly order?: SigningOrder;
}

/** The cases that a signature can make. */
export const signatureCases = [
  "signature-valid",
  "signature-missing",
  "signature-malformed",
  "signature-wrong",
  "signature-expired",
  "signature-unknown",
  "signature-of-other",
  "signature-in-query",
] as const;

export type SignatureCase = (typeof signatureCases)[number];

export const unsigned: SentSignature = { facts: { kind: "none" } };

const region = "eu-central-1";
const service = "execute-api";

/** The name of each caller says what it may do. */
export const callers = {
  everywhere: { accessKeyId: "AKIAEVERYWHERE000001", secretAccessKey: "e/everywhere+1", active: true, session: false },
  session: {
    accessKeyId: "ASIASESSION000000002",
    secretAccessKey: "s/session+2",
    sessionToken: "FwoGZXIvYXdzEXAMPLE//////////wEa+token/2==",
    active: true,
    session: true,
  },
  single: { accessKeyId: "AKIASINGLE0000000003", secretAccessKey: "s/single+3", active: true, session: false },
  barred: { accessKeyId: "AKIABARRED0000000004", secretAccessKey: "b/barred+4", active: true, session: false },
  nowhere: { accessKeyId: "AKIANOWHERE000000005", secretAccessKey: "n/nowhere+5", active: true, session: false },
  off: { accessKeyId: "AKIAOFF0000000000006", secretAccessKey: "o/off+6", active: false, session: false },
} as const;

type CallerName = keyof typeof callers;

/** Who may call which of the routes that ask for a signature: all, the first, all but the first, or none. */
export function callersOf(signedRoutes: readonly string[]): Readonly<Record<string, CallerText>> {
  const [first] = signedRoutes;
  const only = first === undefined ? [] : [first];
  const permitted: Readonly<Record<CallerName, Pick<CallerText, "may" | "mayNot">>> = {
    everywhere: { may: "everything", mayNot: [] },
    session: { may: "everything", mayNot: [] },
    single: { may: only, mayNot: [] },
    barred: { may: "everything", mayNot: only },
    nowhere: { may: [], mayNot: [] },
    off: { may: "everything", mayNot: [] },
  };
  return Object.fromEntries(
    Object.entries(callers).map(([name, caller]) => [name, { ...caller, ...permitted[name as CallerName] }]),
  );
}

/**
 * A signature of a caller, or what must not be taken for one.
 *
 * @param variant chooses one of a kind's variants
 */
export function sentSignature(kind: SignatureCase, now: number, variant: number): SentSignature {
  const pick = <T>(...choices: readonly T[]): T => choices[variant % choices.length] as T;
  const by = (
    name: CallerName,
    order: Partial<SigningOrder> = {},
    facts: Partial<SignatureFacts> = {},
  ): SentSignature => {
    const { accessKeyId, secretAccessKey, ...caller } = callers[name];
    const credentials = {
      accessKeyId,
      secretAccessKey,
      ...("sessionToken" in caller ? { sessionToken: caller.sessionToken } : {}),
    };
    return {
      facts: { kind: "signed", caller: name, holds: true, at: order.at ?? now, ...facts } as SignatureFacts,
      order: { credentials, region, service, at: now, ...order },
    };
  };
  const broken = { holds: false };
  switch (kind) {
    case "signature-valid":
      return pick(
        by("everywhere"),
        by("session"),
        by("everywhere", { at: now - 200_000 }),
        by("session", { at: now + 200_000 }),
      );
    case "signature-missing":
      return pick(unsigned, { facts: { kind: "none" }, headers: [["X-Amz-Date", amzDate(now)]] });
    case "signature-malformed":
      return {
        facts: { kind: "unreadable" },
        headers: [
          [
            "Authorization",
            pick(
              "AWS4-HMAC-SHA256",
              "AWS4-HMAC-SHA256 Credential=x",
              `AWS4-HMAC-SHA256 Credential=${callers.everywhere.accessKeyId}/20310517/${region}/${service}/aws4_request, SignedHeaders=host, Signature=`,
              "Basic dXNlcjpwYXNz",
              callers.everywhere.accessKeyId,
              "AWS AKIAEVERYWHERE000001:frJIUN8DYpKDtOLCwo//yllqDzg=",
            ),
          ],
        ],
      };
    case "signature-wrong":
      return pick(
        by("everywhere", { credentials: { ...callers.everywhere, secretAccessKey: "e/everywhere+2" } }, broken),
        by("everywhere", { region: "us-east-1" }, broken),
        by("everywhere", { service: "lambda" }, broken),
        by("everywhere", { instead: { method: "TRACE" } }, broken),
        by("everywhere", { instead: { path: "/elsewhere" } }, broken),
        by("everywhere", { instead: { query: "admin=false" } }, broken),
        by("everywhere", { instead: { body: "another" } }, broken),
        by("everywhere", { spoil: (headers) => headers.map(otherSignature) }, broken),
        by("everywhere", { spoil: (headers) => headers.map((field) => otherDate(field, now)) }, broken),
        by("session", { credentials: { ...callers.session, sessionToken: "another" } }, broken),
        by("session", { credentials: withoutToken(callers.session) }, broken),
        by("everywhere", { spoil: (headers) => [...headers, ["X-Amz-Target", "unsigned"]] }, broken),
      );
    case "signature-expired": {
      const at = now + pick(-361_000, 361_000, -86_400_000, 86_400_000);
      const late = by("everywhere", { at: now - 120_000, expiresSeconds: 60 }, { expiresSeconds: 60 });
      return pick(by("everywhere", { at }), by("session", { at }), late);
    }
    case "signature-unknown":
      return pick(
        by("everywhere", { credentials: { ...callers.everywhere, accessKeyId: "AKIANOBODY0000000009" } }, broken),
        by("off"),
      );
    case "signature-of-other":
      return pick(by("nowhere"), by("single"), by("barred"));
    case "signature-in-query":
      return pick(
        by("everywhere", { expiresSeconds: 3_600 }, { expiresSeconds: 3_600 }),
        by("session", { expiresSeconds: 900 }, { expiresSeconds: 900 }),
        by("everywhere", { at: now - 3_000_000, expiresSeconds: 3_600 }, { expiresSeconds: 3_600 }),
      );
  }
}

/** What is sent, with its signature. */
export interface SignedParts {
  readonly query: string;
  readonly headers: readonly (readonly [string, string])[];
}

/** Signs as the AWS SDKs do, with their own signer, which shares no line with what checks it. */
export async function sign(
  order: SigningOrder,
  sent: SignedParts & { readonly method: string; readonly path: string; readonly body: Buffer },
): Promise<SignedParts> {
  const { credentials, instead = {} } = order;
  const signer = new SignatureV4({ credentials, region: order.region, service: order.service, sha256: Sha256 });
  const headers: Record<string, string> = {};
  for (const [name, value] of sent.headers) {
    const lower = name.toLowerCase();
    headers[lower] = headers[lower] === undefined ? value : `${headers[lower]},${value}`;
  }
  const request = {
    method: instead.method ?? sent.method,
    protocol: "http:",
    hostname: headers.host ?? "",
    path: instead.path ?? sent.path,
    query: bagOf(instead.query ?? sent.query),
    headers,
    body: instead.body ?? sent.body,
  };
  const signingDate = new Date(order.at);
  const own = new Set(Object.keys(headers));
  const { expiresSeconds: expiresIn, spoil = (fields: SignedParts["headers"]) => fields } = order;
  if (expiresIn !== undefined) {
    // Headers of AWS's own would move into the query; the client's stay where they are, and need no signature.
    const unsignableHeaders = new Set([...own].filter((name) => name !== "host"));
    const presigned = await signer.presign(request, { signingDate, expiresIn, unsignableHeaders });
    const added = Object.entries(presigned.query ?? {}).filter(([name]) => /^x-amz-/i.test(name));
    const query = added.map(([name, value]) => `${encodeURIComponent(name)}=${encodeURIComponent(String(value))}`);
    return { query: [sent.query, ...query].filter((part) => part !== "").join("&"), headers: sent.headers };
  }
  const signed = await signer.sign(request, { signingDate });
  const added = Object.entries(signed.headers).filter(([name]) => !own.has(name.toLowerCase()));
  return { query: sent.query, headers: spoil([...sent.headers, ...added]) };
}

/** A query as the signer takes it: decoded, several values of a name in a list. */
function bagOf(query: string): Record<string, string | string[]> {
  const bag: Record<string, string | string[]> = {};
  for (const part of query.split("&").filter((text) => text !== "")) {
    const [name = "", ...rest] = part.split("=").map((text) => decodeURIComponent(text));
    const value = rest.join("=");
    const known = bag[name];
    bag[name] = known === undefined ? value : [...(Array.isArray(known) ? known : [known]), value];
  }
  return bag;
}

class Sha256 {
  readonly #hash: Hash | Hmac;

  constructor(secret?: string | ArrayBuffer | ArrayBufferView) {
    this.#hash =
      secret === undefined ? createHash("sha256") : createHmac("sha256", secret as string | NodeJS.ArrayBufferView);
  }

  update(chunk: string | ArrayBuffer | ArrayBufferView): void {
    this.#hash.update(chunk as string | NodeJS.ArrayBufferView);
  }

  async digest(): Promise<Uint8Array> {
    return this.#hash.digest();
  }

  reset(): void {}
}

function otherSignature([name, value]: readonly [string, string]): readonly [string, string] {
  if (name.toLowerCase() !== "authorization") return [name, value];
  return [name, value.replace(/.$/, (digit) => (digit === "0" ? "1" : "0"))];
}

function otherDate([name, value]: readonly [string, string], now: number): readonly [string, string] {
  return [name, name.toLowerCase() === "x-amz-date" ? amzDate(now + 1_000) : value];
}

function withoutToken({ accessKeyId, secretAccessKey }: SigningOrder["credentials"]): SigningOrder["credentials"] {
  return { accessKeyId, secretAccessKey };
}

function amzDate(at: number): string {
  return `${new Date(at).toISOString().slice(0, 19).replaceAll(/[-:]/g, "")}Z`;
}
