import { type Case, featureOf, isCase } from "./cases.ts";
import type { Failure } from "./judgement.ts";
import type { VendorUnderTest } from "./vendors/vendor.ts";

export function carriesOf({ capabilities }: VendorUnderTest): (feature: string) => boolean {
  return (feature) => {
    if (!Object.hasOwn(capabilities.features, feature)) throw new Error(`The feature ${feature} does not exist.`);
    return capabilities.features[feature as keyof typeof capabilities.features].support !== "none";
  };
}

/** Which servers an open route with a parameter may share with a guarded route inside it. */
export interface SharedServers {
  /** A lenient server: the class itself refuses a path that such a server reads as a guarded route's. */
  readonly lenient: boolean;
  /** A server that distinguishes paths exactly: the class forwards no path that it decodes after it has selected the route. */
  readonly exact: boolean;
}

export function sharedServers({ capabilities: { readings } }: VendorUnderTest): SharedServers {
  return { lenient: readings.refused !== undefined, exact: readings.decoding === undefined };
}

/** The cases that a vendor decides differently, according to its capabilities. */
export function listed({ capabilities }: VendorUnderTest): ReadonlySet<Case> {
  return new Set(capabilities.divergences.map((divergence) => divergence.case).filter(isCase));
}

/** Whether the case cannot occur, because the vendor rejects its feature before a deployment. */
export function isRefused(vendor: VendorUnderTest, name: Case): boolean {
  const feature = featureOf(name);
  return feature !== undefined && !carriesOf(vendor)(feature);
}

/** The failures that a list of divergences cannot excuse: those of unlisted cases, and those that open a route. */
export function unexcused(vendor: VendorUnderTest, failures: readonly Failure[]): readonly Failure[] {
  const names = listed(vendor);
  return failures.filter((failure) => failure.opens || !names.has(failure.case));
}

/** What is wrong with a vendor's list of divergences, compared with the failures that occurred. */
export function faultsOfList(vendor: VendorUnderTest, failures: readonly Failure[]): readonly string[] {
  const faults: string[] = [];
  for (const { case: name, reason } of vendor.capabilities.divergences) {
    if (!isCase(name)) faults.push(`the contract has no case ${name}`);
    else if (!isRefused(vendor, name) && !failures.some((failure) => failure.case === name)) {
      faults.push(`${name} is listed, but the gateway passes it`);
    }
    if (reason.trim() === "") faults.push(`${name} is listed without a reason`);
  }
  return faults;
}
