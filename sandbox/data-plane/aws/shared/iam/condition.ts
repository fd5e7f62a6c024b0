import { BlockList, isIP } from "node:net";
import { type GatewayRequest, UnsupportedArtefact } from "../../../interpreter.ts";
import { record, texts } from "./policy-value.ts";
import { matchesArn, matchesWildcard } from "./wildcard.ts";

/** The values that conditions can test: who sends a request, and from where. */
export interface PolicyContext {
  /** Like the next three, of the signer; absent without a signature. */
  readonly principalArn?: string | undefined;
  readonly userId?: string | undefined;
  /** The name of a user; absent for a role. */
  readonly userName?: string | undefined;
  readonly accountId?: string | undefined;
  /** The client's address on a public network. */
  readonly sourceIp?: string | undefined;
  /** The client's address within the VPC, when the request came through a VPC endpoint. */
  readonly vpcSourceIp?: string | undefined;
  readonly vpcEndpointId?: string | undefined;
  readonly vpcId?: string | undefined;
}

/**
 * The origin of a request. A request through a VPC endpoint has an address within the VPC, and none for `aws:SourceIp`.
 *
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html
 */
export function originOf({
  remoteAddress,
  vpcEndpoint,
}: GatewayRequest): Pick<PolicyContext, "sourceIp" | "vpcSourceIp" | "vpcEndpointId" | "vpcId"> {
  if (vpcEndpoint === undefined) return { sourceIp: remoteAddress };
  return { vpcSourceIp: remoteAddress, vpcEndpointId: vpcEndpoint.id, vpcId: vpcEndpoint.vpcId };
}

/** Reads a condition key's value, by the key in lower case. */
export type ConditionKeys = Readonly<Record<string, (context: PolicyContext) => string | undefined>>;

/** The keys of a request's origin. The last three have a value for requests through a VPC endpoint, the first for all others. */
export const originKeys = {
  "aws:sourceip": ({ sourceIp }: PolicyContext) => sourceIp,
  "aws:sourcevpc": ({ vpcId }: PolicyContext) => vpcId,
  "aws:sourcevpce": ({ vpcEndpointId }: PolicyContext) => vpcEndpointId,
  "aws:vpcsourceip": ({ vpcSourceIp }: PolicyContext) => vpcSourceIp,
} satisfies ConditionKeys;

/** @see https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html */
export const identityKeys: ConditionKeys = {
  ...originKeys,
  "aws:principalaccount": ({ accountId }) => accountId,
  "aws:principalarn": ({ principalArn }) => principalArn,
  "aws:userid": ({ userId }) => userId,
  "aws:username": ({ userName }) => userName,
};

export type Condition = (context: PolicyContext) => boolean;

const positive = {
  StringEquals: (pattern: string, value: string) => pattern === value,
  StringLike: matchesWildcard,
  ArnEquals: matchesArn,
  ArnLike: matchesArn,
} as const;

const negated = {
  StringNotEquals: positive.StringEquals,
  StringNotLike: positive.StringLike,
  ArnNotEquals: positive.ArnEquals,
  ArnNotLike: positive.ArnLike,
} as const;

/**
 * Reads a statement's `Condition`. All conditions must hold: each key of each operator. A key with several values matches when
 * one value matches, or for a negated operator when none does.
 *
 * @throws UnsupportedArtefact for keys, operators and policy variables that are not modelled
 */
export function readConditions(value: unknown, keys: ConditionKeys, place: string): readonly Condition[] {
  return Object.entries(record(value, place)).flatMap(([operator, tests]) =>
    Object.entries(record(tests, `${place}.${operator}`)).map(([name, values]): Condition => {
      const where = `${place}.${operator}.${name}`;
      const key = Object.hasOwn(keys, name.toLowerCase()) ? keys[name.toLowerCase()] : undefined;
      if (key === undefined)
        throw new UnsupportedArtefact(where, "is a condition key that the sandbox does not support");
      const matches = readOperator(operator, texts(values, where), where);
      return (context) => matches(key(context));
    }),
  );
}

function readOperator(
  operator: string,
  values: readonly string[],
  place: string,
): (value: string | undefined) => boolean {
  if (values.some((value) => value.includes("${"))) {
    throw new UnsupportedArtefact(place, "policy variables are not evaluated by the sandbox");
  }
  if (operator === "IpAddress" || operator === "NotIpAddress") {
    const addresses = readAddresses(values, place);
    // A missing or invalid address is in no range.
    return (value) => isInRange(addresses, value ?? "") === (operator === "IpAddress");
  }
  if (Object.hasOwn(positive, operator)) {
    const matches = positive[operator as keyof typeof positive];
    return (value) => value !== undefined && values.some((pattern) => matches(pattern, value));
  }
  if (Object.hasOwn(negated, operator)) {
    const matches = negated[operator as keyof typeof negated];
    return (value) => value === undefined || !values.some((pattern) => matches(pattern, value));
  }
  throw new UnsupportedArtefact(place, `${operator} is a condition operator that the sandbox does not support`);
}

function readAddresses(values: readonly string[], place: string): BlockList {
  const list = new BlockList();
  for (const value of values) {
    const [address = "", prefix] = value.split("/");
    const version = isIP(address);
    const maxBits = version === 4 ? 32 : 128;
    const bits = prefix === undefined ? maxBits : Number(prefix);
    if (version === 0 || !Number.isInteger(bits) || bits < 0 || bits > maxBits) {
      throw new UnsupportedArtefact(place, `${value} is not an address range`);
    }
    list.addSubnet(address, bits, version === 4 ? "ipv4" : "ipv6");
  }
  return list;
}

function isInRange(list: BlockList, address: string): boolean {
  const version = isIP(address);
  return version !== 0 && list.check(address, version === 4 ? "ipv4" : "ipv6");
}
