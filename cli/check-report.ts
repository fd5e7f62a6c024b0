import type { Capabilities, Divergence, Support, VendorLimit } from "../components/api/capability/capabilities.ts";
import { apiFeatures, type Feature, features, featuresOf } from "../components/api/capability/features.ts";
import type { Waived, Waivers } from "../components/api/capability/waivers.ts";
import type { Api } from "../components/api/checked-api.ts";
import type { Note, Unchecked } from "../components/api/description.ts";
import { distinct } from "../components/api/distinct.ts";
import type { Problem, Vendor } from "../components/api/problem.ts";
import type { RouteMeeting } from "../components/gateway/readings.ts";
import type { Caution } from "../components/gateway/target.ts";
import { type RequiredBinding, requiredBindings } from "./check-bindings.ts";
import { classOf, offersOf, type TargetPlace } from "./targets.ts";
import { recommended, type Verdict, verdictOn } from "./verdict.ts";

/** What `check --json` prints. */
export interface CheckReport {
  /** The file, as it was passed to the command. */
  readonly file: string;
  /** Whether every vendor supports the API. */
  readonly carried: boolean;
  /** The problems of the description itself. If there are any, no vendor was checked. */
  readonly problems: readonly Problem[];
  readonly title?: string;
  /** The number of routes. */
  readonly routes?: number;
  /** The routes without authentication. */
  readonly open?: readonly { readonly route: string; readonly reason: string }[];
  /** What every gateway of the API must bind. */
  readonly bind?: readonly RequiredBinding[];
  /** The extensions of the OpenAPI document that protect routes and are not read, if there are any. */
  readonly ignored?: Readonly<Record<string, string>>;
  /** What the OpenAPI document requires and the gateway does not check, if there is anything. */
  readonly unchecked?: readonly Unchecked[];
  /** What was read from the OpenAPI document in another way than its text, if there is anything. */
  readonly notes?: readonly Note[];
  readonly vendors: readonly VendorReport[];
}

/** A class of the same vendor that is not recommended. */
export interface OtherClass {
  readonly className: string;
  /** Whether it costs less than the recommended class. */
  readonly costsLess: boolean;
  /** What it does not support; empty if it supports the API too. */
  readonly problems: readonly Problem[];
}

/** The report on one vendor, for its recommended class and tier. */
export interface VendorReport {
  readonly vendor: Vendor;
  /** Whether the vendor supports the API. */
  readonly carried: boolean;
  /** The recommended class. If none supports the API: the one with the fewest problems. */
  readonly className: string;
  /** How the class is declared, where that decides what it supports, e.g. `with a companion`. */
  readonly form?: string;
  /** The first tier that supports the API, if the vendor has tiers. If none does: the one with the fewest problems. */
  readonly tier?: string;
  /** Every tier that supports the API. */
  readonly tiers?: readonly string[];
  /** The vendor's other classes, the cheapest first. */
  readonly others: readonly OtherClass[];
  /** What is not supported: the `problems` of the error that a deployment would show. */
  readonly problems: readonly Problem[];
  /** The features that the vendor lacks and `--waive` names. */
  readonly waived: readonly Waived[];
  /** What this class does not check of requests, beside what no class checks. */
  readonly unchecked: readonly Unchecked[];
  /** The routes that meet a stricter one at their backend, and why that opens none. */
  readonly meetings: readonly RouteMeeting[];
  /** The routes that depend on behaviour of the vendor or of a backend's server which is not known. */
  readonly cautions: readonly Caution[];
  /** The number of Pulumi resources of the gateway, without consumers. More routes alone add none. */
  readonly resources: number;
  /** How the vendor supports each feature that the API uses, or why it does not and what to do instead. */
  readonly features: readonly ({ readonly feature: Feature; readonly name: string } & Support)[];
  /** How exactly the vendor counts limits. */
  readonly limitPrecision: string;
  /** The vendor's limits. */
  readonly limits: Readonly<Record<string, VendorLimit>>;
  /** The cases of the contract that the vendor decides differently. */
  readonly divergences: readonly Divergence[];
}

/** What to check an API against. */
export interface CheckScope {
  readonly file: string;
  readonly vendors: readonly Vendor[];
  readonly waivers: Waivers;
  readonly place: TargetPlace;
}

/** Checks an API against vendors. */
export function reportOn(api: Api, { file, vendors, waivers, place }: CheckScope): CheckReport {
  const reports = vendors.flatMap((vendor) => vendorReport(vendor, api, waivers, place) ?? []);
  return {
    file,
    carried: reports.every(({ carried }) => carried),
    problems: [],
    ...(api.title === undefined ? {} : { title: api.title }),
    routes: new Set(api.routes.map(({ key }) => key)).size,
    open: distinct(
      api.routes.flatMap(({ key, auth }) => (auth.kind === "open" ? [{ route: key, reason: auth.reason }] : [])),
    ),
    bind: requiredBindings(api),
    ...(api.ignored === undefined ? {} : { ignored: api.ignored }),
    ...(api.unchecked === undefined ? {} : { unchecked: api.unchecked }),
    ...(api.notes === undefined ? {} : { notes: api.notes }),
    vendors: reports,
  };
}

/** The report on an invalid description, which no vendor is checked against. */
export function invalidReport(file: string, problems: readonly Problem[]): CheckReport {
  return { file, carried: false, problems, vendors: [] };
}

function vendorReport(vendor: Vendor, api: Api, waivers: Waivers, place: TargetPlace): VendorReport | undefined {
  const verdicts = offersOf(vendor, place).map((offer) => verdictOn(offer, api, waivers));
  const chosen = recommended(verdicts);
  if (chosen === undefined) return undefined;
  const { offer, problems, waived, unchecked, meetings, cautions } = chosen;
  const { className, form, limitPrecision, limits, divergences } = offer.target.capabilities;
  return {
    vendor,
    carried: problems.length === 0,
    className,
    ...(form === undefined ? {} : { form }),
    ...(offer.tier === undefined ? {} : { tier: offer.tier, tiers: supportingTiers(verdicts) }),
    others: otherClasses(verdicts, chosen),
    problems,
    waived,
    unchecked,
    meetings,
    cautions,
    resources: offer.target.resources(api),
    features: usedFeatures(api, offer.target.capabilities).map((feature) => ({
      feature,
      name: features[feature],
      ...offer.target.capabilities.features[feature],
    })),
    limitPrecision,
    limits,
    divergences,
  };
}

/** The other classes, each with the verdict on its best tier. */
function otherClasses(verdicts: readonly Verdict[], chosen: Verdict): readonly OtherClass[] {
  const names = [...new Set(verdicts.map(({ offer }) => classOf(offer)))];
  const chosenName = classOf(chosen.offer);
  return names
    .filter((name) => name !== chosenName)
    .map((className) => ({
      className,
      costsLess: names.indexOf(className) < names.indexOf(chosenName),
      problems: recommended(verdicts.filter(({ offer }) => classOf(offer) === className))?.problems ?? [],
    }));
}

function supportingTiers(verdicts: readonly Verdict[]): readonly string[] {
  return verdicts.flatMap(({ offer, problems }) => (problems.length === 0 ? (offer.tier ?? []) : []));
}

/** The features that the API uses of a class, in the order of the table of features. */
function usedFeatures(api: Api, { features: supported }: Capabilities): readonly Feature[] {
  const used = new Set<Feature>(apiFeatures(api, (feature) => supported[feature].support !== "none"));
  for (const route of api.routes) for (const feature of featuresOf(route)) used.add(feature);
  return (Object.keys(features) as Feature[]).filter((feature) => used.has(feature));
}
