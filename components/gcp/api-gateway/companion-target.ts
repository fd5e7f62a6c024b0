import type { Bindings } from "../../api/binding/binding.ts";
import { type Api, trustingBackends } from "../../api/checked-api.ts";
import type { Target } from "../../gateway/target.ts";
import type { GcpCompanion } from "../companion/args.ts";
import { gcpApiGatewayWithCompanion } from "../companion/capabilities.ts";
import { checkCompanion, checkCompanionBindings, companionCautions } from "../companion/check.ts";
import { checkCompanionArgs } from "../companion/check-args.ts";
import { companionConfiguration, companionText } from "../companion/configuration.ts";
import { companionProofs } from "../companion/proof/proof.ts";
import { companionLinks, privateNetworkOf } from "../link/link.ts";
import { checkAudiences } from "./check.ts";
import { apiGatewayDocument } from "./document.ts";
import type { ApiGatewayPlace } from "./target.ts";

/** What a gateway with a companion deploys. */
export interface CompanionDocuments {
  /**
   * The document of the API config.
   *
   * @param companion the URL of the companion
   */
  readonly openapi: (companion: string) => string;
  /** Envoy's configuration, in JSON. */
  readonly envoy: string;
  /** The network of the private backends, if there are any. */
  readonly network?: ReturnType<typeof privateNetworkOf>;
  /** The longest that a request may take, in seconds. */
  readonly timeoutSeconds: number;
}

/** A URL to use while the companion's is unknown. It never resolves (RFC 2606). */
const placeholder = "https://companion.invalid";

/** How much longer Cloud Run waits than Envoy, in seconds. */
const PATIENCE_S = 10;

/** Checks and compiles an API for API Gateway with a companion. */
export function companionTarget({ title }: ApiGatewayPlace, companion: GcpCompanion): Target<CompanionDocuments> {
  return {
    capabilities: gcpApiGatewayWithCompanion,
    resources: (api) => 10 + trustingBackends(api).length,
    links: companionLinks,
    proofs: companionProofs,
    cautions: companionCautions,
    check: (api) => [...checkCompanionArgs(companion, api), ...checkCompanion(api)],
    checkAudiences,
    checkTogether: checkCompanionBindings,
    compile: (api, bindings) => compile(api, bindings, api.title ?? title),
    artefacts: ({ openapi, envoy }) => ({ "openapi.json": openapi(placeholder), "envoy.json": envoy }),
  };
}

function compile(api: Api, bindings: Bindings, title: string): CompanionDocuments {
  const openapi = (companion: string) => apiGatewayDocument(api, bindings, title, companion);
  openapi(placeholder);
  const network = privateNetworkOf(api, bindings);
  const timeouts = api.routes.map((route) => (route.kind === "proxy" ? route.timeoutSeconds : 0));
  return {
    openapi,
    envoy: companionText(companionConfiguration(api, bindings)),
    ...(network === undefined ? {} : { network }),
    timeoutSeconds: Math.max(...timeouts) + PATIENCE_S,
  };
}
