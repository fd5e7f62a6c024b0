import type { Divergence, Support, VendorLimit } from "../components/api/capability/capabilities.ts";
import { apiFeatures, type Feature, features, featuresOf } from "../components/api/capability/features.ts";
import type { Waived, Waivers } from "../components/api/capability/waivers.ts";
import type { Api } from "../components/api/checked-api.ts";
import type { Problem, Vendor } from "../components/api/problem.ts";
import type { Caution } from "../components/gateway/target.ts";
import { classOf, offersOf, type TargetPlace } from "./targets.ts";
import { recommended, type Verdict, verdictOn } from "./verdict.ts";

/** What `check --json` prints. */
export interface CheckReport {
  /** As it was given. */
  readonly file: string;
  /** Whether every vendor asked carries the API. */
  readonly carried: boolean;
  /** What is wrong with the description itself; then no vendor was asked. */
  readonly problems: readonly Problem[];
  readonly title?: string;
  /** How many routes there are. */
  readonly routes?: number;
  /** Routes without authentication. */
  readonly open?: readonly { readonly route: string; readonly reason: string }[];
  readonly vendors: readonly VendorReport[];
}

/** A class of the same vendor that is not the one to declare. */
export interface OtherClass {
  readonly className: string;
  /** Whether it costs less than the one to declare. */
  readonly costsLess: boolean;
  /** Why it is refused; none when it carries the API too. */
  readonly problems: readonly Problem[];
}

/** What one vendor makes of the API, in the class and tier that suit it best. */
export interface VendorReport {
  readonly vendor: Vendor;
  readonly carried: boolean;
  /** The class to declare; when the API is refused, the one that lacks least. */
  readonly className: string;
  /** The first tier that carries the API, where the vendor has tiers; when it is refused, the one that lacks least. */
  readonly tier?: string;
  /** Every tier that carries it. */
  readonly tiers?: readonly string[];
  /** The vendor's other classes, the one that costs least first. */
  readonly others: readonly OtherClass[];
  /** Why it is refused: the `problems` of the error that a deployment would show. */
  readonly problems: readonly Problem[];
  /** What is missing for a stated reason. */
  readonly waived: readonly Waived[];
  /** What is carried, and rests on something that the vendor does not document. */
  readonly cautions: readonly Caution[];
  /** How many Pulumi resources the gateway is, without consumers; routes alone add none. */
  readonly resources: number;
  /** How the vendor carries each feature that the API uses, or why not and what instead. */
  readonly features: readonly ({ readonly feature: Feature; readonly name: string } & Support)[];
  /** How exactly limits are counted. */
  readonly limitPrecision: string;
  /** The vendor's numbers. */
  readonly limits: Readonly<Record<string, VendorLimit>>;
  /** Cases of the contract that the vendor decides otherwise. */
  readonly divergences: readonly Divergence[];
}

export interface CheckQuestion {
  readonly file: string;
  readonly vendors: readonly Vendor[];
  readonly waivers: Waivers;
  readonly place: TargetPlace;
}

export function reportOn(api: Api, { file, vendors, waivers, place }: CheckQuestion): CheckReport {
  const reports = vendors.flatMap((vendor) => vendorReport(vendor, api, waivers, place) ?? []);
  return {
    file,
    carried: reports.every(({ carried }) => carried),
    problems: [],
    ...(api.title === undefined ? {} : { title: api.title }),
    routes: api.routes.length,
    open: api.routes.flatMap(({ key, auth }) => (auth.kind === "open" ? [{ route: key, reason: auth.reason }] : [])),
    vendors: reports,
  };
}

/** The report on a description that no vendor can be asked about. */
export function wrong(file: string, problems: readonly Problem[]): CheckReport {
  return { file, carried: false, problems, vendors: [] };
}

function vendorReport(vendor: Vendor, api: Api, waivers: Waivers, place: TargetPlace): VendorReport | undefined {
  const verdicts = offersOf(vendor, place).map((offer) => verdictOn(offer, api, waivers));
  const chosen = recommended(verdicts);
  if (chosen === undefined) return undefined;
  const { offer, problems, waived, cautions } = chosen;
  const { className, limitPrecision, limits, divergences } = offer.target.capabilities;
  return {
    vendor,
    carried: problems.length === 0,
    className,
    ...(offer.tier === undefined ? {} : { tier: offer.tier, tiers: carryingTiers(verdicts) }),
    others: otherClasses(verdicts, chosen),
    problems,
    waived,
    cautions,
    resources: offer.target.resources(api),
    features: used(api).map((feature) => ({
      feature,
      name: features[feature],
      ...offer.target.capabilities.features[feature],
    })),
    limitPrecision,
    limits,
    divergences,
  };
}

/** Each other class by its best verdict. */
function otherClasses(verdicts: readonly Verdict[], chosen: Verdict): readonly OtherClass[] {
  const names = [...new Set(verdicts.map(({ offer }) => classOf(offer)))];
  const own = classOf(chosen.offer);
  return names
    .filter((name) => name !== own)
    .map((className) => ({
      className,
      costsLess: names.indexOf(className) < names.indexOf(own),
      problems: recommended(verdicts.filter(({ offer }) => classOf(offer) === className))?.problems ?? [],
    }));
}

function carryingTiers(verdicts: readonly Verdict[]): readonly string[] {
  return verdicts.flatMap(({ offer, problems }) => (problems.length === 0 ? (offer.tier ?? []) : []));
}

/** What the API asks of a vendor, in the order of the table. */
function used(api: Api): readonly Feature[] {
  const asked = new Set<Feature>(apiFeatures(api));
  for (const route of api.routes) for (const feature of featuresOf(route)) asked.add(feature);
  return (Object.keys(features) as Feature[]).filter((feature) => asked.has(feature));
}
