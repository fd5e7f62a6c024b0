import type { Output } from "@pulumi/pulumi";
import type { Waivers } from "../api/capability/waivers.ts";
import type { Description, RouteKey } from "../api/description.ts";
import type { Vendor } from "../api/problem.ts";
import type { AuthBindings, BackendBindings, LinkInput } from "./binding-inputs.ts";
import type { Report } from "./report.ts";

/** A deployed gateway. Every vendor's class has these properties. */
export interface Gateway {
  /** The URL that clients send requests to, without a trailing slash. */
  readonly url: Output<string>;
  /** The host of `url`, with the port if `url` contains one. */
  readonly hostname: Output<string>;
  readonly vendor: Vendor;
  /** The name of the class, e.g. `AwsHttpApi`. */
  readonly flavour: string;
  /** The vendor's name of the region or location. */
  readonly region: Output<string>;
  /** The vendor's id of the gateway. */
  readonly id: Output<string>;
  /** What is deployed, and what is left out and why. */
  readonly report: Report;
}

/** The key of a route of a description, e.g. `GET /orders/{id}`. */
export type RouteOf<D extends Description> = keyof D["routes"] & RouteKey;

/** The plans of a description. */
export type PlansOf<D extends Description> = NonNullable<D["plans"]>;

/**
 * The arguments that every gateway class accepts.
 *
 * @typeParam D the description, e.g. `typeof orders`: backends, auths and routes are checked against its names
 * @typeParam Link what the class accepts as the link to a private backend
 * @typeParam Fn what the class accepts as the binding of an `fn` backend; without it, no function can be bound
 * @typeParam Proof what the class accepts as its proof to a backend; without it, no proof can be bound
 */
export type GatewayArgs<D extends Description = Description, Link = LinkInput, Fn = never, Proof = never> = {
  /** The description of the API, from `defineApi` or `fromOpenApi`. */
  readonly api: D;
  /** The URL, function or link of each backend of the description. */
  readonly backends: BackendBindings<D["backends"], Link, Fn, Proof>;
  /**
   * Features that the vendor lacks and that may be missing, each with the reason why that is safe.
   *
   * @default every feature that the vendor lacks is an error
   */
  readonly waive?: Waivers;
  /**
   * Routes that this gateway does not serve, each with the reason. Requests to them are answered like requests to unknown paths.
   *
   * @default all routes are served
   */
  readonly omit?: Readonly<Partial<Record<RouteOf<D>, string>>>;
} & AuthBindings<D["auth"]>;

/** The arguments of any class, whatever it accepts as links, functions and proofs. */
export type AnyGatewayArgs = GatewayArgs<Description, object, object, object>;

/** The outputs that every gateway component registers. */
export function outputsOf(gateway: Gateway): Gateway {
  const { url, hostname, vendor, flavour, region, id, report } = gateway;
  return { url, hostname, vendor, flavour, region, id, report };
}
