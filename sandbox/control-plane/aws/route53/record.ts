import type { PropertyValue } from "../../property-value.ts";
import { Kind } from "../../records.ts";

/** A record of a hosted zone. */
export interface DnsRecord {
  readonly zoneId: string;
  /** In lower case, without a final dot. */
  readonly fqdn: string;
  readonly type: string;
  readonly setIdentifier: string;
  /** Empty for an alias. */
  readonly values: readonly string[];
  /** In seconds; absent for an alias. */
  readonly ttl?: number;
  readonly aliases?: readonly PropertyValue[];
}

/** A hosted zone that a stack of the sandbox declares. Records may refer to other zones by id. */
export interface DnsZone {
  readonly id: string;
  /** Without a final dot. */
  readonly name: string;
  readonly comment: string;
  readonly private: boolean;
  readonly tags: Readonly<Record<string, string>>;
}

export const dnsRecords = new Kind<DnsRecord>("aws/route53/record");
export const dnsZones = new Kind<DnsZone>("aws/route53/zone");
