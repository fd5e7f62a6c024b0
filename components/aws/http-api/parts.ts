import type * as pulumi from "@pulumi/pulumi";
import type { ChildTransforms } from "../../gateway/component-transforms.ts";
import type { AwsHttpApiTransforms } from "./args.ts";

/** What the resources of an HTTP API have in common. */
export interface HttpApiParts {
  /** The component's name, with which the names of its resources begin. */
  readonly name: string;
  readonly parent: pulumi.Resource;
  readonly transform: ChildTransforms<AwsHttpApiTransforms>;
}
