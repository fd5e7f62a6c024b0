import type { Target } from "../../gateway/target.ts";
import { withDomain } from "../domain/check.ts";
import type { AwsDomain } from "../domain/domain.ts";
import { withOperations } from "../operations/operations.ts";
import { domainCautions } from "./domain-cautions.ts";
import { withoutRestOnly } from "./rest-api-only.ts";
import { type HttpApiArtefacts, httpApiTarget } from "./target.ts";

/** The target of an HTTP API that is being declared. It also checks the arguments beside the description. */
export function declaredTarget(apiName: string, args: { readonly domain?: AwsDomain }): Target<HttpApiArtefacts> {
  const operated = withOperations(httpApiTarget({ name: apiName }), args, ["metrics"]);
  return withoutRestOnly(withDomain(operated, args.domain, { cautions: domainCautions }), args);
}
