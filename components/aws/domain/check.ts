import { type Output, output } from "@pulumi/pulumi";
import type { Api } from "../../api/checked-api.ts";
import { PolygateError, type Problem } from "../../api/problem.ts";
import { isLater, isObjectNow } from "../../gateway/later.ts";
import type { Caution, Target } from "../../gateway/target.ts";
import type { AwsSharedDomain, PlainDomain } from "./domain.ts";

const MEMBERS = ["name", "zoneId", "certificateArn", "aliasZoneId", "mutualTls"];
const PLACED = ["basePath", "keepExecuteApi"];
const TRUST = ["truststoreUri", "truststoreVersion", "ownershipCertificateArn"];

/** https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-mappings.html */
const longestBasePath = 300;
/** Of DNS; and of the first name of a certificate: https://docs.aws.amazon.com/acm/latest/APIReference/API_RequestCertificate.html */
const longestName = { host: 253, certificate: 64 };

const label = "[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?";
const HOST = new RegExp(`^(?:${label}\\.)+(?=[a-z0-9-]*[a-z])${label}$`);
const ZONE = /^Z[A-Z0-9]{1,31}$/;
const CERTIFICATE = /^arn:aws(?:-[a-z-]+)?:acm:[a-z0-9-]+:\d{12}:certificate\/[A-Za-z0-9-]+$/;
/** https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucketnamingrules.html; the key is S3's affair. */
const TRUSTSTORE = /^s3:\/\/[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]\/[^\s\p{Cc}]{1,1024}$/u;

/** API Gateway's own health checks: https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-known-issues.html */
const RESERVED = /^s?ping$/;

/** The target, which also checks the domain that the gateway is to answer by. */
export function withDomain<Document>(target: Target<Document>, given: unknown): Target<Document> {
  if (given === undefined) return target;
  const { className } = target.capabilities;
  return {
    ...target,
    check: (api) => [...target.check(api), ...checkDomain(given), ...checkRoutes(api, className)],
    cautions: (api) => [...target.cautions(api), ...domainCautions(api, given as PlainDomain, className)],
  };
}

/** Everything wrong with a gateway's domain that can be known before anything is made. */
function checkDomain(given: unknown): readonly Problem[] {
  if (!isObjectNow(given)) return [notAnObject(given)];
  const problems = [...checkBasePath(given.basePath), ...checkReason(given.keepExecuteApi)];
  if (given.shared !== undefined) {
    problems.push(
      ...unknownMembers(given, ["shared", ...PLACED], "what a shared domain is stands where it is declared"),
    );
    if (isObjectNow(given.shared)) {
      const { mutualTls } = given.shared as unknown as AwsSharedDomain;
      if (mutualTls === true) problems.push(...checkBypass(given));
    }
    return problems;
  }
  problems.push(...checkDomainName(given, "domain", PLACED));
  if (given.mutualTls !== undefined) problems.push(...checkBypass(given));
  return problems;
}

/**
 * Everything wrong with a domain by itself.
 * @param place where it stands
 * @param others what may stand beside it
 */
export function checkDomainName(given: unknown, place: string, others: readonly string[] = []): readonly Problem[] {
  if (!isObjectNow(given)) return [notAnObject(given)];
  const at = (member: string): string => (place === "" ? member : `${place}.${member}`);
  const { name, zoneId, certificateArn, aliasZoneId, mutualTls } = given;
  const problems: Problem[] = [
    ...unknownMembers(given, [...MEMBERS, ...others], "there is no such property", place),
    ...checkName(name, at("name"), zoneId !== undefined),
    ...checkText(
      zoneId,
      ZONE,
      "bad-zone",
      at("zoneId"),
      "a hosted zone's id is Z and letters and digits, e.g. Z0123456789ABC",
    ),
    ...checkText(aliasZoneId, ZONE, "bad-zone", at("aliasZoneId"), "a hosted zone's id is Z and letters and digits"),
    ...checkText(
      certificateArn,
      CERTIFICATE,
      "bad-certificate",
      at("certificateArn"),
      "it is an ARN of Certificate Manager's: arn:aws:acm:REGION:ACCOUNT:certificate/ID",
    ),
    ...checkMutualTls(mutualTls, at("mutualTls")),
  ];
  if ((zoneId === undefined) === (certificateArn === undefined)) {
    problems.push({
      code: "bad-domain",
      place: place === "" ? "zoneId" : place,
      rule: `a domain has exactly one of zoneId and certificateArn, and this has ${zoneId === undefined ? "none" : "both"}`,
      remedy:
        "Write zoneId for a certificate that Polygate makes, or certificateArn for one that there is, with aliasZoneId where Route 53 shall lead to it.",
    });
  } else if (zoneId !== undefined && aliasZoneId !== undefined) {
    problems.push({
      code: "bad-domain",
      place: at("aliasZoneId"),
      rule: "with zoneId, that zone leads to the domain",
      remedy: "Leave aliasZoneId out.",
    });
  }
  return problems;
}

