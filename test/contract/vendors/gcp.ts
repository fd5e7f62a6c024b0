import { gatewayProofs } from "../../../components/gcp/api-gateway/proof.ts";
import { apiGatewayTarget } from "../../../components/gcp/api-gateway/target.ts";
import { compiled, type VendorUnderTest } from "./vendor.ts";

const target = apiGatewayTarget({ title: "contract" });

/** `GcpApiGateway`. */
export const gcpApiGateway: VendorUnderTest = {
  vendor: "gcp",
  capabilities: target.capabilities,
  proofs: gatewayProofs,
  render(description, places) {
    const document = compiled(target, description, places);
    return { kind: "gcp-api-gateway", document, managedService: "contract.apigateway.example.cloud.goog" };
  },
  readAnswer({ status }) {
    switch (status) {
      case 400:
        return "malformed";
      case 401:
      // Sent for a wrong audience only.
      case 403:
        return "unauthenticated";
      case 404:
      case 405:
        return "no route";
      case 413:
        return "too large";
      case 503:
      case 504:
        return "backend down";
      default:
        return undefined;
    }
  },
  // https://cloud.google.com/api-gateway/docs/quotas: 32 MB.
  maxBodyBytes: 32 * 1024 * 1024,
  // Because of disable_auth. Without it, the gateway calls with its own token and sends the client's in X-Forwarded-Authorization.
  authorizationHeader: "authorization",
};
