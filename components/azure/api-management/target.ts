import { PolygateError } from "../../api/problem.ts";
import type { Target } from "../../gateway/target.ts";
import { capabilitiesOf } from "./capabilities.ts";
import { checkApi, checkSizes } from "./check.ts";
import { apiManagementDocument } from "./document.ts";
import { apiManagementPolicy } from "./policy/policy.ts";
import type { ApiManagementSku } from "./sku.ts";

/** The texts that are deployed for an API. */
export interface ApiManagementArtefacts {
  /** The operations: an OpenAPI 3.0 document in JSON. */
  readonly document: string;
  /** The policy that decides every request, in XML. */
  readonly policy: string;
}

/** The service that an API is compiled for. */
export interface ApiManagementPlace {
  readonly sku: ApiManagementSku;
  /** The API's path on the service, without a leading or trailing slash; empty if it is the service's only API. */
  readonly path: string;
  /** The title of a description that has none. */
  readonly title: string;
}

/** Checks and compiles an API for one API Management service. */
export function apiManagementTarget({ sku, path, title }: ApiManagementPlace): Target<ApiManagementArtefacts> {
  const capabilities = capabilitiesOf(sku);
  return {
    capabilities,
    resources: () => 2,
    cautions: () => [],
    artefacts: ({ document, policy }) => ({ "openapi.json": document, "policy.xml": policy }),
    check: (api) => checkApi(api, sku, path),
    compile: (api, bindings) => {
      const name = api.title ?? title;
      const segments = path === "" ? 0 : path.split("/").length;
      const artefacts = {
        document: apiManagementDocument(api, name),
        policy: apiManagementPolicy(api, bindings, segments),
      };
      const problems = checkSizes(artefacts, capabilities);
      if (problems.length > 0) throw new PolygateError(`The API "${name}" on API Management`, problems);
      return artefacts;
    },
  };
}
