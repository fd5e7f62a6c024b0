/** The measured API as an HTTP API of API Gateway, declared with Polygate. */
import { AwsHttpApi } from "polygate/aws";
import { measuredApi, measuredBindings } from "../../measured-api.ts";
import { routeCount } from "../../scenario.ts";

/** The default throttle of an account, 10,000 requests per second, would limit the measurement. */
const defaultRouteSettings = { throttlingRateLimit: 1_000_000, throttlingBurstLimit: 1_000_000 };

const gateway = new AwsHttpApi(
  "bench",
  { api: measuredApi(routeCount()), ...measuredBindings },
  {
    transforms: [
      ({ type, props, opts }) =>
        type === "aws:apigatewayv2/stage:Stage" ? { props: { ...props, defaultRouteSettings }, opts } : undefined,
    ],
  },
);
export const url = gateway.url;
