import { UnsupportedArtefact } from "../../interpreter.ts";
import type { UrlTemplate } from "./url-template.ts";

/** The method and the template of an operation. */
export interface Pattern {
  readonly method: string;
  readonly template: UrlTemplate;
  /** The place in the document. */
  readonly place: string;
}

interface Node<P extends Pattern> {
  readonly patterns: Map<string, P>;
  readonly children: Map<string, Node<P>>;
}

/**
 * Sorts patterns like ESPv2 sorts Envoy's routes, of which the first match wins (httppattern/sort_impl.go). The order is that of a trie:
 * literals by text, then `*`, then `**`. The methods of a path are sorted by name. The patterns below a `**` precede the `**` itself.
 *
 * @throws UnsupportedArtefact for two operations that match the same requests, which ESPv2 rejects
 */
export function sortPatterns<P extends Pattern>(patterns: readonly P[]): readonly P[] {
  const root: Node<P> = { patterns: new Map(), children: new Map() };
  for (const pattern of patterns) {
    let node = root;
    for (const key of keysOf(pattern.template)) {
      const child = node.children.get(key) ?? { patterns: new Map(), children: new Map() };
      node.children.set(key, child);
      node = child;
    }
    const twin = node.patterns.get(pattern.method);
    if (twin !== undefined) {
      throw new UnsupportedArtefact(
        pattern.place,
        `duplicate http pattern: matches the same requests as ${twin.method} ${twin.template.origin}`,
      );
    }
    node.patterns.set(pattern.method, pattern);
  }
  const sorted: P[] = [];
  traverse(root, false, sorted);
  return sorted;
}

/** A verb is sorted like a segment, so that `/things:cancel` and `/things/cancel` are the same pattern. */
function keysOf({ segments, verb }: UrlTemplate): readonly string[] {
  const keys = segments.map((segment) => ("literal" in segment ? segment.literal : segment.wildcard));
  return verb === "" ? keys : [...keys, verb];
}

function traverse<P extends Pattern>(node: Node<P>, belowDouble: boolean, sorted: P[]): void {
  const patterns = [...node.patterns.keys()].sort().flatMap((method) => node.patterns.get(method) ?? []);
  if (!belowDouble) sorted.push(...patterns);
  const literals = [...node.children.keys()].filter((key) => key !== "*" && key !== "**").sort();
  for (const key of [...literals, "*", "**"]) {
    const child = node.children.get(key);
    if (child !== undefined) traverse(child, key === "**", sorted);
  }
  if (belowDouble) sorted.push(...patterns);
}
