import type { GatewayRequest, Surroundings } from "../../../interpreter.ts";
import { type Readings, readingOf } from "../../../readings.ts";
import type { AwsSigner } from "../../artefacts/signer.ts";
import { type ClaimedSignature, claimedSignature, isFault } from "./claimed-signature.ts";
import { originOf, type PolicyContext } from "./condition.ts";
import { evaluate, type InvokePolicy, notAuthorized, readIdentityPolicy } from "./policy.ts";
import { isSignedBy, scopeFault } from "./signature-v4.ts";
import { type ArnMatch, arnMatch } from "./wildcard.ts";

/** The identity that signed a request. */
export interface Caller {
  readonly accessKeyId: string;
  readonly arn: string;
  /** For a role's session, followed by a colon and the session's name. */
  readonly userId: string;
  readonly accountId: string;
}

/** Why a request is refused: in the service's own words where they are known, and for the log. */
export interface IamRefusal {
  readonly decision: "unauthenticated" | "forbidden";
  /** `unknown key`: the access key belongs to nobody. `denied`: the caller has no permission. */
  readonly kind: "missing" | "incomplete" | "invalid" | "expired token" | "unknown key" | "denied";
  readonly message: string;
  readonly reason: string;
  readonly caller?: Caller;
}

/** A request that claims a signer. The claim can be verified once the body has arrived, which is signed too. */
export interface SignedClaim {
  /**
   * @param resource the requested ARN
   * @param resourcePolicy the API's resource policy, if it has one
   */
  readonly decide: (body: Uint8Array, resource: string, resourcePolicy?: InvokePolicy) => Caller | IamRefusal;
}

interface Signer {
  readonly signer: AwsSigner;
  readonly caller: Caller;
  readonly policies: readonly InvokePolicy[];
  readonly boundary: InvokePolicy | undefined;
}

const SERVICE = "execute-api";
const UNKNOWN_KEY = "The security token included in the request is invalid.";
const EXPIRED_TOKEN = "The security token included in the request is expired";
const MISMATCH =
  "The request signature we calculated does not match the signature you provided. Check your AWS Secret Access Key and signing method. Consult the service documentation for details.";

export function isRefusal(found: SignedClaim | Caller | IamRefusal): found is IamRefusal {
  return "decision" in found;
}

/**
 * Authorizes signed requests as API Gateway does for the authorization type `AWS_IAM`. Within one account, the identity's
 * policies and the API's resource policy decide together: a deny in either refuses the request, and an allow in either is enough.
 * An API that allows everybody therefore admits every signer.
 *
 * Unverified: a permissions boundary must allow the request in that case as well.
 *
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-authorization-flow.html (table A)
 */
export class IamAuthorizer {
  readonly #signers: ReadonlyMap<string, Signer>;
  readonly #region: string;
  readonly #now: () => number;
  readonly #preferred: Readings["aws-two-signatures"];
  readonly #matches: ArnMatch;

  /**
   * @param executionArn `arn:aws:execute-api:REGION:ACCOUNT:API`
   * @throws UnsupportedArtefact for policies that cannot be evaluated
   */
  constructor(
    signers: readonly AwsSigner[],
    executionArn: string,
    surroundings: Pick<Surroundings, "now" | "readings">,
  ) {
    this.#signers = new Map(signers.map((signer) => [signer.accessKeyId, readSigner(signer)]));
    this.#region = executionArn.split(":")[3] ?? "";
    this.#now = surroundings.now;
    this.#preferred = readingOf(surroundings, "aws-two-signatures");
    this.#matches = arnMatch(surroundings);
  }

  authorize(request: GatewayRequest): SignedClaim | IamRefusal {
    const claimed = claimedSignature(request, this.#preferred);
    if (isFault(claimed)) {
      const { kind, message } = claimed;
      return { decision: "unauthenticated", kind, message, reason: kind === "missing" ? "not signed" : message };
    }
    const now = this.#now();
    const fault = scopeFault(claimed, { region: this.#region, service: SERVICE }, now);
    if (fault !== undefined) return { decision: "unauthenticated", ...fault, reason: fault.message };
    const found = this.#signers.get(claimed.accessKeyId);
    if (found === undefined || !isCurrent(found.signer, claimed)) {
      const problem = found === undefined ? "does not exist" : "is inactive, or belongs to another session";
      const reason = `the access key ${claimed.accessKeyId} ${problem}`;
      return { decision: "unauthenticated", kind: "unknown key", message: UNKNOWN_KEY, reason };
    }
    return {
      decide: (body, resource, resourcePolicy = []) => {
        const fault = signatureFault(found.signer, claimed, request, body, now);
        return fault ?? permission(found, request, resource, resourcePolicy, this.#matches);
      },
    };
  }
}

function signatureFault(
  signer: AwsSigner,
  claimed: ClaimedSignature,
  request: GatewayRequest,
  body: Uint8Array,
  now: number,
): IamRefusal | undefined {
  if (!isSignedBy(signer.secretAccessKey, claimed, request, body)) {
    return { decision: "unauthenticated", kind: "invalid", message: MISMATCH, reason: "the signature does not match" };
  }
  if (signer.expires !== undefined && signer.expires <= now) {
    return { decision: "unauthenticated", kind: "expired token", message: EXPIRED_TOKEN, reason: EXPIRED_TOKEN };
  }
  return undefined;
}

function permission(
  { signer, caller, policies, boundary }: Signer,
  request: GatewayRequest,
  resource: string,
  resourcePolicy: InvokePolicy,
  matches: ArnMatch,
): Caller | IamRefusal {
  const context: PolicyContext = {
    principalArn: signer.principal.arn,
    userId: signer.principal.userId,
    userName: signer.principal.name,
    accountId: caller.accountId,
    ...originOf(request),
  };
  const verdict = evaluate([...policies, resourcePolicy], boundary, resource, context, matches);
  if (verdict === "allowed") return caller;
  const explicit = verdict === "explicit deny" ? " with an explicit deny" : "";
  return {
    decision: "forbidden",
    kind: "denied",
    message: notAuthorized(caller.arn, resource, verdict),
    reason: `${caller.arn} may not invoke ${resource}${explicit}`,
    caller,
  };
}

/** Temporary credentials require their session token; permanent ones have none. */
function isCurrent({ active, sessionToken }: AwsSigner, claimed: ClaimedSignature): boolean {
  return active && sessionToken === claimed.sessionToken;
}

function readSigner(signer: AwsSigner): Signer {
  const { accessKeyId, principal, policies, boundary } = signer;
  const { arn, userId } = principal;
  const place = (member: string) => `signers.${arn}.${member}`;
  return {
    signer,
    caller: { accessKeyId, arn, userId, accountId: arn.split(":")[4] ?? "" },
    policies: policies.map((policy, index) => readIdentityPolicy(policy, place(`policies.${index}`))),
    boundary: boundary === undefined ? undefined : readIdentityPolicy(boundary, place("boundary")),
  };
}
