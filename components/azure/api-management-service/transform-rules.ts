import type { TransformRules } from "../../gateway/transform.ts";
import type { AzureApiManagementServiceTransforms } from "./args.ts";

/** What transforms may change of an `AzureApiManagementService`'s resources: not the tier, not the network, and not the protocols. */
export const apiManagementServiceTransformRules: TransformRules<AzureApiManagementServiceTransforms> = {
  service: {
    resource: "azure-native:apimanagement:ApiManagementService",
    properties: [
      "additionalLocations",
      "apiVersionConstraint",
      "hostnameConfigurations",
      "natGatewayState",
      "notificationSenderEmail",
      "tags",
    ],
    retain: true,
    instead: {
      certificates: "Set certificateAuthorities.",
      customProperties: "Set http2Enabled. Old protocols stay off.",
      sku: "Set sku and units.",
      virtualNetworkConfiguration: "Set network.",
      virtualNetworkType: "Set network.",
    },
  },
  subnet: {
    resource: "azure-native:network:Subnet",
    properties: ["defaultOutboundAccess", "natGateway", "routeTable", "serviceEndpointPolicies", "serviceEndpoints"],
    retain: true,
    instead: {
      addressPrefix: "Set network.newSubnet.addressPrefix.",
      networkSecurityGroup: "Declare the subnet yourself, and set network.subnetId.",
    },
  },
  securityGroup: {
    resource: "azure-native:network:NetworkSecurityGroup",
    properties: ["flushConnection", "tags"],
    retain: true,
    instead: { securityRules: "Declare the subnet and its group yourself, and set network.subnetId." },
  },
};
