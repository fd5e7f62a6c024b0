/** The measured API on Google Cloud's API Gateway, declared with Polygate. */
import { GcpApiGateway } from "polygate/gcp";
import { measuredApi, measuredBindings } from "../../measured-api.ts";
import { routeCount } from "../../scenario.ts";

const gateway = new GcpApiGateway("bench", {
  api: measuredApi(routeCount()),
  ...measuredBindings,
  region: "europe-west1",
});
export const url = gateway.url;
