import { isEmpty, isObject, type Properties, type PropertyValue, text } from "../../property-value.ts";
import type { RecordChanges, Records } from "../../records.ts";
import { VendorError } from "../../resource-model.ts";
import { certificateByArn } from "../acm/record.ts";
import { checkArn, checkOneOf, checkRange, verifying } from "../argument-check.ts";
import { allOf, type StoredRecord, storedResource } from "../stored-resource.ts";
import { uniqueId } from "../unique-id.ts";
import { listenerRules, listeners, loadBalancers, targetGroups } from "./record.ts";

const PROTOCOLS = {
  app: ["HTTP", "HTTPS"],
  net: ["TCP", "TLS", "UDP", "TCP_UDP", "QUIC", "TCP_QUIC"],
} as const;

/** The protocols of the target groups that a listener of each protocol may forward to. */
const GROUP_PROTOCOLS: Readonly<Record<string, readonly string[]>> = {
  HTTP: ["HTTP", "HTTPS"],
  HTTPS: ["HTTP", "HTTPS"],
  TCP: ["TCP", "TCP_UDP"],
  TLS: ["TCP", "TLS"],
};

const ACTIONS = [
  "authenticate-cognito",
  "authenticate-oidc",
  "fixed-response",
  "forward",
  "jwt-validation",
  "redirect",
];

/** `aws:lb/listener:Listener` (terraform-provider-aws, internal/service/elbv2/listener.go). Its id is its ARN. */
export const listener = storedResource(listeners, {
  title: "ELBv2 Listener",
  replaces: ["loadBalancerArn"],

  verify: verifying((inputs, fail) => {
    checkArn(inputs, "loadBalancerArn", fail);
    checkArn(inputs, "certificateArn", fail);
    checkRange(inputs, "port", 1, 65_535, fail);
    checkOneOf(inputs, "protocol", [...PROTOCOLS.app, ...PROTOCOLS.net, "GENEVE"], fail);
    for (const [index, action] of actionsOf(inputs).entries()) {
      checkOneOf(action, "type", ACTIONS, (property, reason) => fail(`defaultActions[${index}].${property}`, reason));
      if (action.type === "forward" && action.targetGroupArn === undefined && action.forward === undefined) {
        fail(
          `defaultActions[${index}]`,
          "for actions of type 'forward', you must specify a 'forward' block or 'target_group_arn'",
        );
      }
    }
  }),

  id(call, _region, inputs, taken) {
    const path = (text(inputs, "loadBalancerArn") ?? "").replace(":loadbalancer/", ":listener/");
    return uniqueId((digits) => `${path}/${digits}`, 16, [call.urn], taken);
  },

  check(call, region, inputs, operation, before) {
    const balancer = text(inputs, "loadBalancerArn") ?? "";
    const refuse = (reason: string): never => {
      throw new VendorError(`${operation.replace(/Listener$/, `Listener (${balancer})`)}: ${reason}`);
    };
    if (loadBalancers.get(call.records, region, balancer) === undefined) {
      refuse("LoadBalancerNotFound: One or more load balancers not found");
    }
    const protocol = checkProtocol(inputs, balancer, refuse);
    if (typeof inputs.port !== "number") refuse("ValidationError: A port must be specified");
    const others = allOf(listeners, call.records, region);
    const twin = others.find(
      (each) => text(each.arguments, "loadBalancerArn") === balancer && each.arguments.port === inputs.port,
    );
    if (twin !== undefined && twin.id !== before?.id) {
      refuse(`DuplicateListener: A listener already exists on this port for this load balancer '${balancer}'`);
    }
    checkListenerCertificate(call.records, text(inputs, "certificateArn"), protocol, refuse);
    for (const arn of forwardsTo(inputs)) {
      checkGroup(call.records, region, arn, protocol, refuse);
      const isOfAnother = others.some(
        (each) => text(each.arguments, "loadBalancerArn") !== balancer && forwardsTo(each.arguments).includes(arn),
      );
      if (isOfAnother) {
        refuse(
          "TargetGroupAssociationLimit: The following target groups cannot be associated with more than one load " +
            `balancer: ${arn}`,
        );
      }
    }
  },

  outputs: (_records, { id, arguments: inputs }) => ({
    arn: id,
    protocol: protocolOf(inputs),
    sslPolicy: text(inputs, "certificateArn") === undefined ? "" : "ELBSecurityPolicy-2016-08",
    ...(id.includes(":listener/net/") && protocolOf(inputs) === "TCP" ? { tcpIdleTimeoutSeconds: 350 } : {}),
  }),

  beforeDelete: (call, { id, region }) => deleteRules(call.records, region, id),
});

type Refuse = (reason: string) => never;

