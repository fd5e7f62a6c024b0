/** The measured API as a REST API of API Gateway, by Polygate. */
import { AwsRestApi } from "polygate/aws";
import { measuredApi, measuredBindings, restMethods } from "../../measured-api.ts";
import { routesAsked } from "../../place.ts";

export const url = new AwsRestApi("bench", { api: measuredApi(routesAsked(), restMethods), ...measuredBindings }).url;
