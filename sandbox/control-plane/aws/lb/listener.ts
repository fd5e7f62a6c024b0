import { hexIdentifier } from "../../identifier.ts";
import { isEmpty, isObject, type Properties, type PropertyValue, text } from "../../property-value.ts";
import type { Records } from "../../records.ts";
import { VendorError } from "../../resource-model.ts";
import { certificateByArn } from "../acm/record.ts";
import { checkArn, checkOneOf, checkRange, verifying } from "../argument-check.ts";
import { allOf, type StoredRecord, storedResource } from "../stored-resource.ts";
import { listenerRules, listeners, loadBalancers, targetGroups } from "./record.ts";

const PROTOCOLS = {
  app: ["HTTP", "HTTPS"],
  net: ["TCP", "TLS", "UDP", "TCP_UDP", "QUIC", "TCP_QUIC"],
} as const;

/** To which protocols of target groups a listener of each protocol may lead. */
const GROUPS: Readonly<Record<string, readonly string[]>> = {
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

/**
 * `aws:lb/listener:Listener` (terraform-provider-aws, internal/service/elbv2/listener.go). Its id is its ARN.
 */
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

  id: (call, _region, inputs, taken) => {
    const at = (digits: string) =>
      `${(text(inputs, "loadBalancerArn") ?? "").replace(":loadbalancer/", ":listener/")}/${digits}`;
    return at(hexIdentifier(16, [call.urn], (digits) => taken(at(digits))));
  },

  check(call, region, inputs, operation, before) {
    const balancer = text(inputs, "loadBalancerArn") ?? "";
    const refuse = (reason: string): never => {
      throw new VendorError(`${operation.replace(/Listener$/, `Listener (${balancer})`)}: ${reason}`);
    };
    if (loadBalancers.get(call.records, region, balancer) === undefined) {
      refuse("LoadBalancerNotFound: One or more load balancers not found");
    }
    const protocol = protocolOf(inputs);
    const allowed: readonly string[] = balancer.includes(":loadbalancer/app/") ? PROTOCOLS.app : PROTOCOLS.net;
    if (protocol === undefined) return refuse("ValidationError: A protocol must be specified");
    if (!allowed.includes(protocol)) {
      refuse(`ValidationError: Listener protocol '${protocol}' must be one of '${allowed.join(", ")}'`);
    }
    const other = actionsOf(inputs).find(({ type }) => type !== "forward");
    if (other !== undefined && balancer.includes(":loadbalancer/net/")) {
      // docs.aws.amazon.com, network, load-balancer-listeners: they forward, and nothing else. U: the words.
      refuse(`InvalidLoadBalancerAction: Action type '${text(other, "type")}' is not valid for ${protocol} listeners`);
    }
    if (typeof inputs.port !== "number") refuse("ValidationError: A port must be specified");
    const others = allOf(listeners, call.records, region);
    const twin = others.find(
      (each) => text(each.arguments, "loadBalancerArn") === balancer && each.arguments.port === inputs.port,
    );
    if (twin !== undefined && twin.id !== before?.id) {
      refuse(`DuplicateListener: A listener already exists on this port for this load balancer '${balancer}'`);
    }
    const certificate = text(inputs, "certificateArn");
    const secured = protocol === "HTTPS" || protocol === "TLS";
    if (secured && certificate === undefined) {
      refuse(`ValidationError: A certificate must be specified for ${protocol} listeners`);
    }
    if (!secured && certificate !== undefined) {
      refuse(`ValidationError: A certificate cannot be specified for ${protocol} listeners`);
    }
    if (certificate !== undefined && certificateByArn(call.records, certificate) === undefined) {
      refuse(
        `CertificateNotFound: Certificate '${certificate}' not found (the sandbox knows those of aws.acm.Certificate)`,
      );
    }
    for (const arn of forwardsTo(inputs)) {
      const group = targetGroups.get(call.records, region, arn);
      if (group === undefined) return refuse("TargetGroupNotFound: One or more target groups not found");
      const to = text(group.arguments, "protocol") ?? "";
      if (GROUPS[protocol]?.includes(to) === false && text(group.arguments, "targetType") !== "lambda") {
        refuse(
          `InvalidConfigurationRequest: A listener of protocol ${protocol} cannot lead to a target group of ${to}`,
        );
      }
      const twice = others.find(
        (each) => text(each.arguments, "loadBalancerArn") !== balancer && forwardsTo(each.arguments).includes(arn),
      );
      if (twice !== undefined) {
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

  // Its rules go with it.
  beforeDelete: (call, { id, region }) =>
    call.records.deleteAll(listenerRules.key(region, id.replace(":listener/", ":listener-rule/"))),
});

/** `aws:lb/listenerRule:ListenerRule`: kept, and then its listener is none that the sandbox serves. */
export const listenerRule = storedResource(listenerRules, {
  title: "ELBv2 Listener Rule",
  replaces: ["listenerArn"],
  id: (call, _region, inputs, taken) => {
    const at = (digits: string) =>
      `${(text(inputs, "listenerArn") ?? "").replace(":listener/", ":listener-rule/")}/${digits}`;
    return at(hexIdentifier(16, [call.urn], (digits) => taken(at(digits))));
  },
  check(call, region, inputs, operation) {
    const of = text(inputs, "listenerArn") ?? "";
    if (listeners.get(call.records, region, of) === undefined) {
      throw new VendorError(`${operation}: ListenerNotFound: One or more listeners not found`);
    }
    if (of.includes(":listener/net/")) {
      // U: the words.
      throw new VendorError(
        `${operation}: OperationNotPermitted: Rules are unsupported for Network Load Balancer listeners`,
      );
    }
  },
  outputs: (_records, { id }) => ({ arn: id }),
});

/** The target groups that its default action leads to. */
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

/** What of a listener the sandbox does not model, so that an API cannot lead there. */
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

/** An Application Load Balancer's is HTTP unless it says otherwise. */
export function protocolOf(inputs: Properties): string | undefined {
  const application = (text(inputs, "loadBalancerArn") ?? "").includes(":loadbalancer/app/");
  return text(inputs, "protocol")?.toUpperCase() ?? (application ? "HTTP" : undefined);
}

function actionsOf(inputs: Properties): readonly Properties[] {
  const actions: PropertyValue = inputs.defaultActions ?? [];
  return Array.isArray(actions) ? actions.filter(isObject) : [];
}
