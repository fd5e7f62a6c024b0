import { createHash, createHmac, type Hash, type Hmac } from "node:crypto";
import { SignatureV4 } from "@smithy/signature-v4";
import type { SignatureFacts } from "../oracle/credential.ts";
import type { CallerText } from "../oracle/description.ts";

/** How to sign a request. */
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
  /** Presigns the query for this number of seconds. @default the signature is in a header */
  readonly expiresSeconds?: number;
  /** The parts that are signed in place of those that are sent. */
  readonly instead?: {
    readonly method?: string;
    readonly path?: string;
    readonly query?: string;
    readonly body?: string;
  };
  /** Changes the headers after they are signed. */
  readonly spoil?: (headers: readonly (readonly [string, string])[]) => readonly (readonly [string, string])[];
}

/** A signature as it is sent, with the facts about it. */
export interface SentSignature {
  readonly facts: SignatureFacts;
  /** Headers in place of a signature. */
  readonly headers?: readonly (readonly [string, string])[];
  readonly order?: SigningOrder;
}

/** The cases that {@link sentSignature} supports. */
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

/** The callers. {@link callersOf} sets their permissions, which their names describe. */
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

/**
 * Returns the callers with their permissions. A caller may call all routes with signatures, only the first one, all except the first one,
 * or none.
 *
 * @param signedRoutes the keys of the routes that require a signature
 */
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
 * Returns the signature of a caller, or a value that must not be accepted as one.
 *
 * @param variant selects one of the variants of a kind
 */
export function sentSignature(kind: SignatureCase, now: number, variant: number): SentSignature {
  const pick = <T>(...choices: readonly T[]): T => choices[variant % choices.length] as T;
  const signedBy = (
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
  const invalid = { holds: false };
  switch (kind) {
    case "signature-valid":
      return pick(
        signedBy("everywhere"),
        signedBy("session"),
        signedBy("everywhere", { at: now - 200_000 }),
        signedBy("session", { at: now + 200_000 }),
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
        signedBy("everywhere", { credentials: { ...callers.everywhere, secretAccessKey: "e/everywhere+2" } }, invalid),
        signedBy("everywhere", { region: "us-east-1" }, invalid),
        signedBy("everywhere", { service: "lambda" }, invalid),
        signedBy("everywhere", { instead: { method: "TRACE" } }, invalid),
        signedBy("everywhere", { instead: { path: "/elsewhere" } }, invalid),
        signedBy("everywhere", { instead: { query: "admin=false" } }, invalid),
        signedBy("everywhere", { instead: { body: "another" } }, invalid),
        signedBy("everywhere", { spoil: (headers) => headers.map(otherSignature) }, invalid),
        signedBy("everywhere", { spoil: (headers) => headers.map((field) => otherDate(field, now)) }, invalid),
        signedBy("session", { credentials: { ...callers.session, sessionToken: "another" } }, invalid),
        signedBy("session", { credentials: withoutToken(callers.session) }, invalid),
        signedBy("everywhere", { spoil: (headers) => [...headers, ["X-Amz-Target", "unsigned"]] }, invalid),
      );
    case "signature-expired": {
      const at = now + pick(-361_000, 361_000, -86_400_000, 86_400_000);
      const late = signedBy("everywhere", { at: now - 120_000, expiresSeconds: 60 }, { expiresSeconds: 60 });
      return pick(signedBy("everywhere", { at }), signedBy("session", { at }), late);
    }
    case "signature-unknown":
      return pick(
        signedBy(
          "everywhere",
          { credentials: { ...callers.everywhere, accessKeyId: "AKIANOBODY0000000009" } },
          invalid,
        ),
        signedBy("off"),
      );
    case "signature-of-other":
      return pick(signedBy("nowhere"), signedBy("single"), signedBy("barred"));
    case "signature-in-query":
      return pick(
        signedBy("everywhere", { expiresSeconds: 3_600 }, { expiresSeconds: 3_600 }),
        signedBy("session", { expiresSeconds: 900 }, { expiresSeconds: 900 }),
        signedBy("everywhere", { at: now - 3_000_000, expiresSeconds: 3_600 }, { expiresSeconds: 3_600 }),
      );
  }
}

/** The parts of a request that a signature changes. */
export interface SignedParts {
  readonly query: string;
  readonly headers: readonly (readonly [string, string])[];
}

/** Signs a request with the signer of the AWS SDKs, which shares no code with the sandbox that checks it. */
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
  const sentNames = new Set(Object.keys(headers));
  const { expiresSeconds: expiresIn, spoil = (fields: SignedParts["headers"]) => fields } = order;
  if (expiresIn !== undefined) {
    // The signer would move the client's headers into the query. They stay headers and are not signed.
    const unsignableHeaders = new Set([...sentNames].filter((name) => name !== "host"));
    const presigned = await signer.presign(request, { signingDate, expiresIn, unsignableHeaders });
    const added = Object.entries(presigned.query ?? {}).filter(([name]) => /^x-amz-/i.test(name));
    const query = added.map(([name, value]) => `${encodeURIComponent(name)}=${encodeURIComponent(String(value))}`);
    return { query: [sent.query, ...query].filter((part) => part !== "").join("&"), headers: sent.headers };
  }
  const signed = await signer.sign(request, { signingDate });
  const added = Object.entries(signed.headers).filter(([name]) => !sentNames.has(name.toLowerCase()));
  return { query: sent.query, headers: spoil([...sent.headers, ...added]) };
}

/** Returns a query in the signer's form: decoded, with a list for a name with several values. */
function bagOf(query: string): Record<string, string | string[]> {
  const bag: Record<string, string | string[]> = {};
  for (const part of query.split("&").filter((text) => text !== "")) {
    const [name = "", ...rest] = part.split("=").map((text) => decodeURIComponent(text));
    const value = rest.join("=");
    const previous = bag[name];
    bag[name] = previous === undefined ? value : [previous, value].flat();
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
