/** The measured API on Google Cloud's API Gateway, by Polygate. */
import { GcpApiGateway } from "polygate/gcp";
import { measuredApi, measuredBindings } from "../../measured-api.ts";
import { routesAsked } from "../../place.ts";

const gateway = new GcpApiGateway("bench", {
  api: measuredApi(routesAsked()),
  ...measuredBindings,
  region: "europe-west1",
});
export const url = gateway.url;
