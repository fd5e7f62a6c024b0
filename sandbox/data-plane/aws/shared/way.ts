import type { Forward } from "../../interpreter.ts";
import { isPrivateAddress } from "./private-address.ts";

/** How one request gets to its backend, or why it cannot. */
export type Way =
  | {
      /** Scheme, host and port. */
      readonly origin: string;
      /** Told that nothing answered there. */
      readonly lost?: () => void;
    }
  | { readonly problem: string };

/** The way for the next request. */
export type Ways = () => Way;

/** The way over the internet, on which there are no private addresses. */
export function publicWays(origin: string): Ways {
  const hostname = URL.parse(origin)?.hostname ?? "";
  const way = isPrivateAddress(hostname)
    ? { problem: `${origin} is a private address: the internet does not lead there, only a VPC link does` }
    : { origin };
  return () => way;
}

/** The part of a `Forward` that says where it goes. */
export function forwardTo(way: Way, pathAndQuery: string): Pick<Forward, "url" | "unreachable"> {
  return "origin" in way ? { url: `${way.origin}${pathAndQuery}` } : { url: pathAndQuery, unreachable: way.problem };
}

/** What the log says of it. */
export function describeWay(way: Way): string {
  return "origin" in way ? `to ${way.origin}` : way.problem;
}
