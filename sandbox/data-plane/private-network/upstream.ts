import type { Forward } from "../interpreter.ts";
import type { PrivateWay } from "./private-ways.ts";

/** Where one request is sent, or why no backend can be reached. */
export type Upstream =
  | {
      /** Scheme, host and port. */
      readonly origin: string;
      /** Whether a load balancer ends the gateway's TLS and opens a connection of its own to the origin. */
      readonly endsTls?: true;
      /** Reports that nothing answered at the origin. */
      readonly markUnreachable?: () => void;
      /** The way to a private network. Absent on the internet. */
      readonly way?: PrivateWay | undefined;
    }
  | { readonly problem: string };

/** Selects the upstream of the next request. */
export type SelectUpstream = () => Upstream;

/**
 * The members of a `Forward` that tell where the request is sent.
 *
 * @param path with the query
 */
export function forwardTo(upstream: Upstream, path: string): Pick<Forward, "origin" | "path" | "unreachable" | "way"> {
  if ("problem" in upstream) return { origin: "", path, unreachable: upstream.problem };
  const { origin, way } = upstream;
  return { origin, path, ...(way === undefined ? {} : { way }) };
}

/** The upstream as the log shows it. */
export function describeUpstream(upstream: Upstream): string {
  return "origin" in upstream ? `to ${upstream.origin}` : upstream.problem;
}
