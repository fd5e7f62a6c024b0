import type { GatewayRequest } from "../../interpreter.ts";
import type { AwsSigner } from "../artefacts/signer.ts";
import {
  evaluate,
  type InvokePolicy,
  notAuthorized,
  originOf,
  type PolicyContext,
  readIdentityPolicy,
} from "./identity-policy.ts";
import { type ClaimedSignature, claimedSignature, isFault, isSignedBy, scopeFault } from "./signature-v4.ts";

/** Who signed a request. */
export interface Caller {
  readonly accessKeyId: string;
  readonly arn: string;
  /** Of a role's session with a colon and the session's name behind it. */
  readonly userId: string;
  readonly accountId: string;
}

/** Why a request is not let in: in the service's words where they are known, and for the log. */
export interface IamRefusal {
  readonly decision: "unauthenticated" | "forbidden";
  /** `unknown key`: of nobody. `denied`: of somebody who may not. */
  readonly kind: "missing" | "incomplete" | "invalid" | "expired token" | "unknown key" | "denied";
  readonly message: string;
  readonly reason: string;
  readonly caller?: Caller;
}

/** A request that says who signed it; whether that is so, its body decides. */
export interface SignedClaim {
  /**
   * @param resources the ARN of what is asked for, in each reading of its path
   * @param resourcePolicy the API's own, if it has one
   */
  readonly decide: (
    body: Uint8Array,
    resources: readonly string[],
    resourcePolicy?: InvokePolicy,
  ) => Caller | IamRefusal;
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
 * Lets in who signs a request and may call, as API Gateway does where the authorization type is `AWS_IAM`: within one account, the
 * identity's own policies decide together with the API's (docs.aws.amazon.com, apigateway-authorization-flow, table A): who either
 * denies may not, and who either allows may. So an API that allows everybody lets in whoever has signed. That a boundary must
 * allow it then as well is U.
 */
export class IamAuthorizer {
  readonly #signers: ReadonlyMap<string, Signer>;
  readonly #region: string;
  readonly #now: () => number;

  /**
   * @param executionArn `arn:aws:execute-api:REGION:ACCOUNT:API`
   * @throws UnsupportedArtefact for policies that cannot be evaluated
   */
  constructor(signers: readonly AwsSigner[], executionArn: string, now: () => number) {
    this.#signers = new Map(signers.map((signer) => [signer.accessKeyId, readSigner(signer)]));
    this.#region = executionArn.split(":")[3] ?? "";
    this.#now = now;
  }

  authorize(request: GatewayRequest): SignedClaim | IamRefusal {
    const claimed = claimedSignature(request);
    if (isFault(claimed)) {
      const { kind, message } = claimed;
      return { decision: "unauthenticated", kind, message, reason: kind === "missing" ? "not signed" : message };
    }
    const now = this.#now();
    const fault = scopeFault(claimed, { region: this.#region, service: SERVICE }, now);
    if (fault !== undefined) return { decision: "unauthenticated", ...fault, reason: fault.message };
    const found = this.#signers.get(claimed.accessKeyId);
    if (found === undefined || !isCurrent(found.signer, claimed)) {
      const reason = `the access key ${claimed.accessKeyId} is ${found === undefined ? "not known here" : "switched off, or of another session"}`;
      return { decision: "unauthenticated", kind: "unknown key", message: UNKNOWN_KEY, reason };
    }
    return {
      decide: (body, resources, resourcePolicy = []) =>
        decide(found, claimed, request, body, resources, resourcePolicy, now),
    };
  }
}

function decide(
  { signer, caller, policies, boundary }: Signer,
  claimed: ClaimedSignature,
  request: GatewayRequest,
  body: Uint8Array,
  resources: readonly string[],
  resourcePolicy: InvokePolicy,
  now: number,
): Caller | IamRefusal {
  if (!isSignedBy(signer.secretAccessKey, claimed, request, body)) {
    return { decision: "unauthenticated", kind: "invalid", message: MISMATCH, reason: "the signature does not match" };
  }
  if (signer.expires !== undefined && signer.expires <= now) {
    return { decision: "unauthenticated", kind: "expired token", message: EXPIRED_TOKEN, reason: EXPIRED_TOKEN };
  }
  const context: PolicyContext = {
    principalArn: signer.principal.arn,
    userId: signer.principal.userId,
    userName: signer.principal.name,
    accountId: caller.accountId,
    ...originOf(request),
  };
  const verdict = evaluate([...policies, resourcePolicy], boundary, resources, context);
  if (verdict === "allowed") return caller;
  const [resource = ""] = resources;
  const explicit = verdict === "explicit deny" ? " with an explicit deny" : "";
  return {
    decision: "forbidden",
    kind: "denied",
    message: notAuthorized(caller.arn, resource, verdict),
    reason: `${caller.arn} may not invoke ${resource}${explicit}`,
    caller,
  };
}

/** Temporary credentials are nothing without their token, and others have none. */
function isCurrent({ active, sessionToken }: AwsSigner, claimed: ClaimedSignature): boolean {
  return active && sessionToken === claimed.sessionToken;
}

function readSigner(signer: AwsSigner): Signer {
  const { accessKeyId, principal, policies, boundary } = signer;
  const { arn, userId } = principal;
  const place = (what: string) => `signers.${arn}.${what}`;
  return {
    signer,
    caller: { accessKeyId, arn, userId, accountId: arn.split(":")[4] ?? "" },
    policies: policies.map((policy, index) => readIdentityPolicy(policy, place(`policies.${index}`))),
    boundary: boundary === undefined ? undefined : readIdentityPolicy(boundary, place("boundary")),
  };
}
