/** The measured API as an HTTP API of API Gateway, by Polygate. */
import { AwsHttpApi } from "polygate/aws";
import { measuredApi, measuredBindings } from "../../measured-api.ts";
import { routesAsked } from "../../place.ts";

const gateway = new AwsHttpApi("bench", { api: measuredApi(routesAsked()), ...measuredBindings });
export const url = gateway.url;
