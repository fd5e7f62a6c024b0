import type { Outcome } from "../../interpreter.ts";
import { type IamAuthorizer, type IamRefusal, isRefusal } from "../shared/iam/authorizer.ts";
import type { Exchange, Progress } from "./exchange.ts";
import { errorReply, MAX_BODY_BYTES, tooLargeReply } from "./replies.ts";

/** Authorizes the requests of routes with the authorization type `AWS_IAM`. */
export class SignedRoutes {
  readonly #iam: IamAuthorizer;
  /** `arn:aws:execute-api:REGION:ACCOUNT:API/STAGE`. */
  readonly #stageArn: string;
  readonly #admit: (exchange: Exchange) => Outcome;

  /** @param admit decides an authorized request */
  constructor(iam: IamAuthorizer, stageArn: string, admit: (exchange: Exchange) => Outcome) {
    this.#iam = iam;
    this.#stageArn = stageArn;
    this.#admit = admit;
  }

  /** @param path the path that policies match */
  authorize(exchange: Exchange, path: string, progress: Progress): Outcome {
    const { route, request, requestId } = exchange;
    const refuse = ({ decision, reason, message, caller }: IamRefusal): Outcome => {
      progress.caller = caller;
      progress.iamError = message;
      // Users report the same response for every refusal; the service's own message appears only in its log.
      return { decision, route: route.key, reason, reply: errorReply(403, "Forbidden", requestId) };
    };
    const claim = this.#iam.authorize(request);
    if (isRefusal(claim)) return refuse(claim);
    const resource = `${this.#stageArn}/${request.method}${path}`;
    return {
      decision: "undecided",
      route: route.key,
      reason: "the signature covers the body",
      inspection: {
        maxBodyBytes: MAX_BODY_BYTES,
        tooLarge: () => tooLargeReply(requestId),
        decide: (body) => {
          const verdict = claim.decide(body, resource);
          if (isRefusal(verdict)) return refuse(verdict);
          progress.caller = verdict;
          return this.#admit({ ...exchange, caller: verdict });
        },
      },
    };
  }
}
