import { isPrivateAddress } from "../../../private-network/private-address.ts";
import type { SelectUpstream } from "../../../private-network/upstream.ts";

/** The upstream at an origin on the internet, where private addresses cannot be reached. */
export function publicUpstream(origin: string): SelectUpstream {
  const hostname = URL.parse(origin)?.hostname ?? "";
  const upstream = isPrivateAddress(hostname)
    ? { problem: `${origin} is a private address, which only a VPC link can reach` }
    : { origin };
  return () => upstream;
}
