import type { ApiProxyRoute } from "../checked-api.ts";
import type { Segment } from "./pattern.ts";

/** How the path at the backend is made from the route's own: unchanged, with a prefix, or another path. */
export function mappingOf(route: ApiProxyRoute): "same" | "prefix" | "rewrite" {
  const extra = route.backendPath.length - route.pattern.length;
  if (extra < 0) return "rewrite";
  const head = route.backendPath.slice(0, extra);
  const tail = route.backendPath.slice(extra);
  const sameTail = tail.every((segment, index) => isSame(segment, route.pattern[index]));
  if (!sameTail || head.some((segment) => segment.kind !== "literal")) return "rewrite";
  return extra === 0 ? "same" : "prefix";
}

function isSame(one: Segment, other: Segment | undefined): boolean {
  if (one.kind === "literal") return other?.kind === "literal" && other.text === one.text;
  return other?.kind === one.kind && other.name === one.name;
}
