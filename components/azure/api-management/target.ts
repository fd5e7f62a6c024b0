import { type Api, trustingBackends } from "../../api/checked-api.ts";
import { PolygateError, type Problem, ProblemList } from "../../api/problem.ts";
import type { Target } from "../../gateway/target.ts";
import { azureLinks, noServiceNetwork, type ServiceNetwork } from "../link/link.ts";
import { type ApiManagementSku, networkAccessOf } from "../sku.ts";
import { type AllowFrom, allowedRanges, allowFromProblems } from "./allow-from.ts";
import { capabilitiesOf } from "./capabilities.ts";
import { checkApi, checkSizes } from "./check.ts";
import { type ConsumerPlans, consumerProblems, subscriptionsByPlan } from "./consumer-plans.ts";
import { apiManagementDocument } from "./document.ts";
import { keyCautions } from "./key-cautions.ts";
import { mixesKeys } from "./keyless-product.ts";
import { checkIssuers } from "./policy/authentication.ts";
import { apiManagementPolicy } from "./policy/policy.ts";
import { type BackendEntity, backendEntities, checkPrivateBackends, privateBackends } from "./private-backend.ts";
import { azureProofs, type SecretEntity, secretEntities } from "./proof.ts";

/** The texts that are deployed for an API. */
export interface ApiManagementArtefacts {
  /** The operations: an OpenAPI 3.0 document in JSON. */
  readonly document: string;
  /** The policy that decides every request, in XML. */
  readonly policy: string;
  /** The private backends, which the policy names by their ids. */
  readonly backends: readonly BackendEntity[];
  /** The secrets of key vaults that prove the gateway to backends, which the policy names by their ids. */
  readonly secrets: readonly SecretEntity[];
}

/** The service that an API is compiled for. */
export interface ApiManagementPlace {
  readonly sku: ApiManagementSku;
  /** The API's path on the service, without a leading or trailing slash; empty if it is the service's only API. */
  readonly path: string;
  /** The component's name: the title of a description that has none, and the beginning of the ids of its backends. */
  readonly title: string;
  /**
   * Where the service is.
   *
   * @default not known
   */
  readonly network?: ServiceNetwork;
  /**
   * The consumers of the routes that require a key.
   *
   * @default not known
   */
  readonly consumers?: ConsumerPlans;
  /**
   * The networks that may send requests.
   *
   * @default every network
   */
  readonly allowFrom?: AllowFrom | undefined;
}

/** Checks and compiles an API for one API Management service. */
export function apiManagementTarget({
  sku,
  path,
  title,
  network = {},
  consumers,
  allowFrom,
}: ApiManagementPlace): Target<ApiManagementArtefacts> {
  const capabilities = capabilitiesOf(sku);
  return {
    capabilities,
    // A proof by token needs no resource, but which proof is bound is not known here.
    resources: (api) =>
      2 +
      privateBackends(api).length +
      trustingBackends(api).length +
      Object.keys(consumers ?? {}).length +
      (mixesKeys(api) ? 2 : 0),
    links: azureLinks(network),
    proofs: azureProofs,
    cautions: (api) => keyCautions(api, consumers),
    artefacts: ({ document, policy, backends, secrets }) => ({
      "openapi.json": document,
      "policy.xml": policy,
      ...(backends.length === 0 ? {} : { "backends.json": `${JSON.stringify(backends, null, 2)}\n` }),
      ...(secrets.length === 0 ? {} : { "secrets.json": `${JSON.stringify(secrets, null, 2)}\n` }),
    }),
    check: (api) => [
      ...checkApi(api, sku, path),
      ...checkNetwork(api, sku, network),
      ...consumerProblems(api, consumers ?? {}),
      ...allowFromProblems(allowFrom),
    ],
    compile: (api, bindings) => {
      const name = api.title ?? title;
      const problems = new ProblemList({ vendor: "azure" });
      checkIssuers(bindings.auth, problems);
      checkPrivateBackends(api, bindings, problems);
      const backends = backendEntities(api, bindings, title);
      const secrets = secretEntities(api, bindings, title);
      const artefacts = {
        document: apiManagementDocument(api, name),
        policy: apiManagementPolicy(api, bindings, path, {
          entities: backends,
          secrets,
          subscriptions: subscriptionsByPlan(title, consumers ?? {}),
          allowed: allowedRanges(allowFrom),
        }),
        backends,
        secrets,
      };
      checkSizes(artefacts, capabilities, problems);
      if (problems.all.length > 0) throw new PolygateError(`The API "${name}" on API Management`, problems.all);
      return artefacts;
    },
  };
}

/** A service without a network cannot serve private backends. On a tier that has none, the backends are refused by themselves. */
function checkNetwork(api: Api, sku: ApiManagementSku, { subnetId }: ServiceNetwork): readonly Problem[] {
  const isMissing = subnetId === null && networkAccessOf(sku) !== undefined && privateBackends(api).length > 0;
  return isMissing ? [noServiceNetwork()] : [];
}
