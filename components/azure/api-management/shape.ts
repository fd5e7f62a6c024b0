import { gatewayMembers } from "../../gateway/gateway-shape.ts";
import { callback, listOf, namedBy, objectOf, transforms, value } from "../../gateway/shape.ts";
import type { ApiManagementServiceLink } from "../service-link.ts";
import type { AllowFrom } from "./allow-from.ts";
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
  // The class has a remedy of its own for a value of another type.
  allowFrom: objectOf<AllowFrom>({ cidrs: listOf(value, { checked: true }) }, { checked: true }),
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
