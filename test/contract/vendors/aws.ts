import { repliesOf, replyFunction } from "../../../components/aws/http-api/replies.ts";
import { httpApiTarget } from "../../../components/aws/http-api/target.ts";
import { functionArn } from "../world/functions.ts";
import { backendFunctions, lambda } from "./aws-function.ts";
import { networkOf } from "./aws-network.ts";
import { signers } from "./aws-signers.ts";
import { carriedBy, type VendorUnderTest } from "./vendor.ts";

const executionArn = "arn:aws:execute-api:eu-central-1:123456789012:contract21";
const stage = "$default";
const replies = functionArn("contract-replies");
const target = httpApiTarget({ name: "contract", replies });

/** `AwsHttpApi`. */
export const awsHttpApi: VendorUnderTest = {
  vendor: "aws",
  capabilities: target.capabilities,
  render(description, places) {
    const api = carriedBy(target, description, places);
    const { document, cors, routeSettings } = target.compile(api, places);
    const source = `${executionArn}/${stage}/*`;
    return {
      kind: "aws-http-api",
      document,
      executionArn,
      functions: {
        ...backendFunctions(places, source),
        ...(repliesOf(api).length === 0 ? {} : { [replies]: lambda(replies, replyFunction(api, "contract"), source) }),
      },
      ...networkOf(places),
      signers: signers(api, places, `${executionArn}/${stage}`),
      ...(cors === undefined ? {} : { cors }),
      // The stage, as the component declares it.
      stage: { name: stage, variables: {}, routeSettings },
    };
  },
  readAnswer({ status }, request) {
    switch (status) {
      case 204:
        return request.method === "OPTIONS" ? "preflight" : undefined;
      case 400:
      case 431:
        return "malformed";
      case 401:
        return "unauthenticated";
      case 403:
        // Sent for an invalid signature as well as for a missing permission.
        return ["forbidden", "unauthenticated"];
      case 404:
        return "no route";
      case 413:
        return "too large";
      case 429:
        return "limited";
      case 500:
      case 503:
      case 504:
        return "backend down";
      default:
        return undefined;
    }
  },
  // https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-quotas.html: 10 MB.
  maxBodyBytes: 10 * 1024 * 1024,
  authorizationHeader: "authorization",
  repliesByFunction: true,
};
