import type { ProblemList } from "../../api/problem.ts";
import { isObjectNow } from "../../gateway/later.ts";
import { checkMutualTls } from "./check-mutual-tls.ts";
import { certificateForm, checkText, placeOf, refuseNotAnObject, shown, type TextForm } from "./form.ts";

/** Limits of DNS, and of a certificate's first name: https://docs.aws.amazon.com/acm/latest/APIReference/API_RequestCertificate.html */
const longestName = { host: 253, certificate: 64 };

const label = "[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?";
const HOST = new RegExp(`^(?:${label}\\.)+(?=[a-z0-9-]*[a-z])${label}$`);

const zoneForm: TextForm = {
  pattern: /^Z[A-Z0-9]{1,31}$/,
  description: "the id of a hosted zone: Z, then letters and digits, e.g. Z0123456789ABC",
};

/**
 * Checks a domain by itself.
 *
 * @param place of the domain, or "" for the arguments of a component
 */
export function checkDomainName(domain: unknown, place: string, problems: ProblemList): void {
  if (!isObjectNow(domain)) {
    refuseNotAnObject(domain, problems);
    return;
  }
  const { name, zoneId, certificateArn, aliasZoneId, mutualTls } = domain;
  const at = (member: string): ProblemList => problems.for({ place: placeOf(place, member) });
  checkHost(name, zoneId !== undefined, at("name"));
  checkText("bad-zone", zoneId, zoneForm, at("zoneId"));
  checkText("bad-zone", aliasZoneId, zoneForm, at("aliasZoneId"));
  checkText("bad-certificate", certificateArn, certificateForm, at("certificateArn"));
  checkMutualTls(mutualTls, placeOf(place, "mutualTls"), problems);
  if ((zoneId === undefined) === (certificateArn === undefined)) {
    problems.refuse(
      "bad-domain",
      `A domain must have exactly one of zoneId and certificateArn. This one has ${zoneId === undefined ? "neither" : "both"}.`,
      "Write zoneId to have Polygate create a certificate, or certificateArn for an existing one. Add aliasZoneId to certificateArn if Route 53 should point to the domain.",
      { place: place === "" ? "zoneId" : place },
    );
  } else if (zoneId !== undefined && aliasZoneId !== undefined) {
    const rule = "aliasZoneId is not allowed with zoneId: the records are already created in that zone.";
    at("aliasZoneId").refuse("bad-domain", rule, "Remove aliasZoneId.");
  }
}

/** Checks a domain's host name. */
export function checkHost(name: unknown, needsCertificate: boolean, problems: ProblemList): void {
  if (typeof name !== "string") {
    const rule = `A domain's name must be a string that is known before the deployment, not ${shown(name)}.`;
    problems.refuse("bad-domain-name", rule, "Write the host, e.g. api.example.com.");
  } else if (name.includes("*")) {
    const rule = `A gateway has one URL, but ${JSON.stringify(name)} matches many hosts.`;
    const remedy = "Write one host. Its certificate may be a wildcard certificate (certificateArn).";
    problems.refuse("wildcard-domain", rule, remedy);
  } else if (!HOST.test(name) || name.length > longestName.host) {
    const rule = `${JSON.stringify(name)} is not a host name in lower case.`;
    const remedy = "Write the host without scheme, port, path or trailing dot, e.g. api.example.com.";
    problems.refuse("bad-domain-name", rule, remedy);
  } else if (needsCertificate && name.length > longestName.certificate) {
    const rule = `Certificate Manager allows ${longestName.certificate} characters in a certificate's name. This one has ${name.length}.`;
    const remedy = "Shorten the name, or pass an existing certificate that covers it (certificateArn).";
    problems.refuse("bad-domain-name", rule, remedy);
  }
}
