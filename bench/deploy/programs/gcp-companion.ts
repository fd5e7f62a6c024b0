/** The measured API on Google Cloud's API Gateway with a companion, declared with Polygate. */
import { GcpApiGateway } from "polygate/gcp";
import { companionBindings, measuredApi } from "../../measured-api.ts";
import { routeCount } from "../../scenario.ts";

const gateway = new GcpApiGateway("companion", {
  api: measuredApi(routeCount()),
  ...companionBindings,
  region: "europe-west1",
  companion: {},
});
export const url = gateway.url;
