import type { CustomResourceOptions, Input, Resource } from "@pulumi/pulumi";
import type { ChildTransform } from "../../gateway/child-transform.ts";
import type { ChildTransforms } from "../../gateway/component-transforms.ts";
import { vendorName } from "../../gateway/names.ts";
import type { GcpOnPremLinkArgs, GcpOnPremLinkTransforms } from "./args.ts";

/** https://cloud.google.com/compute/docs/naming-resources */
const longestName = 63;

/** What Pulumi appends to make a physical name unique: a hyphen and seven hexadecimal digits. */
const suffixLength = 8;

/** What the resources of a `GcpOnPremLink` have in common. */
export class OnPremParts {
  readonly transform: ChildTransforms<GcpOnPremLinkTransforms>;
  readonly args: GcpOnPremLinkArgs;
  /** The project of each resource, unless it is the provider's. */
  readonly project: { readonly project?: Input<string> };
  /** The project and the region of each regional resource, unless they are the provider's. */
  readonly place: { readonly project?: Input<string>; readonly region?: Input<string> };
  readonly #name: string;
  readonly #parent: Resource;

  constructor(
    name: string,
    parent: Resource,
    args: GcpOnPremLinkArgs,
    transform: ChildTransforms<GcpOnPremLinkTransforms>,
  ) {
    this.#name = name;
    this.#parent = parent;
    this.args = args;
    this.transform = transform;
    const { project, region } = args;
    this.project = project === undefined ? {} : { project };
    this.place = region === undefined ? this.project : { ...this.project, region };
  }

  /** Declares a child whose physical name Pulumi generates from `<name>-<part>`. */
  declare<Args extends object, Child>(
    transform: ChildTransform<Args>,
    Class: new (name: string, args: Args, options: CustomResourceOptions) => Child,
    part: string,
    args: Args,
    options: CustomResourceOptions = {},
  ): Child {
    const longest = longestName - suffixLength - part.length - 1;
    const child = `${vendorName(this.#name, { longest })}-${part}`;
    return transform.declare(Class, child, args, { parent: this.#parent, ...options });
  }
}
