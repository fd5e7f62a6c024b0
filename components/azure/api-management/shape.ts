import { gatewayMembers } from "../../gateway/gateway-shape.ts";
import { callback, objectOf, transforms, value } from "../../gateway/shape.ts";
import type { ApiManagementServiceLink } from "../service-link.ts";
import type { AzureApiManagementApiArgs, AzureApiManagementApiTransforms } from "./args.ts";

/** The shape of {@link AzureApiManagementApiArgs}. */
export const apiManagementShape = objectOf<AzureApiManagementApiArgs>({
  ...gatewayMembers(),
  service: objectOf<ApiManagementServiceLink>({
    resourceGroupName: value,
    serviceName: value,
    gatewayUrl: value,
    location: value,
    sku: value,
    subnetId: value,
  }),
  path: value,
  transform: transforms<AzureApiManagementApiTransforms>({
    api: callback,
    policy: callback,
    backend: callback,
    secret: callback,
    clientCertificate: callback,
  }),
});
