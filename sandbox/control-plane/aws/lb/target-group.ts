import { flag, isObject, isUnknown, type Properties, text } from "../../property-value.ts";
import { VendorError } from "../../resource-model.ts";
import { checkLength, checkOneOf, checkRange, type Fail, verifying, within } from "../argument-check.ts";
import { completeName } from "../automatic-name.ts";
import { allOf, type StoredRecord, storedResource } from "../stored-resource.ts";
import { forwardsTo } from "./listener.ts";
import { balancingArn, checkName, nameOf, newName } from "./load-balancer.ts";
import { listeners, targetGroups, targets } from "./record.ts";

const PROTOCOLS = ["HTTP", "HTTPS", "TCP", "TLS", "UDP", "TCP_UDP", "GENEVE", "QUIC", "TCP_QUIC"];

/** `aws:lb/targetGroup:TargetGroup` (terraform-provider-aws, internal/service/elbv2/target_group.go). Its id is its ARN. */
export const targetGroup = storedResource(targetGroups, {
  title: "ELBv2 Target Group",
  replaces: [
    "ipAddressType",
    "name",
    "namePrefix",
    "port",
    "protocol",
    "protocolVersion",
    "targetControlPort",
    "targetType",
    "vpcId",
  ],

  complete: completeName,

  verify: verifying((inputs, fail) => {
    checkName(inputs, 32, fail);
    checkLength(inputs, "namePrefix", 1, 6, fail);
    checkOneOf(inputs, "protocol", PROTOCOLS, fail);
    checkOneOf(inputs, "targetType", ["alb", "instance", "ip", "lambda"], fail);
    checkRange(inputs, "port", 1, 65_535, fail);
    checkRange(inputs, "deregistrationDelay", 0, 3600, fail);
    const type = text(inputs, "targetType") ?? "instance";
    for (const name of type === "lambda" || isUnknown(inputs.targetType) ? [] : ["port", "protocol", "vpcId"]) {
      if (inputs[name] === undefined) fail(name, `"${name}": required when "target_type" is "${type}"`);
    }
    if (isObject(inputs.healthCheck)) verifyHealthCheck(inputs.healthCheck, text(inputs, "protocol"), fail);
  }),

  id: (call, region, inputs, taken) =>
    balancingArn(`targetgroup/${newName(call.urn, inputs)}`, call.urn, region, taken),

  check(call, region, inputs, operation, before) {
    const name = text(inputs, "name");
    const twin = allOf(targetGroups, call.records, region).find(({ id }) => name !== undefined && nameOf(id) === name);
    if (twin !== undefined && twin.id !== before?.id) {
      throw new VendorError(`ELBv2 Target Group (${name}) already exists`);
    }
    // https://docs.aws.amazon.com/elasticloadbalancing/latest/network/application-load-balancer-target.html
    if (text(inputs, "targetType") === "alb" && text(inputs, "protocol") !== "TCP") {
      throw new VendorError(`${operation}: ValidationError: Protocol must be TCP for target groups of the type alb`);
    }
  },

  outputs: (records, { id, region, arguments: inputs }) => ({
    arn: id,
    arnSuffix: id.slice(id.indexOf(":targetgroup/") + 1),
    connectionTermination: false,
    deregistrationDelay: 300,
    ipAddressType: "ipv4",
    loadBalancerArns: [
      ...new Set(
        allOf(listeners, records, region)
          .filter((each) => forwardsTo(each.arguments).includes(id))
          .map((each) => text(each.arguments, "loadBalancerArn") ?? ""),
      ),
    ],
    name: nameOf(id),
    namePrefix: "",
    protocolVersion: isHttp(inputs) ? "HTTP1" : "",
    proxyProtocolV2: false,
    slowStart: 0,
    targetType: "instance",
    ...(isObject(inputs.healthCheck) ? {} : { healthCheck: healthCheckOf(inputs) }),
  }),

  beforeDelete(call, { id, region }, operation) {
    if (allOf(listeners, call.records, region).some((each) => forwardsTo(each.arguments).includes(id))) {
      throw new VendorError(
        `${operation}: ResourceInUse: Target group '${id}' is currently in use by a listener or a rule`,
      );
    }
    call.records.deleteAll(`${targets.key(region, id)}/`);
  },
});

/** The interval of health checks in seconds; undefined without health checks. */
export function healthCheckSeconds({ arguments: inputs }: StoredRecord): number | undefined {
  const { enabled, interval } = healthCheckOf(inputs);
  return enabled === false || typeof interval !== "number" ? undefined : interval;
}

/** The feature of a target group that the sandbox does not serve, so that no API can use the group; undefined without one. */
export function unservedGroup({ arguments: inputs }: StoredRecord): string | undefined {
  if (isObject(inputs.stickiness) && flag(inputs.stickiness, "enabled") !== false) return "sticky sessions";
  if (flag(inputs, "proxyProtocolV2") === true) return "the proxy protocol";
  const version = text(inputs, "protocolVersion")?.toUpperCase() ?? "HTTP1";
  if (isHttp(inputs) && version !== "HTTP1") return `the protocol version ${version}`;
  if (text(inputs, "ipAddressType") === "ipv6") return "IPv6 targets";
  return undefined;
}

function isHttp(inputs: Properties): boolean {
  return ["HTTP", "HTTPS"].includes(text(inputs, "protocol") ?? "");
}

/**
 * The health check of a target group. An omitted one has the defaults of the service (docs.aws.amazon.com, CreateTargetGroup), a declared
 * one those of the provider.
 */
function healthCheckOf(inputs: Properties): Properties {
  if (isObject(inputs.healthCheck)) {
    return { enabled: true, healthyThreshold: 3, interval: 30, unhealthyThreshold: 3, ...inputs.healthCheck };
  }
  const common = { enabled: true, interval: 30, port: "traffic-port", unhealthyThreshold: 2, healthyThreshold: 5 };
  if (!isHttp(inputs)) return { ...common, protocol: "TCP", timeout: 10 };
  return { ...common, matcher: "200", path: "/", protocol: text(inputs, "protocol") ?? "HTTP", timeout: 5 };
}

function verifyHealthCheck(check: Properties, protocol: string | undefined, fail: Fail): void {
  const inside = within("healthCheck", fail);
  checkRange(check, "interval", 5, 300, inside);
  checkRange(check, "timeout", 2, 120, inside);
  checkRange(check, "healthyThreshold", 2, 10, inside);
  checkRange(check, "unhealthyThreshold", 2, 10, inside);
  checkOneOf(check, "protocol", ["HTTP", "HTTPS", "TCP"], inside);
  if (check.protocol !== "TCP") return;
  for (const name of ["matcher", "path"]) {
    if (text(check, name)) inside(name, `"health_check[0].${name}" cannot be specified when "protocol" is "TCP".`);
  }
  if (protocol === "HTTP" || protocol === "HTTPS") {
    inside("protocol", `"health_check[0].protocol" cannot have value "TCP" when "protocol" is "${protocol}".`);
  }
}
