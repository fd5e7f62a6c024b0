import type { AwsOnPremLinkArgs } from "./args.ts";

/** The port of the listener, which must be that of the backend's URL. */
export function listenerPort({ port, protocol }: Pick<AwsOnPremLinkArgs, "port" | "protocol">): number {
  return port ?? (protocol === "http" ? 80 : 443);
}
