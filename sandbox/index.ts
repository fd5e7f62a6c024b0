/** The sandbox: serves the providers' side of the Pulumi engine, and the deployed gateways, on loopback. */
export type { Endpoint, EndpointDomain } from "./admin.ts";
export type { ThrottleOrder } from "./control-plane/aws/apigateway/request-throttle.ts";
export type { Link, LinkTunnel, LinkUser } from "./control-plane/link.ts";
export type { ResourceChange } from "./control-plane/provider.ts";
export { type Readings, UnknownReading } from "./data-plane/readings.ts";
export { formatRequestLog, type RequestLog } from "./data-plane/serving/request-log.ts";
export { HostMapError } from "./host-map.ts";
export type { TokenRequest } from "./issuer.ts";
export { LinkError, type LinkOrder } from "./links.ts";
export { PortTaken } from "./ports.ts";
export { findSandbox, type RunningSandbox, type SandboxDescription } from "./running-sandbox.ts";
export { type Sandbox, type SandboxOptions, startSandbox } from "./sandbox.ts";
export { closeOnSignal } from "./signals.ts";
export { StoreError } from "./store.ts";
