import type * as pulumi from "@pulumi/pulumi";
import type { ChildTransforms } from "../../gateway/component-transforms.ts";
import type { AwsRestApiTransforms } from "./args.ts";

/** The gateway component that declares the resources of a REST API. */
export interface RestApiOwner {
  /** The component's name, with which the name of each child begins. */
  readonly name: string;
  /** The API's name on AWS. */
  readonly apiName: string;
  /** How errors refer to the gateway. */
  readonly subject: string;
  /** The parent of each resource. */
  readonly parent: pulumi.Resource;
  /** The user's transforms, with the tags applied. */
  readonly transform: ChildTransforms<AwsRestApiTransforms>;
}
