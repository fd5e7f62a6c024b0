import { type Properties, text, withoutUndefined } from "../../property-value.ts";
import type { Records } from "../../records.ts";
import { type Call, type CheckFailure, type ResourceModel, VendorError } from "../../resource-model.ts";
import { type AzureSettings, apimApiVersion, armKey, lastSegment, serviceId } from "../arm.ts";
import { apis, products, type SubscriptionRecord, subscriptions } from "./record.ts";
import { ownerOf, serviceChild } from "./service-child.ts";
import { newKeys } from "./subscription-keys.ts";

/** `azure-native:apimanagement:Subscription`: a pair of keys. A read never returns them. */
export const subscription: ResourceModel<AzureSettings> = {
  ...serviceChild({ kind: subscriptions, path: "subscriptions/{sid}", put }),
  verify,
};

/** https://learn.microsoft.com/rest/api/apimanagement/subscription/create-or-update */
function verify(inputs: Properties): readonly CheckFailure[] {
  const failures: CheckFailure[] = [];
  const [sid, displayName] = [text(inputs, "sid"), text(inputs, "displayName")];
  if (sid !== undefined && !/^[^*#&+:<>?]{1,256}$/.test(sid)) {
    failures.push({ property: "sid", reason: "must be 1 to 256 characters without * # & + : < > ?" });
  }
  if (displayName !== undefined && (displayName.length < 1 || displayName.length > 100)) {
    failures.push({ property: "displayName", reason: "must be 1 to 100 characters" });
  }
  for (const property of ["primaryKey", "secondaryKey"]) {
    const key = text(inputs, property);
    if (key === undefined || (key.length >= 1 && key.length <= 256)) continue;
    failures.push({ property, reason: "must be 1 to 256 characters" });
  }
  return failures;
}

function put(
  call: Call<AzureSettings>,
  id: string,
  inputs: Properties,
  before: SubscriptionRecord | undefined,
): Properties {
  const owner = ownerOf(call, inputs);
  const service = serviceId(call.settings, inputs);
  const { scope, target } = scopeOf(call.records, service, text(inputs, "scope") ?? "");
  const kept = before?.keys ?? newKeys();
  const keys = {
    primary: text(inputs, "primaryKey") ?? kept.primary,
    secondary: text(inputs, "secondaryKey") ?? kept.secondary,
  };
  refuseTakenKeys(call.records, owner, id, keys);
  // Without a state, an administrator has to approve the subscription first.
  const state = text(inputs, "state") ?? "submitted";
  const { displayName = "", ownerId, allowTracing } = inputs;
  const outputs = withoutUndefined({
    allowTracing: allowTracing ?? false,
    azureApiVersion: apimApiVersion,
    createdDate: "2024-01-01T00:00:00Z",
    displayName,
    name: lastSegment(id),
    ownerId,
    scope: target,
    state,
    type: "Microsoft.ApiManagement/service/subscriptions",
  });
  const record = { id, serviceId: owner, displayName: String(displayName), scope, keys, isActive: state === "active" };
  subscriptions.put(call.records, { ...record, outputs }, armKey(id));
  return outputs;
}

/** What a scope covers, and its full id. It may be written without the id of the service. */
function scopeOf(
  records: Records,
  service: string,
  scope: string,
): { readonly scope: SubscriptionRecord["scope"]; readonly target: string } {
  const below = armKey(scope).startsWith(armKey(service)) ? scope.slice(service.length) : scope;
  if (below === "/apis") return { scope: { kind: "all" }, target: `${service}/apis` };
  const [, kind, name = ""] = /^\/(apis|products)\/([^/]+)$/i.exec(below) ?? [];
  const [kindOfTarget, scopeKind] =
    kind?.toLowerCase() === "apis" ? ([apis, "api"] as const) : ([products, "product"] as const);
  if (kind === undefined || kindOfTarget.get(records, armKey(`${service}${below}`)) === undefined) {
    throw new VendorError(
      `Code="ValidationError" Message="The scope '${scope}' is neither an API nor a product of the service, nor /apis" (400)`,
    );
  }
  return { scope: { kind: scopeKind, name }, target: `${service}${below}` };
}

/** Unverified: a key belongs to one subscription of a service only. The error never contains the key. */
function refuseTakenKeys(
  records: Records,
  owner: string,
  id: string,
  { primary, secondary }: SubscriptionRecord["keys"],
): void {
  const others = subscriptions.list(records, owner).filter(([, other]) => armKey(other.id) !== armKey(id));
  const taken = others.flatMap(([, { keys }]) => [keys.primary, keys.secondary]);
  if (primary !== secondary && !taken.includes(primary) && !taken.includes(secondary)) return;
  throw new VendorError(
    `Code="ValidationError" Message="A key of the subscription '${lastSegment(id)}' is in use already" (400)`,
  );
}
