/** The measured API as a REST API of API Gateway, declared with Polygate. */
import { AwsRestApi } from "polygate/aws";
import { measuredApi, measuredBindings, restMethods } from "../../measured-api.ts";
import { routeCount } from "../../scenario.ts";

export const url = new AwsRestApi("bench", { api: measuredApi(routeCount(), restMethods), ...measuredBindings }).url;
