import type { Ways } from "../shared/way.ts";
import type { MappingSource } from "./parameter-mapping.ts";

/** Where an HTTP integration sends requests. */
export interface Backend {
  /** Whether requests go through a VPC link. */
  readonly private: boolean;
  readonly ways: Ways;
  /** The encoded path at the backend unless it is mapped: the path of the `uri`, with the route's variables filled in. */
  readonly path: (source: MappingSource) => string;
  /** The query of the `uri`. Unverified: it comes before the client's query. */
  readonly query: string;
}
