import { randomBytes } from "node:crypto";
import type { Properties } from "../../property-value.ts";
import { text } from "../../property-value.ts";
import type { Records } from "../../records.ts";
import { VendorError } from "../../resource-model.ts";
import { type AzureSettings, armKey, serviceId } from "../arm.ts";
import { type SubscriptionRecord, services, subscriptions } from "./record.ts";

/** Two keys, as the service generates them. */
export function newKeys(): SubscriptionRecord["keys"] {
  return { primary: randomBytes(16).toString("hex"), secondary: randomBytes(16).toString("hex") };
}

/** `azure-native:apimanagement:listSubscriptionSecrets`: the keys of a subscription. */
export function listSubscriptionSecrets(records: Records, settings: AzureSettings, args: Properties): Properties {
  const service = serviceId(settings, args);
  const sid = text(args, "sid") ?? "";
  const keys =
    sid === ALL_ACCESS
      ? services.get(records, armKey(service))?.allAccess
      : subscriptions.get(records, armKey(`${service}/subscriptions/${sid}`))?.keys;
  if (keys === undefined) {
    throw new VendorError(`Code="ResourceNotFound" Message="Subscription not found: '${sid}'." (404)`);
  }
  return { primaryKey: keys.primary, secondaryKey: keys.secondary };
}

/** The id of a service's built-in subscription, whose keys open every API. Unverified: the id in policies. */
export const ALL_ACCESS = "master";
