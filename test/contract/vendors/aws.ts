import { httpApiRoom } from "../../../components/aws/http-api-room.ts";
import { compiled, type VendorUnderTest } from "./vendor.ts";

const room = httpApiRoom({ name: "contract" });

/** `AwsHttpApi`. */
export const awsHttpApi: VendorUnderTest = {
  vendor: "aws",
  capabilities: room.capabilities,
  render(description, places) {
    const { document, cors, routeSettings } = compiled(room, description, places);
    return {
      kind: "aws-http-api",
      document,
      ...(cors === undefined ? {} : { cors }),
      // A stage as the component declares it.
      stage: { name: "$default", variables: {}, routeSettings },
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
        return "forbidden";
      case 404:
        return "no route";
      case 413:
        return "too large";
      case 429:
        return "limited";
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
};
