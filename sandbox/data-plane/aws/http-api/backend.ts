import type { SelectUpstream } from "../../private-network/upstream.ts";
import type { MappingSource } from "./mapping-value.ts";

/** The backend of an HTTP integration. */
export interface Backend {
  /** Whether requests are sent through a VPC link. */
  readonly private: boolean;
  readonly selectUpstream: SelectUpstream;
  /** The encoded path at the backend, unless it is mapped: the path of the `uri`, with the route's variables filled in. */
  readonly path: (source: MappingSource) => string;
  /** The query of the `uri`. Unverified: it precedes the client's query. */
  readonly query: string;
}