function checkName(name: unknown, place: string, makesCertificate: boolean): readonly Problem[] {
  const problem = (code: string, rule: string, remedy: string): readonly Problem[] => [{ code, place, rule, remedy }];
  if (typeof name !== "string") {
    const rule = `a domain's name is a text that is known before the deployment, not ${shown(name)}`;
    return problem("bad-domain-name", rule, "Write the host, e.g. api.example.com.");
  }
  if (name.includes("*")) {
    const rule = `a gateway has one URL, and ${JSON.stringify(name)} is many`;
    return problem("wildcard-domain", rule, "Write one host; its certificate may be a wildcard's (certificateArn).");
  }
  if (!HOST.test(name) || name.length > longestName.host) {
    const rule = `${JSON.stringify(name)} is no host name in lower case`;
    return problem(
      "bad-domain-name",
      rule,
      "Write the host without scheme, port, path or a dot at its end, e.g. api.example.com.",
    );
  }
  if (makesCertificate && name.length > longestName.certificate) {
    const rule = `Certificate Manager takes names of ${longestName.certificate} characters, and this has ${name.length}`;
    return problem(
      "bad-domain-name",
      rule,
      "Shorten the name, or hand in a certificate that covers it (certificateArn).",
    );
  }
  return [];
}

function checkMutualTls(given: unknown, place: string): readonly Problem[] {
  if (given === undefined) return [];
  if (!isObjectNow(given)) {
    const rule = `mutual TLS is an object, not ${shown(given)}`;
    return [{ code: "bad-truststore", place, rule, remedy: 'Write { truststoreUri: "s3://BUCKET/KEY" }.' }];
  }
  const uri = given.truststoreUri;
  return [
    ...unknownMembers(given, TRUST, "there is no such property", place),
    ...checkText(
      uri === undefined ? null : uri,
      TRUSTSTORE,
      "bad-truststore",
      `${place}.truststoreUri`,
      "a truststore is an object of S3: s3://BUCKET/KEY",
    ),
    ...checkText(given.truststoreVersion, /./, "bad-truststore", `${place}.truststoreVersion`, "a version is a text"),
    ...checkText(
      given.ownershipCertificateArn,
      CERTIFICATE,
      "bad-certificate",
      `${place}.ownershipCertificateArn`,
      "it is an ARN of Certificate Manager's: arn:aws:acm:REGION:ACCOUNT:certificate/ID",
    ),
  ];
}

function checkBasePath(given: unknown): readonly Problem[] {
  if (given === undefined) return [];
  const place = "domain.basePath";
  const remedy = "Write it without slashes at its ends, e.g. v1 or shop/v1; leave it out for every path.";
  const problem = (code: string, rule: string): readonly Problem[] => [{ code, place, vendor: "aws", rule, remedy }];
  if (typeof given !== "string" || !/^[A-Za-z0-9$\-_.+!*'()]+(?:\/[A-Za-z0-9$\-_.+!*'()]+)*$/.test(given)) {
    const rule = `a base path is segments of letters, digits and $-_.+!*'(), with slashes between, not ${shown(given)}`;
    return problem("bad-base-path", rule);
  }
  if (given.split("/").some((segment) => /^\.{1,2}$/.test(segment))) {
    return problem("bad-base-path", "clients take segments of dots out of a path before they send it");
  }
  if (given.length > longestBasePath) {
    return problem("bad-base-path", `API Gateway takes ${longestBasePath} characters, and this has ${given.length}`);
  }
  if (RESERVED.test(given.split("/")[0] ?? "")) {
    return problem("reserved-path", "API Gateway keeps /ping and /sping for its own health checks");
  }
  return [];
}

function checkReason(given: unknown): readonly Problem[] {
  if (given === undefined || (typeof given === "string" && given.trim() !== "")) return [];
  return [
    {
      code: "empty",
      place: "domain.keepExecuteApi",
      rule: `going on with the endpoint beside the domain has a reason, not ${shown(given)}`,
      remedy: 'Write why, e.g. "clients move until March", or leave it out to have the endpoint disabled.',
    },
  ];
}

