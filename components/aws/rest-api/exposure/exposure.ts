import type { RestApiArgs } from "@pulumi/aws/apigateway/index.js";
import type * as pulumi from "@pulumi/pulumi";
import type { SnapshotSource } from "../deployment.ts";

/** A declared API. */
export interface DeclaredApi extends Omit<SnapshotSource, "triggers"> {
  /** The API's arguments, with the user's transform applied. */
  readonly args: RestApiArgs;
}

/** Adds what the exposure requires to the compiled document. A mark changes the document, so that it is imported again. */
export type CompleteDocument = (document: string, mark: string | undefined) => string;

/** From where a REST API can be reached. This decides how the API is declared and what its document contains. */
export interface Exposure {
  readonly complete: pulumi.Output<CompleteDocument>;
  /** Declares the API with its document. */
  declare(document: pulumi.Output<string>): DeclaredApi;
  /** Returns the URLs of the stage other than its own, by the VPC endpoint that they lead through. */
  urls(apiId: pulumi.Output<string>, invokeUrl: pulumi.Output<string>): pulumi.Output<Readonly<Record<string, string>>>;
}
