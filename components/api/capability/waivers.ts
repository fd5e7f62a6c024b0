import type { ProblemList, Vendor } from "../problem.ts";
import type { Feature } from "./features.ts";

/** What a user may waive, with a reason, where a vendor does not support it. Never authentication or scopes. */
export const waivable = {
  limits: (feature: Feature) => feature.startsWith("limits."),
  plans: (feature: Feature) => feature.startsWith("plans."),
  cors: (feature: Feature) => feature === "cors",
  timeout: (feature: Feature) => feature === "timeout",
  /** A backend can check requests by itself. */
  validation: (feature: Feature) => feature.startsWith("request."),
} as const;

export type Waivable = keyof typeof waivable;

/** What may be missing, each with the reason why that is safe: `{ limits: "the load balancer limits" }`. */
export type Waivers = Partial<Readonly<Record<Waivable, string>>>;

/** Something that the gateway lacks, for a stated reason. */
export interface Waived {
  readonly what: Waivable;
  readonly reason: string;
  /** The routes that lack it. Empty where it concerns the whole API. */
  readonly routes: readonly string[];
}

/** The waiver that covers a feature, whether or not the user set it. */
export function waiverOf(feature: Feature): Waivable | undefined {
  return (Object.keys(waivable) as Waivable[]).find((what) => waivable[what](feature));
}

/** Whether a user waived a feature. */
export function isWaived(feature: Feature, waivers: Waivers): boolean {
  const what = waiverOf(feature);
  return what !== undefined && waivers[what] !== undefined;
}

/** Reports waivers of what cannot be waived, and waivers without a reason. */
export function checkWaivers(waivers: Waivers, vendor: Vendor, problems: ProblemList): void {
  for (const [what, reason] of Object.entries(waivers)) {
    const place = `waive.${what}`;
    if (!Object.hasOwn(waivable, what)) {
      problems.refuse(
        "not-waivable",
        `"${what}" cannot be waived.`,
        `Remove it. Only ${Object.keys(waivable).join(", ")} can be waived, never authentication or scopes.`,
        { place, vendor },
      );
    } else if (typeof reason !== "string" || reason.trim() === "") {
      const remedy = `Write waive: { ${what}: "why that is safe" }.`;
      problems.refuse("empty", "A waiver must have a reason.", remedy, { place });
    }
  }
}
