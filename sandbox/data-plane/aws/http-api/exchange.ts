import type { Caller } from "../shared/iam/authorizer.ts";
import type { Authorization } from "./authorizer.ts";
import type { Route } from "./document.ts";
import type { MappingSource } from "./mapping-value.ts";

/** A request in progress, whose route has been found. */
export interface Exchange extends MappingSource {
  readonly route: Route;
  /** The signer of the request, once the signature has been verified. */
  readonly caller?: Caller;
}

/** The state of a request that the access log shows. It is filled in as the request is processed. */
export interface Progress {
  route?: Route;
  authorization?: Authorization;
  caller?: Caller | undefined;
  iamError?: string;
}
