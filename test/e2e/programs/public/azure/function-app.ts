/** A function app whose code is a blob, and a website that calls it. */
import { ResourceGroup } from "@pulumi/azure-native/resources/index.js";
import * as storage from "@pulumi/azure-native/storage/index.js";
import * as web from "@pulumi/azure-native/web/index.js";
import * as pulumi from "@pulumi/pulumi";

const group = new ResourceGroup("function-app", {});
const account = new storage.StorageAccount("functions", {
  resourceGroupName: group.name,
  kind: storage.Kind.StorageV2,
  sku: { name: storage.SkuName.Standard_LRS },
});
const site = new storage.StorageAccountStaticWebsite("function-app", {
  accountName: account.name,
  resourceGroupName: group.name,
  indexDocument: "index.html",
  error404Document: "error.html",
});
const container = new storage.BlobContainer("function-app", {
  accountName: account.name,
  resourceGroupName: group.name,
  publicAccess: storage.PublicAccess.None,
});
const code = new storage.Blob("function-app", {
  accountName: account.name,
  resourceGroupName: group.name,
  containerName: container.name,
  source: new pulumi.asset.AssetArchive({ "host.json": new pulumi.asset.StringAsset("{}") }),
});
const signature = storage.listStorageAccountServiceSASOutput({
  resourceGroupName: group.name,
  accountName: account.name,
  protocols: storage.HttpProtocol.Https,
  sharedAccessStartTime: "2022-01-01",
  sharedAccessExpiryTime: "2030-01-01",
  resource: storage.SignedResource.C,
  permissions: storage.Permissions.R,
  contentType: "application/json",
  cacheControl: "max-age=5",
  contentDisposition: "inline",
  contentEncoding: "deflate",
  canonicalizedResource: pulumi.interpolate`/blob/${account.name}/${container.name}`,
});
const plan = new web.AppServicePlan("function-app", {
  resourceGroupName: group.name,
  sku: { name: "Y1", tier: "Dynamic" },
});
const app = new web.WebApp("function-app", {
  resourceGroupName: group.name,
  serverFarmId: plan.id,
  kind: "FunctionApp",
  siteConfig: {
    appSettings: [
      { name: "FUNCTIONS_WORKER_RUNTIME", value: "node" },
      { name: "FUNCTIONS_EXTENSION_VERSION", value: "~4" },
      {
        name: "WEBSITE_RUN_FROM_PACKAGE",
        value: pulumi.interpolate`https://${account.name}.blob.core.windows.net/${container.name}/${code.name}?${signature.serviceSasToken}`,
      },
    ],
    cors: { allowedOrigins: ["*"] },
  },
});
new storage.Blob("function-app-settings", {
  source: app.defaultHostName.apply((host) => new pulumi.asset.StringAsset(JSON.stringify({ api: host }))),
  contentType: "application/json",
  accountName: account.name,
  resourceGroupName: group.name,
  containerName: site.containerName,
});
export const siteUrl = account.primaryEndpoints.apply((endpoints) => endpoints.web);
export const apiUrl = pulumi.interpolate`https://${app.defaultHostName}/api`;
