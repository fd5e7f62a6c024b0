import { isEmpty, isObject, type Properties, text, texts, withoutUndefined } from "../../property-value.ts";
import { type Call, type ResourceModel, VendorError } from "../../resource-model.ts";
import { verifying } from "../argument-check.ts";
import type { AwsSettings } from "../region.ts";
import { sameSet } from "../same-set.ts";
import { normalName, sameName } from "./dns-name.ts";
import { type DnsRecord, dnsRecords, dnsZones } from "./record.ts";

/**
 * `aws:route53/record:Record` (terraform-provider-aws, internal/service/route53/record.go). A zone that no stack of the sandbox declares is
 * taken to exist and to contain any name. The sandbox stores routing policies without effect, because it does not resolve names.
 */
export const route53Record: ResourceModel<AwsSettings> = {
  replaces: ["name", "zoneId"],
  same: { name: sameName, records: sameSet },

  verify: verifying((inputs, fail) => {
    const alias = !isEmpty(inputs.aliases);
    if (alias === !isEmpty(inputs.records)) fail("records", 'exactly one of "alias,records" must be specified');
    if (alias && inputs.ttl !== undefined) fail("ttl", '"ttl": conflicts with alias');
    if (!alias && inputs.ttl === undefined) fail("ttl", '"records": all of `records,ttl` must be specified');
    if (isEmpty(inputs.zoneId)) fail("zoneId", "zone_id must not be empty");
  }),

  create(call, inputs) {
    const record = recordOf(call, inputs);
    const { zoneId, fqdn, type, setIdentifier } = record;
    if (inputs.allowOverwrite !== true && dnsRecords.get(call.records, ...keyOf(record)) !== undefined) {
      throw new VendorError(
        `creating Route53 Record: InvalidChangeBatch: [Tried to create resource record set [name='${fqdn}.', type='${type}'] ` +
          "but it already exists]",
      );
    }
    dnsRecords.put(call.records, record, ...keyOf(record));
    const parts = [zoneId, fqdn, type, ...(setIdentifier === "" ? [] : [setIdentifier])];
    return { id: parts.join("_"), outputs: read(record, inputs) };
  },

  read(call, id, state) {
    const remembered = text(state, "zoneId") === undefined ? argumentsOfImport(id) : state;
    const found = dnsRecords.get(call.records, ...keyOf(recordOf(call, remembered)));
    return found && { id, outputs: read(found, { ...valuesOf(found), ...remembered }) };
  },

  update(call, _id, { inputs, state }) {
    const [before, after] = [recordOf(call, state), recordOf(call, inputs)];
    dnsRecords.delete(call.records, ...keyOf(before));
    dnsRecords.put(call.records, after, ...keyOf(after));
    return read(after, inputs);
  },

  delete(call, _id, state) {
    dnsRecords.delete(call.records, ...keyOf(recordOf(call, state)));
  },
};

/**
 * The arguments in an import id, `ZONEID_NAME_TYPE` or `ZONEID_NAME_TYPE_SET`. A name may contain underscores; a type consists of capital
 * letters.
 */
function argumentsOfImport(id: string): Properties {
  const [, zoneId, name, type, setIdentifier] = /^([^_]+)_(.+?)_([A-Z]+)(?:_(.+))?$/.exec(id) ?? [];
  if (zoneId === undefined) {
    throw new VendorError(`unexpected format of ID (${id}), expected ZONEID_RECORDNAME_TYPE[_SET-IDENTIFIER]`);
  }
  return withoutUndefined({ zoneId, name, type, setIdentifier });
}

/** The arguments that an import reads beside those in its id. */
function valuesOf({ values, ttl, aliases }: DnsRecord): Properties {
  return withoutUndefined({
    ...(values.length === 0 ? {} : { records: [...values] }),
    ttl,
    aliases: aliases && [...aliases],
  });
}

function keyOf({ zoneId, fqdn, type, setIdentifier }: DnsRecord): readonly string[] {
  return [zoneId, fqdn, type, setIdentifier];
}

function recordOf(call: Call<AwsSettings>, inputs: Properties): DnsRecord {
  const zoneId = (text(inputs, "zoneId") ?? "").replace(/^\/hostedzone\//, "");
  const name = normalName(text(inputs, "name") ?? "");
  const zone = dnsZones.get(call.records, zoneId)?.name;
  const within = zone === undefined || name === zone || name.endsWith(`.${zone}`);
  return {
    zoneId,
    // The provider appends the zone's name to a name that lacks it.
    fqdn: within ? name : name === "" ? zone : `${name}.${zone}`,
    type: text(inputs, "type") ?? "",
    setIdentifier: text(inputs, "setIdentifier") ?? "",
    values: texts(inputs.records) ?? [],
    ...(typeof inputs.ttl === "number" ? { ttl: inputs.ttl } : {}),
    ...(Array.isArray(inputs.aliases) ? { aliases: inputs.aliases } : {}),
  };
}

function read(record: DnsRecord, remembered: Properties): Properties {
  const aliases = Array.isArray(remembered.aliases) ? remembered.aliases.filter(isObject) : [];
  return withoutUndefined({
    ...remembered,
    ...(aliases.length === 0
      ? {}
      : { aliases: aliases.map((alias) => ({ ...alias, name: normalName(text(alias, "name") ?? "") })) }),
    fqdn: record.fqdn,
    name: normalName(text(remembered, "name") ?? ""),
    zoneId: record.zoneId,
  });
}