/** Who knows the other endpoint would need no certificate. */
function checkBypass({ keepExecuteApi }: Readonly<Record<string, unknown>>): readonly Problem[] {
  if (keepExecuteApi === undefined) return [];
  return [
    {
      code: "mutual-tls-bypass",
      place: "domain.keepExecuteApi",
      vendor: "aws",
      rule: "the domain asks clients for a certificate, and the other endpoint would ask for none",
      remedy: "Leave keepExecuteApi out.",
    },
  ];
}

/** Of an HTTP API it is not documented, and is a caution. */
function checkRoutes(api: Api, className: string): readonly Problem[] {
  if (className !== "AwsRestApi") return [];
  return healthChecks(api).map(
    (route): Problem => ({
      code: "reserved-path",
      route,
      vendor: "aws",
      rule: "API Gateway keeps /ping and /sping for its own health checks on custom domains",
      remedy: "Serve another path.",
    }),
  );
}

/** Said of a truststore whose version is not named. */
export const changingTruststore = {
  what: "the truststore has no version, so what is uploaded later counts from an update of the domain on that nobody may expect",
  advice: "Turn on the bucket's versioning, and write truststoreVersion.",
} as const;

export function truststoreMayChange({ mutualTls }: PlainDomain): boolean {
  return mutualTls !== undefined && mutualTls.truststoreVersion === undefined;
}

function domainCautions(api: Api, domain: PlainDomain, className: string): readonly Caution[] {
  const cautions: Caution[] = [];
  if (truststoreMayChange(domain)) cautions.push({ route: "domain.mutualTls", ...changingTruststore });
  if (className !== "AwsHttpApi") return cautions;
  if (domain.basePath !== undefined) {
    cautions.push({
      route: "domain.basePath",
      what: "AWS does not document that the path which a backend gets is without the base path",
      advice: "Try one route of each backend after the first deployment.",
    });
  }
  const reserved = healthChecks(api).map((route) => ({
    route,
    what: "API Gateway keeps /ping and /sping for its own health checks on custom domains of REST APIs, and may on those of HTTP APIs",
    advice: "Use another path.",
  }));
  return [...cautions, ...reserved];
}

function healthChecks({ routes }: Api): readonly string[] {
  return routes
    .filter(({ pattern: [first] }) => first?.kind === "literal" && RESERVED.test(first.text))
    .map(({ key }) => key);
}

/**
 * The domain that was handed in, once it is known.
 *
 * @throws {PolygateError} for what it is not, and where its certificates could be gone round
 */
export function sharedDomain(subject: string, { shared, keepExecuteApi }: PlainDomain): Output<string> {
  return output(shared).apply((resolved) => {
    const { name, mutualTls } = (resolved ?? {}) as { readonly name?: unknown; readonly mutualTls?: unknown };
    const problems = [
      ...checkName(name, "domain.shared.name", false),
      // Without a word on it, the worse is taken to be so.
      ...(mutualTls === false ? [] : checkBypass({ keepExecuteApi })),
    ];
    if (problems.length > 0) throw new PolygateError(subject, problems);
    return name as string;
  });
}

function checkText(given: unknown, form: RegExp, code: string, place: string, rule: string): readonly Problem[] {
  if (given === undefined || isLater(given)) return [];
  if (typeof given === "string" && form.test(given)) return [];
  return [
    {
      code,
      place,
      rule: `${rule}; not ${shown(given)}`,
      remedy: "Write it so, or hand in the output of the resource.",
    },
  ];
}

function unknownMembers(
  given: Readonly<Record<string, unknown>>,
  known: readonly string[],
  rule: string,
  place = "domain",
): readonly Problem[] {
  return Object.keys(given)
    .filter((member) => given[member] !== undefined && !known.includes(member))
    .map((member) => ({
      code: "bad-domain",
      place: place === "" ? member : `${place}.${member}`,
      rule,
      remedy: `Leave it out; there are ${known.join(", ")}.`,
    }));
}

function notAnObject(given: unknown): Problem {
  const rule = `a domain is an object, whose name is known before the deployment, not ${shown(given)}`;
  return { code: "bad-domain", place: "domain", rule, remedy: 'Write { name: "api.example.com", zoneId }.' };
}

function shown(given: unknown): string {
  return isLater(given) ? "an Output" : (JSON.stringify(given) ?? "nothing");
}
