import type { Target } from "../../gateway/target.ts";
import { gcpApiGateway } from "./capabilities.ts";
import { checkAudiences, checkEmptyRests, checkUrl } from "./check.ts";
import { apiGatewayDocument } from "./document.ts";
import { gatewayProofs, proofCautions, sendsTokens } from "./proof.ts";

/** What the compiler needs besides the description and the bindings. */
export interface ApiGatewayPlace {
  /** The title of a description that has none. */
  readonly title: string;
}

/** Checks and compiles an API for API Gateway. */
export function apiGatewayTarget({ title }: ApiGatewayPlace): Target<string> {
  return {
    capabilities: gcpApiGateway,
    resources: (api) => (sendsTokens(api) ? 4 : 3),
    proofs: gatewayProofs,
    cautions: proofCautions,
    check: checkEmptyRests,
    checkUrl,
    checkAudiences,
    compile: (api, bindings) => apiGatewayDocument(api, bindings, api.title ?? title),
    artefacts: (document) => ({ "openapi.json": document }),
  };
}
