import type { ProofForm } from "../../../components/api/binding/proof.ts";
import type { Capabilities } from "../../../components/api/capability/capabilities.ts";
import { carry } from "../../../components/api/capability/carry.ts";
import { normalise } from "../../../components/api/check/normalise.ts";
import type { Api } from "../../../components/api/checked-api.ts";
import { PolygateError } from "../../../components/api/problem.ts";
import { refusalsOf } from "../../../components/gateway/refusals.ts";
import { checkable, type Target } from "../../../components/gateway/target.ts";
import type { DeployedGateway, GatewayArtefacts } from "../../../sandbox/data-plane/artefacts.ts";
import type { Readings } from "../../../sandbox/data-plane/readings.ts";
import type { ReadAnswer } from "../observation.ts";
import { type DescriptionText, type Places, type PlanText, routesOf } from "../oracle/description.ts";
import type { World } from "../world/world.ts";

/** A gateway class under test: how it turns a description into artefacts, and how to read its responses. */
export interface VendorUnderTest {
  readonly vendor: "aws" | "azure" | "gcp";
  /** What is tested, where a class is tested in several forms. @default the name of the class */
  readonly name?: string;
  readonly capabilities: Capabilities;
  /** The proofs that it gives to backends. @default none */
  readonly proofs?: ProofForm;
  /**
   * Checks and compiles a description as the component does, and returns what the vendor's control plane passes to the data plane.
   *
   * @throws {PolygateError} when the gateway does not support the description.
   */
  readonly render: (description: DescriptionText, places: Places) => GatewayArtefacts;
  /** Returns the decision behind a response of the gateway itself, according to the vendor's documentation. */
  readonly readAnswer: ReadAnswer;
  /** The largest request body in bytes, according to the vendor's documentation. */
  readonly maxBodyBytes: number;
  /** The header in which the backend receives the client's Authorization header. */
  readonly authorizationHeader: string;
  /** Whether a function sends the replies. The request log cannot distinguish it from a backend. @default false */
  readonly repliesByFunction?: boolean;
  /** What the vendor does where nobody has verified it. @default as the sandbox does */
  readonly readings?: Partial<Readings>;
  /**
   * What the class deploys behind the gateway. It decides requests as well, so the gateway's log does not contain every decision, and it
   * runs on the time of this machine.
   *
   * @default nothing
   */
  readonly behind?: (description: DescriptionText, places: Places) => readonly DeployedGateway[];
  /** Headers that the gateway keeps for itself, in lower case. @default none */
  readonly ownHeaders?: readonly string[];
  /** More names that lead to this machine: the loopback origin of each public origin. @default none */
  readonly names?: (world: World) => ReadonlyMap<string, string>;
  /** The part of the gateway's URL before every path. @default an empty string */
  readonly path?: string;
}

/** The name under which a class is tested. */
export function nameOf({ name, capabilities }: VendorUnderTest): string {
  return name ?? capabilities.className;
}

/** Checks and compiles a description as a component does before it declares a resource. */
export function compiled<Document>(target: Target<Document>, description: DescriptionText, places: Places): Document {
  return target.compile(carriedBy(target, description, places), places);
}

/**
 * Returns the description in the form that the component's compiler reads.
 *
 * @throws {PolygateError} when the gateway does not support the description.
 */
export function carriedBy(target: Target<unknown>, description: DescriptionText, places: Places): Api {
  const api = normalise(description);
  const carried = carry(api, target.capabilities, {}, (remaining) =>
    refusalsOf(target, checkable(target, remaining).api, places, api),
  );
  return checkable(target, carried.api).api;
}

/** Whether the gateway supports a route with this literal. */
export function serves(vendor: VendorUnderTest, literal: string): boolean {
  const description: DescriptionText = {
    version: 1,
    backends: { shop: { kind: "http" } },
    auth: { anyone: { kind: "open", reason: "a part of the contract suite" } },
    routes: { [`GET /${literal}`]: { to: "shop", auth: "anyone" } },
  };
  const places: Places = { backends: { shop: { url: "https://shop.backend.test" } }, auth: {}, consumers: {} };
  return carried(vendor, description, places, () => {}) !== undefined;
}

/**
 * Returns the description with as many of its routes as the gateway supports together: each route is kept unless the gateway refuses it
 * beside those before it. Undefined when no route remains.
 *
 * @param onCode receives the code of every problem
 */
export function carried(
  vendor: VendorUnderTest,
  description: DescriptionText,
  places: Places,
  onCode: (code: string) => void,
): DescriptionText | undefined {
  let kept: DescriptionText | undefined;
  for (const [key, route] of Object.entries(description.routes)) {
    const next = pruned({ ...description, routes: { ...kept?.routes, [key]: route } });
    try {
      vendor.render(next, places);
      kept = next;
    } catch (error) {
      // A problem of the whole description does not depend on this route.
      if (!(error instanceof PolygateError) || error.problems.every((problem) => problem.route === undefined))
        throw error;
      for (const { code } of error.problems) onCode(code);
    }
  }
  return kept;
}

/** Removes the plans' limits of removed routes, and removes all plans when no route requires a key. */
function pruned(description: DescriptionText): DescriptionText {
  const { plans, ...rest } = description;
  if (plans === undefined || routesOf(description).every(({ keyed }) => !keyed)) return rest;
  const prunedPlans = Object.entries(plans).map(([name, { routes, ...plan }]): [string, PlanText] => {
    const left = Object.entries(routes ?? {}).filter(([key]) => Object.hasOwn(description.routes, key));
    return [name, left.length === 0 ? plan : { ...plan, routes: Object.fromEntries(left) }];
  });
  return { ...rest, plans: Object.fromEntries(prunedPlans) };
}
