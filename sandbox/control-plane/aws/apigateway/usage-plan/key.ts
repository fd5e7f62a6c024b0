import { type Properties, text } from "../../../property-value.ts";
import { type ResourceModel, VendorError } from "../../../resource-model.ts";
import { splitImportId } from "../../import-id.ts";
import { type AwsSettings, regionOf } from "../../region.ts";
import { type ApiKeyRecord, apiKeys, usagePlanKeys, usagePlans } from "./record.ts";
import { noSuchPlan, refuseTwoPlans } from "./usage-plan.ts";

/** https://docs.aws.amazon.com/apigateway/latest/developerguide/limits.html */
const MAX_PLANS_OF_A_KEY = 10;

/** `aws:apigateway/usagePlanKey:UsagePlanKey`: the membership of a key in a plan. */
export const usagePlanKey: ResourceModel<AwsSettings> = {
  replaces: ["keyId", "keyType", "region", "usagePlanId"],

  create(call, inputs) {
    const region = regionOf(call.settings, inputs);
    const [keyId, planId] = [text(inputs, "keyId") ?? "", text(inputs, "usagePlanId") ?? ""];
    const operation = "creating API Gateway Usage Plan Key";
    const plan = usagePlans.get(call.records, region, planId);
    if (plan === undefined) throw new VendorError(noSuchPlan(operation));
    const key = apiKeys.get(call.records, region, keyId);
    if (key === undefined) {
      throw new VendorError(`${operation}: NotFoundException: Invalid API Key identifier specified`);
    }
    if (text(inputs, "keyType") !== "API_KEY") {
      throw new VendorError(
        `${operation}: BadRequestException: Invalid key type ${text(inputs, "keyType")}: must be API_KEY`,
      );
    }
    if (usagePlanKeys.get(call.records, region, planId, keyId) !== undefined) {
      throw new VendorError(`${operation}: ConflictException: API Key ${keyId} is already in Usage Plan ${planId}`);
    }
    refuseTwoPlans(call, plan, keyId, operation);
    const others = usagePlans
      .list(call.records, region)
      .filter(([, other]) => usagePlanKeys.get(call.records, region, other.id, keyId) !== undefined);
    if (others.length >= MAX_PLANS_OF_A_KEY) {
      throw new VendorError(
        `${operation}: LimitExceededException: API Key ${keyId} is in ${MAX_PLANS_OF_A_KEY} Usage Plans already`,
      );
    }
    usagePlanKeys.put(call.records, { planId, keyId }, region, planId, keyId);
    return { id: keyId, outputs: read(region, planId, key) };
  },

  read(call, id, state) {
    const region = regionOf(call.settings, state);
    const [importedPlan, importedKey] = splitImportId(id);
    const planId = importedPlan ?? text(state, "usagePlanId");
    const keyId = importedKey ?? id;
    if (planId === undefined) {
      throw new VendorError(`Unexpected format of ID ("${id}"), expected USAGE-PLAN-ID/USAGE-PLAN-KEY-ID`);
    }
    const key = apiKeys.get(call.records, region, keyId);
    if (key === undefined || usagePlanKeys.get(call.records, region, planId, keyId) === undefined) return undefined;
    return { id: keyId, outputs: read(region, planId, key) };
  },

  // Every argument replaces.
  update: (_call, _id, { state }) => state,

  delete(call, id, state) {
    usagePlanKeys.delete(call.records, regionOf(call.settings, state), text(state, "usagePlanId") ?? "", id);
  },
};

function read(region: string, usagePlanId: string, { id, name, value }: ApiKeyRecord): Properties {
  return { keyId: id, keyType: "API_KEY", name, region, usagePlanId, value };
}
