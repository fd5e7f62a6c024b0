export { GcpApiGateway, type GcpApiGatewayArgs, type GcpApiGatewayOptions } from "./api-gateway.ts";
export { gcpApiGateway } from "./capabilities.ts";
