import { text } from "../../property-value.ts";
import { Kind, type Records } from "../../records.ts";
import { allOf, type StoredRecord } from "../stored-resource.ts";

/** By Region and ARN. */
export const loadBalancers = new Kind<StoredRecord>("aws/elbv2/load-balancer");
export const listeners = new Kind<StoredRecord>("aws/elbv2/listener");
export const listenerRules = new Kind<StoredRecord>("aws/elbv2/listener-rule");
export const targetGroups = new Kind<StoredRecord>("aws/elbv2/target-group");

/** A target that is registered with a target group, however many attachments declare it. */
export interface TargetRecord {
  /** The target group's ARN. */
  readonly group: string;
  readonly address: string;
  readonly port: number;
  readonly availabilityZone?: string;
}

/** By Region, the target group's ARN, and `ADDRESS:PORT`. */
export const targets = new Kind<TargetRecord>("aws/elbv2/target");

/** The listeners of a load balancer. */
export function listenersOf(records: Records, region: string, loadBalancerArn: string): readonly StoredRecord[] {
  return allOf(listeners, records, region).filter(
    (each) => text(each.arguments, "loadBalancerArn") === loadBalancerArn,
  );
}
