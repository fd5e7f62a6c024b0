import type * as pulumi from "@pulumi/pulumi";
import type { ChildTransforms } from "../../gateway/component-transforms.ts";
import type { ApiManagementServiceLink } from "../service-link.ts";
import type { AzureApiManagementApiTransforms } from "./args.ts";

/** The component that owns the resources of an API. */
export interface ApiManagementOwner {
  readonly name: string;
  readonly parent: pulumi.Resource;
  readonly service: ApiManagementServiceLink;
  readonly transform: ChildTransforms<AzureApiManagementApiTransforms>;
}
