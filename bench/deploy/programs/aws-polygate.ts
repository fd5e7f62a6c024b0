/** The measured API as an HTTP API of API Gateway, by Polygate. */
import { AwsHttpApi } from "polygate/aws";
import { measuredApi, measuredBindings } from "../../measured-api.ts";
import { routesAsked } from "../../place.ts";

const gateway = new AwsHttpApi("bench", {
  api: measuredApi(routesAsked()),
  ...measuredBindings,
  transform: {
    // An account's usual throttle is 10,000 requests a second; what is measured is how many there can be.
    stage: (args) => {
      args.defaultRouteSettings = { throttlingRateLimit: 1_000_000, throttlingBurstLimit: 1_000_000 };
    },
  },
});
export const url = gateway.url;
