import { randomInt } from "node:crypto";
import { type Properties, text } from "../../property-value.ts";
import { type ResourceModel, VendorError } from "../../resource-model.ts";
import { checkOneOf, refuseArguments, verifying } from "../argument-check.ts";
import type { AwsSettings } from "../region.ts";
import { timestamp } from "../timestamp.ts";
import { type AccessKeyRecord, accessKeys, users } from "./record.ts";
import { noSuchUser } from "./user.ts";

const ID_ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
const SECRET_ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
/** https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html */
const MAX_KEYS = 2;

/**
 * `aws:iam/accessKey:AccessKey` (terraform-provider-aws, internal/service/iam/access_key.go). IAM returns the secret only when it creates the
 * key; later the provider takes it from the state.
 */
export const accessKey: ResourceModel<AwsSettings> = {
  replaces: ["pgpKey", "user"],

  verify: verifying((inputs, fail) => {
    checkOneOf(inputs, "status", ["Active", "Inactive"], fail);
    refuseArguments(inputs, ["pgpKey"], "leave it out here; the secret is not encrypted", fail);
  }),

  create(call, inputs) {
    const user = text(inputs, "user") ?? "";
    const operation = `creating IAM Access Key (${user})`;
    if (users.get(call.records, user) === undefined) throw new VendorError(noSuchUser(operation, user));
    const keys = accessKeys.list(call.records).filter(([, key]) => key.user === user);
    if (keys.length >= MAX_KEYS) {
      throw new VendorError(`${operation}: LimitExceeded: Cannot exceed quota for AccessKeysPerUser: ${MAX_KEYS}`);
    }
    const key: AccessKeyRecord = {
      id: `AKIA${random(ID_ALPHABET, 16)}`,
      user,
      secret: random(SECRET_ALPHABET, 40),
      active: isActive(inputs),
      createDate: timestamp(),
    };
    accessKeys.put(call.records, key, key.id);
    return { id: key.id, outputs: read(key, { secret: key.secret }) };
  },

  read(call, id, state) {
    const found = accessKeys.get(call.records, id);
    return found && { id, outputs: read(found, state) };
  },

  update(call, id, { inputs, state }) {
    const before = accessKeys.get(call.records, id);
    if (before === undefined) {
      throw new VendorError(
        `updating IAM Access Key (${id}): NoSuchEntity: The Access Key with id ${id} cannot be before.`,
      );
    }
    const after = { ...before, active: isActive(inputs) };
    accessKeys.put(call.records, after, id);
    return read(after, state);
  },

  delete(call, id) {
    accessKeys.delete(call.records, id);
  },
};

function isActive(inputs: Properties): boolean {
  return text(inputs, "status") !== "Inactive";
}

function random(alphabet: string, length: number): string {
  return Array.from({ length }, () => alphabet[randomInt(alphabet.length)]).join("");
}

function read({ active, createDate, user }: AccessKeyRecord, remembered: Properties): Properties {
  const secret = text(remembered, "secret");
  return {
    createDate,
    status: active ? "Active" : "Inactive",
    user,
    ...(secret === undefined ? {} : { secret }),
  };
}
