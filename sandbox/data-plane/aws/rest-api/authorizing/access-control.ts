import type { Inspection, Outcome, Surroundings } from "../../../interpreter.ts";
import { type Readings, readingOf } from "../../../readings.ts";
import type { AwsRestApiArtefacts } from "../../artefacts/rest-api.ts";
import { IamAuthorizer, type IamRefusal, isRefusal } from "../../shared/iam/authorizer.ts";
import { originOf } from "../../shared/iam/condition.ts";
import { evaluate, type InvokePolicy, notAuthorized, type PolicyVerdict } from "../../shared/iam/policy.ts";
import { readResourcePolicy } from "../../shared/iam/resource-policy.ts";
import { type ArnMatch, arnMatch } from "../../shared/iam/wildcard.ts";
import type { PathForm } from "../../shared/paths.ts";
import type { Exchange } from "../exchange.ts";
import { type GatewayError, gatewayError, otherError, REQUEST_TOO_LARGE, URI_TOO_LONG } from "../gateway-error.ts";
import { MAX_BODY_BYTES } from "../integration/proxy.ts";
import type { MethodExchange } from "../method.ts";
import type { Outcomes } from "../outcomes.ts";
import type { Admission } from "../usage/admission.ts";
import type { LambdaAuthorizer } from "./authorizer.ts";

/** docs.aws.amazon.com, api-gateway-lambda-authorizer-output. */
const MAX_ARN_BYTES = 1_600;

/**
 * Authorizes requests by the resource policy, the signature and the Lambda authorizer.
 *
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-authorization-flow.html
 */
export class AccessControl {
  readonly #policy: InvokePolicy | undefined;
  readonly #iam: IamAuthorizer;
  /** `arn:aws:execute-api:REGION:ACCOUNT:API/STAGE`. */
  readonly #stageArn: string;
  readonly #matches: ArnMatch;
  readonly #policyPath: Readings["aws-policy-path"];
  readonly #outcomes: Outcomes;
  readonly #admission: Admission;

  /** @throws UnsupportedArtefact for policies that cannot be evaluated */
  constructor(
    { policy, executionArn, signers = [], stage }: AwsRestApiArtefacts,
    surroundings: Surroundings,
    outcomes: Outcomes,
    admission: Admission,
  ) {
    this.#policy = policy === undefined ? undefined : readResourcePolicy(policy, executionArn, "policy");
    this.#iam = new IamAuthorizer(signers, executionArn, surroundings);
    this.#stageArn = `${executionArn}/${stage.name}`;
    this.#matches = arnMatch(surroundings);
    this.#policyPath = readingOf(surroundings, "aws-policy-path");
    this.#outcomes = outcomes;
    this.#admission = admission;
  }

  authorize(exchange: MethodExchange, path: PathForm): Outcome | Promise<Outcome> {
    const { method } = exchange;
    const { sent, resource } = this.#resources(exchange, path);
    if (method.signed) return this.#authorizeSigned(exchange, resource);
    const verdict = this.#policyVerdict(exchange, resource);
    // An authorizer is invoked unless the policy has an explicit deny. It may allow what the policy does not mention.
    if (verdict === "explicit deny" || (verdict === "implicit deny" && method.authorizer === undefined)) {
      return this.#denyByPolicy(exchange, resource, verdict);
    }
    if (method.authorizer === undefined) return this.#admission.admit(exchange, undefined);
    const allowed = this.#policy !== undefined && verdict === "allowed";
    return this.#authorizeByFunction(exchange, method.authorizer, sent, resource, allowed);
  }

  /** The requested ARN: with the path as sent, and as policies match it. */
  #resources(
    { request, path }: Exchange,
    { segments }: PathForm,
  ): { readonly sent: string; readonly resource: string } {
    const method = `${this.#stageArn}/${request.method}`;
    const sent = `${method}${path}`;
    return { sent, resource: this.#policyPath === "as-sent" ? sent : `${method}/${segments.join("/")}` };
  }

  /**
   * The verdict of the resource policy on a request without a signature. Unverified: whether the policy is evaluated before the
   * resource and the method are searched. A request without either is refused in both cases.
   */
  #policyVerdict({ request }: Exchange, resource: string): PolicyVerdict {
    if (this.#policy === undefined) return "allowed";
    return evaluate([this.#policy], undefined, resource, originOf(request), this.#matches);
  }

  #denyByPolicy(exchange: MethodExchange, resource: string, verdict: PolicyVerdict): Outcome {
    const error = gatewayError("ACCESS_DENIED", notAuthorized("anonymous", resource, verdict));
    return this.#outcomes.refuse(exchange, "forbidden", `the resource policy has an ${verdict}`, error);
  }

  #authorizeSigned(exchange: MethodExchange, resource: string): Outcome {
    const { method, request } = exchange;
    const refuse = (refusal: IamRefusal): Outcome => {
      const { decision, reason, message, caller } = refusal;
      const signature = { caller, error: message };
      return this.#outcomes.refuse({ ...exchange, signature }, decision, reason, iamError(refusal));
    };
    const claim = this.#iam.authorize(request);
    if (isRefusal(claim)) return refuse(claim);
    const inspection: Inspection = {
      maxBodyBytes: MAX_BODY_BYTES,
      tooLarge: () => this.#outcomes.responses.reply(REQUEST_TOO_LARGE, exchange),
      decide: (body) => {
        const verdict = claim.decide(body, resource, this.#policy);
        if (isRefusal(verdict)) return refuse(verdict);
        return this.#admission.admit({ ...exchange, signature: { caller: verdict } }, undefined);
      },
    };
    return this.#outcomes.log(
      { decision: "undecided", route: method.key, reason: "the signature covers the body", inspection },
      exchange,
    );
  }

  async #authorizeByFunction(
    exchange: MethodExchange,
    authorizer: LambdaAuthorizer,
    methodArn: string,
    resource: string,
    allowed: boolean,
  ): Promise<Outcome> {
    if (Buffer.byteLength(methodArn) > MAX_ARN_BYTES) {
      const reason = `the method's ARN has more than ${MAX_ARN_BYTES} bytes`;
      return this.#outcomes.refuse(exchange, "malformed", reason, URI_TOO_LONG);
    }
    const began = performance.now();
    const result = await authorizer.authorize(exchange, methodArn, resource, allowed);
    const ms = performance.now() - began;
    if (!result.granted) {
      const { status, message } = result.error;
      const authorization = { status, ms, ...(message === null ? {} : { error: message }) };
      return this.#outcomes.refuse({ ...exchange, authorization }, result.decision, result.reason, result.error);
    }
    const authorization = { status: 200, ms };
    return this.#admission.admit({ ...exchange, authorizer: result.context, authorization }, result.usageIdentifierKey);
  }
}

/**
 * The response for a refused signature: types, exceptions and messages as in the page on gateway responses and in AWS's list of
 * 403 errors (repost.aws/knowledge-center/api-gateway-troubleshoot-403-forbidden). Unverified: the type of the errors that have
 * none of their own.
 */
function iamError({ kind, message }: IamRefusal): GatewayError {
  switch (kind) {
    case "missing":
      return gatewayError("MISSING_AUTHENTICATION_TOKEN", message);
    case "incomplete":
      return otherError(403, "IncompleteSignatureException", message);
    case "invalid":
      return gatewayError("INVALID_SIGNATURE", message);
    case "expired token":
      return gatewayError("EXPIRED_TOKEN", message);
    case "unknown key":
      return otherError(403, "AccessDeniedException", message);
    case "denied":
      return gatewayError("ACCESS_DENIED", message);
  }
}
