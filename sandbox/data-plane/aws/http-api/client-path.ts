import type { GatewayRequest } from "../../interpreter.ts";

/** A request to a stage. */
interface StageRequest {
  readonly request: GatewayRequest;
  /** Decoded, without the stage and the base path. */
  readonly path: string;
}

/**
 * The decoded path as the client sends it: after the stage unless it is the default one, or after the base path of a custom domain
 * (observed in live events).
 */
export function clientPath({ request, path }: StageRequest, stage: string): string {
  const prefix = request.domain === undefined ? (stage === "$default" ? "" : stage) : request.domain.basePath;
  return prefix === "" ? path : `/${prefix}${path}`;
}
