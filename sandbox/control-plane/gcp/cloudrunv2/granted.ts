import { isObject, type Properties, text, texts } from "../../property-value.ts";
import { objects } from "./container.ts";

/** A role with its members, as resources and policies of IAM declare it. */
export interface Granted {
  readonly role: string;
  readonly members: readonly string[];
  readonly condition: boolean;
}

/** How a resource's arguments declare roles and members. */
export type GrantReader = (inputs: Properties) => readonly Granted[];

export const ofMember: GrantReader = ({ member, ...inputs }) => [
  grantOf({ ...inputs, members: member === undefined ? [] : [member] }),
];

export const ofBinding: GrantReader = (inputs) => [grantOf(inputs)];

export const ofPolicy: GrantReader = (inputs) => {
  try {
    return objects((JSON.parse(text(inputs, "policyData") ?? "{}") as Properties).bindings).map(grantOf);
  } catch {
    return [];
  }
};

function grantOf(value: Properties): Granted {
  return { role: text(value, "role") ?? "", members: texts(value.members) ?? [], condition: isObject(value.condition) };
}
