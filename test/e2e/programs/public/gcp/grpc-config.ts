/** A config of a gRPC service. */
import { apigateway } from "@pulumi/gcp";

const api = new apigateway.Api("grpc-config", { apiId: "books" });
new apigateway.ApiConfig("grpc-config", {
  api: api.apiId,
  apiConfigId: "config",
  grpcServices: [{ fileDescriptorSet: { path: "api_descriptor.pb", contents: "AAAA" } }],
  managedServiceConfigs: [
    {
      path: "api_config.yaml",
      contents: api.managedService.apply((name) =>
        Buffer.from(`type: google.api.Service\nconfig_version: 3\nname: ${name}\n`).toString("base64"),
      ),
    },
  ],
});
