import type { RestApiArgs, RestApiPutArgs } from "@pulumi/aws/apigateway/index.js";
import type * as pulumi from "@pulumi/pulumi";
import type { Transform } from "../../../gateway/transform.ts";
import type { SnapshotParts } from "../deployment.ts";

/** The gateway that an API is of. */
export interface ExposureParts {
  readonly name: string;
  readonly apiName: string;
  readonly parent: pulumi.Resource;
  /** The API's own. */
  readonly urn: pulumi.Output<string>;
  readonly transform: { readonly api?: Transform<RestApiArgs>; readonly import?: Transform<RestApiPutArgs> };
}

/** An API that is declared, and its arguments. */
export interface DeclaredApi extends Omit<SnapshotParts, "triggers"> {
  readonly args: RestApiArgs;
}

/** The document that is imported, of the one that carries the description; a mark makes it another one. */
export type Served = (document: string, mark: string | undefined) => string;

/** From where a REST API can be reached: an API is declared, and its document said, as that wants it. */
export interface Exposure {
  readonly served: pulumi.Output<Served>;
  declare(body: pulumi.Output<string>): DeclaredApi;
  /** The URLs of the stage beside its own, by what leads to them. */
  urls(api: pulumi.Output<string>, invokeUrl: pulumi.Output<string>): pulumi.Output<Readonly<Record<string, string>>>;
}
