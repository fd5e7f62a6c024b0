import type { GatewayArtefacts } from "./artefacts.ts";
import { siteProblemOf } from "./aws/shared/network/site.ts";
import { upstreamOf } from "./azure/network/service-network.ts";

/**
 * Why a gateway's requests do not arrive any more at an origin on a private network; undefined if they do. A companion on Cloud Run sends its
 * requests itself.
 */
export function endedWay(artefacts: GatewayArtefacts, origin: string): string | undefined {
  switch (artefacts.kind) {
    case "aws-http-api":
    case "aws-rest-api":
      return siteProblemOf(artefacts.network, origin);
    case "azure-api-management": {
      const upstream = upstreamOf(artefacts.network, origin);
      return "problem" in upstream ? upstream.problem : undefined;
    }
    case "gcp-api-gateway":
    case "gcp-cloud-run":
      return undefined;
  }
}
