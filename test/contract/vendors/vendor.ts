import type { Capabilities } from "../../../components/api/capability/capabilities.ts";
import { carry } from "../../../components/api/capability/carry.ts";
import { normalise } from "../../../components/api/check/normalise.ts";
import type { Api } from "../../../components/api/checked-api.ts";
import { PolygateError } from "../../../components/api/problem.ts";
import type { Target } from "../../../components/gateway/target.ts";
import type { GatewayArtefacts } from "../../../sandbox/data-plane/artefacts.ts";
import type { ReadAnswer } from "../judgement.ts";
import { type DescriptionText, type Places, type PlanText, routesOf } from "../oracle/description.ts";

/** A gateway class as the suite needs it: from a description to what the data plane serves, and how it answers. */
export interface VendorUnderTest {
  readonly vendor: "aws" | "azure" | "gcp";
  readonly capabilities: Capabilities;
  /**
   * Checks and compiles as the component does, and hands over what the vendor's control plane would.
   *
   * @throws {PolygateError} for what is not carried.
   */
  readonly render: (description: DescriptionText, places: Places) => GatewayArtefacts;
  /** The decision behind an answer of the gateway's own, by what the vendor documents. */
  readonly readAnswer: ReadAnswer;
  /** The largest request body, in bytes, by the vendor's documentation. */
  readonly maxBodyBytes: number;
  /** Where the backend finds the client's Authorization header. */
  readonly authorizationHeader: string;
  /** Whether a function gives its replies, which its log cannot tell from a backend. Default: false. */
  readonly repliesByFunction?: boolean;
  /** What of the gateway's URL comes before every path. Default: nothing. */
  readonly path?: string;
}

/** What a component does before it declares a resource. */
export function compiled<Document>(target: Target<Document>, description: DescriptionText, places: Places): Document {
  return target.compile(carriedBy(target, description), places);
}

/**
 * The description as the component's compiler reads it.
 *
 * @throws {PolygateError} for what is not carried.
 */
export function carriedBy(target: Target<unknown>, description: DescriptionText): Api {
  return carry(normalise(description), target.capabilities, {}, target.check).api;
}

/**
 * The description without the routes that the gateway refuses, or that are in each other's way; undefined when none is
 * left. Says which codes it met.
 */
export function carried(
  vendor: VendorUnderTest,
  description: DescriptionText,
  places: Places,
  met: (code: string) => void,
): DescriptionText | undefined {
  let current = description;
  for (;;) {
    try {
      vendor.render(current, places);
      return current;
    } catch (error) {
      if (!(error instanceof PolygateError)) throw error;
      for (const { code } of error.problems) met(code);
      const refused = new Set(error.problems.flatMap(({ route }) => route ?? []));
      const routes = Object.entries(current.routes).filter(([key]) => !refused.has(key));
      if (refused.size === 0 || routes.length === 0) {
        if (error.problems.every(({ route }) => route === undefined)) throw error;
        return undefined;
      }
      current = pruned({ ...current, routes: Object.fromEntries(routes) });
    }
  }
}

/** Without what the plans say of routes that are gone, and without plans where no route asks for a key any more. */
function pruned(description: DescriptionText): DescriptionText {
  const { plans, ...rest } = description;
  if (plans === undefined || routesOf(description).every(({ keyed }) => !keyed)) return rest;
  const kept = Object.entries(plans).map(([name, { routes, ...plan }]): [string, PlanText] => {
    const left = Object.entries(routes ?? {}).filter(([key]) => Object.hasOwn(description.routes, key));
    return [name, left.length === 0 ? plan : { ...plan, routes: Object.fromEntries(left) }];
  });
  return { ...rest, plans: Object.fromEntries(kept) };
}
