import { callback, listOf, namedBy, objectOf, transforms, value } from "../../gateway/shape.ts";
import type {
  AzureApiManagementServiceArgs,
  AzureApiManagementServiceTransforms,
  AzurePublisher,
  AzureServiceNetwork,
  AzureServiceSubnet,
  AzureUserIdentities,
} from "./args.ts";

/** The class has a remedy of its own for a value of another type. */
const checked = { checked: true } as const;

/** The shape of {@link AzureApiManagementServiceArgs}. */
export const apiManagementServiceShape = objectOf<AzureApiManagementServiceArgs>({
  resourceGroupName: value,
  location: value,
  publisher: objectOf<AzurePublisher>({ name: value, email: value }),
  sku: value,
  units: value,
  serviceName: value,
  network: objectOf<AzureServiceNetwork>({
    newSubnet: objectOf<AzureServiceSubnet>({ virtualNetworkId: value, addressPrefix: value }),
    subnetId: value,
    mode: value,
    publicIpAddressId: value,
  }),
  identity: objectOf<AzureUserIdentities>({ userAssigned: listOf(value, checked), system: value }, checked),
  certificateAuthorities: listOf(value, checked),
  http2Enabled: value,
  zones: listOf(value, checked),
  restore: value,
  tags: namedBy(value, checked),
  transform: transforms<AzureApiManagementServiceTransforms>({
    service: callback,
    subnet: callback,
    securityGroup: callback,
  }),
});
