import { gatewayMembers } from "../../gateway/gateway-shape.ts";
import { callback, namedBy, objectOf, transforms, value } from "../../gateway/shape.ts";
import type { ApiManagementServiceLink } from "../service-link.ts";
import type { AzureApiManagementApiArgs, AzureApiManagementApiTransforms } from "./args.ts";
import type { Consumer } from "./consumer.ts";

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
  consumers: namedBy(objectOf<Consumer>({ plan: value, value, secondaryValue: value })),
  transform: transforms<AzureApiManagementApiTransforms>({
    api: callback,
    policy: callback,
    backend: callback,
    secret: callback,
    clientCertificate: callback,
    subscription: callback,
    product: callback,
    productApi: callback,
  }),
});
