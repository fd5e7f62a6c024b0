import { hexIdentifier, identifier } from "../../identifier.ts";
import { flag, isObject, type Properties, text, textMap } from "../../property-value.ts";
import { type ResourceModel, VendorError } from "../../resource-model.ts";
import { checkLength, checkMatch, verifying } from "../argument-check.ts";
import { completeName } from "../automatic-name.ts";
import { type AwsSettings, arn, regionOf } from "../region.ts";
import { storedResource } from "../stored-resource.ts";
import { type CloudMapInstanceRecord, cloudMapInstances, cloudMapServices, namespaces } from "./record.ts";

/** `aws:servicediscovery/httpNamespace:HttpNamespace` (terraform-provider-aws, internal/service/servicediscovery/http_namespace.go). */
export const httpNamespace = namespace(["description", "name"]);

/** The two types of namespace with a DNS zone (private_dns_namespace.go, public_dns_namespace.go in the same folder). */
export const dnsNamespace = namespace(["name", "vpc"]);

function namespace(replaces: readonly string[]): ResourceModel<AwsSettings> {
  return storedResource(namespaces, {
    title: "Service Discovery Namespace",
    replaces,
    complete: completeName,
    id: (call, region, _inputs, taken) => `ns-${identifier(16, [call.urn, region], (id) => taken(`ns-${id}`))}`,
    outputs: (_records, { id, region, arguments: inputs }) => ({
      arn: arn("servicediscovery", region, `namespace/${id}`, true),
      hostedZone: `Z${hexIdentifier(13, [id], () => false).toUpperCase()}`,
      httpName: text(inputs, "name"),
    }),
  });
}

/** `aws:servicediscovery/service:Service` (terraform-provider-aws, internal/service/servicediscovery/service.go). */
export const cloudMapService = storedResource(cloudMapServices, {
  title: "Service Discovery Service",
  replaces: [
    "dnsConfig.dnsRecords.type",
    "dnsConfig.namespaceId",
    "dnsConfig.routingPolicy",
    "healthCheckConfig.type",
    "healthCheckCustomConfig",
    "name",
    "namespaceId",
    "type",
  ],
  complete: (inputs, call) => withRoutingPolicy(completeName(inputs, call)),
  id: (call, region, _inputs, taken) => `srv-${identifier(16, [call.urn, region], (id) => taken(`srv-${id}`))}`,
  outputs: (_records, { id, region }) => ({
    arn: arn("servicediscovery", region, `service/${id}`, true),
    description: "",
    forceDestroy: false,
  }),
  beforeDelete(call, { id, region, arguments: inputs }, operation) {
    const instances = cloudMapInstances.list(call.records, region, id);
    if (instances.length > 0 && flag(inputs, "forceDestroy") !== true) {
      throw new VendorError(
        `${operation}: ResourceInUse: Service contains registered instances; delete the instances first`,
      );
    }
    call.records.deleteAll(`${cloudMapInstances.key(region, id)}/`);
  },
});

/** Sets the provider's default for how Route 53 answers with several instances. */
function withRoutingPolicy(inputs: Properties): Properties {
  const { dnsConfig } = inputs;
  return isObject(dnsConfig) ? { ...inputs, dnsConfig: { routingPolicy: "MULTIVALUE", ...dnsConfig } } : inputs;
}

/** `aws:servicediscovery/instance:Instance` (terraform-provider-aws, internal/service/servicediscovery/instance.go). */
export const cloudMapInstance: ResourceModel<AwsSettings> = {
  replaces: ["instanceId", "region", "serviceId"],

  verify: verifying((inputs, fail) => {
    checkLength(inputs, "instanceId", 1, 64, fail);
    checkMatch(inputs, "instanceId", /^[0-9A-Za-z_/:.@-]*$/, "letters, digits and _/:.@-", fail);
  }),

  create: (call, inputs) => {
    const region = regionOf(call.settings, inputs);
    const instance = recordOf(inputs);
    const operation = `registering Service Discovery Instance (${instance.id})`;
    if (cloudMapServices.get(call.records, region, instance.serviceId) === undefined) {
      throw new VendorError(`${operation}: ServiceNotFound: Service not found: ${instance.serviceId}`);
    }
    cloudMapInstances.put(call.records, instance, region, instance.serviceId, instance.id);
    return { id: instance.id, outputs: read(region, instance) };
  },

  read(call, id, state) {
    const region = regionOf(call.settings, state);
    const [importedService, importedId] =
      id.includes("/") && text(state, "serviceId") === undefined ? id.split("/", 2) : [];
    const serviceId = importedService ?? text(state, "serviceId");
    if (serviceId === undefined) {
      throw new VendorError(`unexpected format ("${id}"), expected <service-id>/<instance-id>`);
    }
    const found = cloudMapInstances.get(call.records, region, serviceId, importedId ?? id);
    return found && { id: found.id, outputs: read(region, found) };
  },

  update(call, id, { inputs }) {
    const region = regionOf(call.settings, inputs);
    const instance = recordOf(inputs);
    cloudMapInstances.put(call.records, instance, region, instance.serviceId, id);
    return read(region, instance);
  },

  delete(call, id, state) {
    cloudMapInstances.delete(call.records, regionOf(call.settings, state), text(state, "serviceId") ?? "", id);
  },
};

function recordOf(inputs: Properties): CloudMapInstanceRecord {
  return {
    id: text(inputs, "instanceId") ?? "",
    serviceId: text(inputs, "serviceId") ?? "",
    attributes: textMap(inputs.attributes) ?? {},
  };
}

function read(region: string, { id, serviceId, attributes }: CloudMapInstanceRecord): Properties {
  return { attributes: { ...attributes }, instanceId: id, region, serviceId };
}
