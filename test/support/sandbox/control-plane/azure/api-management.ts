import type { Properties } from "../../../../../sandbox/control-plane/property-value.ts";
import type { ApimArtefacts } from "../../../../../sandbox/data-plane/azure/api-management/artefacts.ts";
import { type Deployed, type EngineStandIn, type TestCloud, testCloud } from "../engine-stand-in.ts";

/** A cloud with a service of API Management in a group. */
export interface ApiManagementCloud {
  readonly cloud: TestCloud;
  readonly azure: EngineStandIn;
  /** The group and the service, which each part of the service names. */
  readonly place: Properties;
  /** Creates a part of the service, e.g. an `Api`. */
  create(type: string, name: string, inputs: Properties): Promise<Deployed>;
  /** What the service serves. */
  artefacts(): ApimArtefacts;
}

export async function apiManagementCloud(): Promise<ApiManagementCloud> {
  const cloud = await testCloud();
  const azure = await cloud.provider("azure-native", { location: "westeurope" });
  const group = await azure.create("azure-native:resources:ResourceGroup", "shop", {});
  const place = { resourceGroupName: String(group.outputs.name), serviceName: "shop" };
  const create = (type: string, name: string, inputs: Properties): Promise<Deployed> =>
    azure.create(`azure-native:apimanagement:${type}`, name, { ...place, ...inputs });
  await create("ApiManagementService", "shop", {
    publisherEmail: "shop@example.com",
    publisherName: "Shop",
    sku: { name: "Developer", capacity: 1 },
  });
  return {
    cloud,
    azure,
    place,
    create,
    artefacts: () => cloud.gateways.served[0]?.artefacts as ApimArtefacts,
  };
}
