export { GcpApiGateway, type GcpApiGatewayArgs, type GcpApiGatewayOptions } from "./api-gateway/api-gateway.ts";
export { gcpApiGateway } from "./api-gateway/capabilities.ts";