/** Checks the protocol of a listener and the actions that it allows. */
function checkProtocol(inputs: Properties, balancer: string, refuse: Refuse): string {
  const protocol = protocolOf(inputs);
  const allowed: readonly string[] = balancer.includes(":loadbalancer/app/") ? PROTOCOLS.app : PROTOCOLS.net;
  if (protocol === undefined) return refuse("ValidationError: A protocol must be specified");
  if (!allowed.includes(protocol)) {
    refuse(`ValidationError: Listener protocol '${protocol}' must be one of '${allowed.join(", ")}'`);
  }
  const other = actionsOf(inputs).find(({ type }) => type !== "forward");
  if (other !== undefined && balancer.includes(":loadbalancer/net/")) {
    // Listeners of a Network Load Balancer only forward (docs.aws.amazon.com, network, load-balancer-listeners). Unverified: the text.
    refuse(`InvalidLoadBalancerAction: Action type '${text(other, "type")}' is not valid for ${protocol} listeners`);
  }
  return protocol;
}

function checkListenerCertificate(
  records: Records,
  certificate: string | undefined,
  protocol: string,
  refuse: Refuse,
): void {
  const secured = protocol === "HTTPS" || protocol === "TLS";
  if (secured && certificate === undefined) {
    refuse(`ValidationError: A certificate must be specified for ${protocol} listeners`);
  }
  if (!secured && certificate !== undefined) {
    refuse(`ValidationError: A certificate cannot be specified for ${protocol} listeners`);
  }
  if (certificate !== undefined && certificateByArn(records, certificate) === undefined) {
    refuse(
      `CertificateNotFound: Certificate '${certificate}' not found (the sandbox knows only certificates of aws.acm.Certificate)`,
    );
  }
}

/** Checks that a listener of a protocol may forward to a target group. */
function checkGroup(records: Records, region: string, arn: string, protocol: string, refuse: Refuse): void {
  const group =
    targetGroups.get(records, region, arn) ?? refuse("TargetGroupNotFound: One or more target groups not found");
  const groupProtocol = text(group.arguments, "protocol") ?? "";
  const isAllowed = GROUP_PROTOCOLS[protocol]?.includes(groupProtocol) !== false;
  if (!isAllowed && text(group.arguments, "targetType") !== "lambda") {
    refuse(
      `InvalidConfigurationRequest: A listener of protocol ${protocol} cannot lead to a target group of ${groupProtocol}`,
    );
  }
}

/** `aws:lb/listenerRule:ListenerRule`. The sandbox stores it, and then does not serve its listener. */
export const listenerRule = storedResource(listenerRules, {
  title: "ELBv2 Listener Rule",
  replaces: ["listenerArn"],
  id(call, _region, inputs, taken) {
    const path = (text(inputs, "listenerArn") ?? "").replace(":listener/", ":listener-rule/");
    return uniqueId((digits) => `${path}/${digits}`, 16, [call.urn], taken);
  },
  check(call, region, inputs, operation) {
    const listenerArn = text(inputs, "listenerArn") ?? "";
    if (listeners.get(call.records, region, listenerArn) === undefined) {
      throw new VendorError(`${operation}: ListenerNotFound: One or more listeners not found`);
    }
    if (listenerArn.includes(":listener/net/")) {
      // Unverified: the text.
      throw new VendorError(
        `${operation}: OperationNotPermitted: Rules are unsupported for Network Load Balancer listeners`,
      );
    }
  },
  outputs: (_records, { id }) => ({ arn: id }),
});

/** The target groups that the default actions of a listener forward to. */
export function forwardsTo(inputs: Properties): readonly string[] {
  return actionsOf(inputs).flatMap((action) => {
    const forward = isObject(action.forward) ? action.forward.targetGroups : undefined;
    const weighted = Array.isArray(forward) ? forward : [];
    const direct = text(action, "targetGroupArn");
    return direct === undefined
      ? weighted.flatMap((each) => (isObject(each) ? [text(each, "arn") ?? ""] : []))
      : [direct];
  });
}

/** The feature of a listener that the sandbox does not serve, so that no API can use the listener; undefined without one. */
export function unservedOf(records: Records, { id, region, arguments: inputs }: StoredRecord): string | undefined {
  const rules = allOf(listenerRules, records, region).some((rule) => text(rule.arguments, "listenerArn") === id);
  if (rules) return "listener rules";
  const actions = actionsOf(inputs);
  const other = actions.find(({ type }) => type !== "forward");
  if (other !== undefined) return `the action ${text(other, "type")}`;
  if (forwardsTo(inputs).length > 1) return "several target groups";
  if (!isEmpty(inputs.mutualAuthentication)) return "mutual authentication";
  if (Object.entries(inputs).some(([name, value]) => name.startsWith("routingHttp") && !isEmpty(value))) {
    return "attributes that change headers";
  }
  return undefined;
}

/** The protocol of a listener. For an Application Load Balancer the default is HTTP. */
export function protocolOf(inputs: Properties): string | undefined {
  const application = (text(inputs, "loadBalancerArn") ?? "").includes(":loadbalancer/app/");
  return text(inputs, "protocol")?.toUpperCase() ?? (application ? "HTTP" : undefined);
}

/** Deletes the rules of a listener. */
export function deleteRules(records: RecordChanges, region: string, listenerArn: string): void {
  records.deleteAll(listenerRules.key(region, listenerArn.replace(":listener/", ":listener-rule/")));
}

function actionsOf(inputs: Properties): readonly Properties[] {
  const actions: PropertyValue = inputs.defaultActions ?? [];
  return Array.isArray(actions) ? actions.filter(isObject) : [];
}
