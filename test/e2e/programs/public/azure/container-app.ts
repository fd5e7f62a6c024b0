/** A container app in an environment that logs to a workspace. */
import * as app from "@pulumi/azure-native/app/index.js";
import * as containerregistry from "@pulumi/azure-native/containerregistry/index.js";
import * as operationalinsights from "@pulumi/azure-native/operationalinsights/index.js";
import { ResourceGroup } from "@pulumi/azure-native/resources/index.js";
import * as pulumi from "@pulumi/pulumi";

const group = new ResourceGroup("container-app");
const resourceGroupName = group.name;
const workspace = new operationalinsights.Workspace("container-app", {
  resourceGroupName,
  sku: { name: "PerGB2018" },
  retentionInDays: 30,
});
const keys = operationalinsights.getSharedKeysOutput({ resourceGroupName, workspaceName: workspace.name });
const environment = new app.ManagedEnvironment("container-app", {
  resourceGroupName,
  appLogsConfiguration: {
    destination: "log-analytics",
    logAnalyticsConfiguration: {
      customerId: workspace.customerId,
      sharedKey: keys.apply(({ primarySharedKey }) => primarySharedKey ?? ""),
    },
  },
});
const registry = new containerregistry.Registry("container-app", {
  resourceGroupName,
  sku: { name: "Basic" },
  adminUserEnabled: true,
});
const credentials = containerregistry.listRegistryCredentialsOutput({ resourceGroupName, registryName: registry.name });
const service = new app.ContainerApp("container-app", {
  resourceGroupName,
  managedEnvironmentId: environment.id,
  configuration: {
    ingress: { external: true, targetPort: 80 },
    registries: [
      {
        server: registry.loginServer,
        username: credentials.apply(({ username }) => username ?? ""),
        passwordSecretRef: "pwd",
      },
    ],
    secrets: [{ name: "pwd", value: credentials.apply(({ passwords }) => passwords?.[0]?.value ?? "") }],
  },
  template: { containers: [{ name: "shop", image: pulumi.interpolate`${registry.loginServer}/shop:v1` }] },
});
export const host = service.configuration.apply((configuration) => configuration?.ingress?.fqdn);
