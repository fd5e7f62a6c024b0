import { createHash } from "node:crypto";

/** What the computed outputs of one resource are derived from. */
export interface OutputFacts {
  /** The type without a version. */
  readonly type: string;
  readonly urn: string;
  readonly id: string;
  /** The resource's own name, which is the last part of its id. */
  readonly name: string;
  /** The domain of the service's endpoints, e.g. `sqs.eu-central-1.amazonaws.com`. */
  readonly domain: string;
  /** The Region or location. */
  readonly place: string;
  /** The state of a resource that is ready. */
  readonly state: string;
  /** The ARN of a resource, for a vendor that has ARNs. */
  readonly arn: string;
  /** Whether the vendor's ids are UUIDs. */
  readonly uuids: boolean;
}

/** Resources have no age, so that an output is the same at each refresh. */
const CREATED = "2024-01-01T00:00:00Z";

/** Values of texts by the ends of their names, the first that matches. */
const RULES: readonly (readonly [RegExp, (facts: OutputFacts, name: string) => string])[] = [
  [
    /(?:description|comment|message|reason|errors?|policy|prefix|delet(?:e|ion)Time|expireTime|suspendedTill)$/i,
    () => "",
  ],
  [/arns?$/i, ({ arn }) => arn],
  [/email$/i, (facts) => `${labelOf(facts)}@${facts.domain}`],
  [/(?:^|[a-z])(?:url|uri|endpoint|link|href)$/i, (facts) => `https://${hostOf(facts)}`],
  [/(?:^ip|Ip|IP)(?:v4)?(?:Addr(?:ess)?)?$|^address$/, (facts, name) => `203.0.113.${1 + (byteOf(facts, name) % 254)}`],
  [/(?:host(?:name)?|domain(?:name)?|dnsname|fqdn)$/i, (facts) => hostOf(facts)],
  [/(?:time|date|timestamp|createdat|updatedat|utc|createdon|updatedon|modified)$/i, () => CREATED],
  [/cidr(?:block)?$/i, () => "10.0.0.0/16"],
  [/zone$/i, ({ place }) => `${place}a`],
  [/(?:^|[a-z])(?:region|location)$/i, ({ place }) => place],
  [/(?:^id|Id|ID|uid|uuid|guid)$/, (facts, name) => (facts.uuids ? uuidOf(facts, name) : hexOf(facts, name, 17))],
  [/(?:state|status|phase)$/i, ({ state }) => state],
  [/version$/i, () => "1"],
  [
    /(?:key|secret|password|token|fingerprint|etag|hash|checksum|thumbprint|sha\d+)$/i,
    (facts, name) => hexOf(facts, name, 32),
  ],
  [/name$/i, ({ name }) => name],
];

/** A plausible text for an output, if its name tells what it is. The same resource always gets the same text. */
export function namedText(facts: OutputFacts, output: string): string | undefined {
  return RULES.find(([names]) => names.test(output))?.[1](facts, output);
}

/** A text for an output whose name does not tell what it is. */
export function anyText(facts: OutputFacts, output: string): string {
  return `${output.toLowerCase()}-${hexOf(facts, output, 8)}`;
}

/** The host of a resource's endpoint, which no other resource has. */
export function hostOf(facts: OutputFacts): string {
  return `${labelOf(facts)}.${facts.domain}`;
}

/** The resource's name as a DNS label. */
export function labelOf({ name, urn }: OutputFacts): string {
  const label = name.toLowerCase().replaceAll(/[^a-z0-9]+/g, "-");
  return label.replaceAll(/^-|-$/g, "").slice(0, 55) || digestOf(urn).slice(0, 8);
}

/** Hexadecimal digits that belong to an output of a resource. */
export function hexOf({ urn }: OutputFacts, output: string, digits: number): string {
  return digestOf(`${urn} ${output}`).slice(0, digits);
}

function uuidOf(facts: OutputFacts, output: string): string {
  return hexOf(facts, output, 32).replace(/(.{8})(.{4})(.{4})(.{4})(.{12})/, "$1-$2-$3-$4-$5");
}

function byteOf(facts: OutputFacts, output: string): number {
  return Number.parseInt(hexOf(facts, output, 2), 16);
}

function digestOf(text: string): string {
  return createHash("sha256").update(text).digest("hex");
}
