import { digest } from "../../identifier.ts";
import { isEmpty, type Properties, text, withoutUndefined } from "../../property-value.ts";
import { type ResourceModel, VendorError } from "../../resource-model.ts";
import { verifying } from "../argument-check.ts";
import type { AwsSettings } from "../region.ts";
import { sameSet } from "../same-set.ts";
import { tagOutputs, tagsOf } from "../tags.ts";
import { normalName, sameName } from "./dns-name.ts";
import { type DnsZone, dnsRecords, dnsZones } from "./record.ts";

/** `aws:route53/zone:Zone` (terraform-provider-aws, internal/service/route53/zone.go). */
export const route53Zone: ResourceModel<AwsSettings> = {
  replaces: ["delegationSetId", "name"],
  same: { name: sameName, vpcs: sameSet },
  cleared: ["tags"],
  recomputed: { tags: ["tagsAll"] },

  verify: verifying((inputs, fail) => {
    if (inputs.name === undefined) fail("name", "a zone requires a name");
    if (!isEmpty(inputs.delegationSetId) && !isEmpty(inputs.vpcs)) {
      fail("delegationSetId", '"delegationSetId": conflicts with vpc');
    }
  }),

  create(call, inputs) {
    const id = `Z${digest(call.urn, 20).toUpperCase()}`;
    if (dnsZones.get(call.records, id) !== undefined) {
      throw new VendorError(`creating Route53 Hosted Zone (${text(inputs, "name")}): HostedZoneAlreadyExists`);
    }
    const zone = zoneOf(id, inputs);
    dnsZones.put(call.records, zone, id);
    return { id, outputs: read(zone, inputs) };
  },

  read(call, id, state) {
    const found = dnsZones.get(call.records, id);
    return found && { id, outputs: read(found, state) };
  },

  update(call, id, { inputs }) {
    const after = zoneOf(id, inputs);
    checkVisibility(id, dnsZones.get(call.records, id), after);
    dnsZones.put(call.records, after, id);
    return read(after, inputs);
  },

  delete(call, id, state) {
    if (dnsRecords.list(call.records, id).length > 0 && state.forceDestroy !== true) {
      throw new VendorError(
        `deleting Route53 Hosted Zone (${id}): HostedZoneNotEmpty: The specified hosted zone contains non-required resource ` +
          "record sets and so cannot be deleted.",
      );
    }
    call.records.deleteAll(`${dnsRecords.key(id)}/`);
    dnsZones.delete(call.records, id);
  },
};

/** The provider associates and disassociates VPCs in place. Route 53 refuses to make a public zone private, or a private zone public. */
function checkVisibility(id: string, before: DnsZone | undefined, after: DnsZone): void {
  if (before === undefined || before.private === after.private) return;
  throw new VendorError(
    before.private
      ? `disassociating Route53 Hosted Zone (${id}) from VPC: LastVPCAssociation: a private hosted zone requires a VPC`
      : `associating Route53 Hosted Zone (${id}) with VPC: PublicZoneVPCAssociation: a public hosted zone accepts no VPC`,
  );
}

function zoneOf(id: string, inputs: Properties): DnsZone {
  return {
    id,
    name: normalName(text(inputs, "name") ?? ""),
    comment: text(inputs, "comment") ?? "Managed by Pulumi",
    private: Array.isArray(inputs.vpcs) && inputs.vpcs.length > 0,
    tags: tagsOf(inputs),
  };
}

function read(zone: DnsZone, remembered: Properties): Properties {
  const nameServers = [1, 2, 3, 4].map((number) => `ns-${number}.sandbox.invalid`);
  return withoutUndefined({
    arn: `arn:aws:route53:::hostedzone/${zone.id}`,
    comment: zone.comment,
    forceDestroy: remembered.forceDestroy ?? false,
    name: zone.name,
    nameServers,
    primaryNameServer: nameServers[0],
    ...tagOutputs(zone.tags),
    vpcs: remembered.vpcs,
    zoneId: zone.id,
  });
}
