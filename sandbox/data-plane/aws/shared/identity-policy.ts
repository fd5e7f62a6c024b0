import { BlockList, isIP } from "node:net";
import { type GatewayRequest, UnsupportedArtefact } from "../../interpreter.ts";
import { matchesArn, matchesWildcard } from "./wildcard.ts";

/** What policies say of a request: allowed, not mentioned, or forbidden by name. */
export type PolicyVerdict = "allowed" | "implicit deny" | "explicit deny";

/** Who asks, and from where: what conditions may look at. */
export interface PolicyContext {
  /** Of who signed; nobody else has one, nor the next three. */
  readonly principalArn?: string | undefined;
  readonly userId?: string | undefined;
  /** Of a user; a role has none. */
  readonly userName?: string | undefined;
  readonly accountId?: string | undefined;
  /** Of who connects over a public network. */
  readonly sourceIp?: string | undefined;
  /** Of who comes through a VPC endpoint, within its VPC. */
  readonly vpcSourceIp?: string | undefined;
  readonly vpcEndpointId?: string | undefined;
  readonly vpcId?: string | undefined;
}

/**
 * Where a request comes from. Through a VPC endpoint it has an address within the VPC, and none that `aws:SourceIp` is compared with
 * (https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html).
 */
export function originOf({
  remoteAddress,
  vpcEndpoint,
}: GatewayRequest): Pick<PolicyContext, "sourceIp" | "vpcSourceIp" | "vpcEndpointId" | "vpcId"> {
  if (vpcEndpoint === undefined) return { sourceIp: remoteAddress };
  return { vpcSourceIp: remoteAddress, vpcEndpointId: vpcEndpoint.id, vpcId: vpcEndpoint.vpcId };
}

/** How a condition key is looked up, by its name in lower case. */
export type ConditionKeys = Readonly<Record<string, (context: PolicyContext) => string | undefined>>;

/** Of whoever asks. The last three are there of requests that come through a VPC endpoint, and the first of all others. */
export const originKeys = {
  "aws:sourceip": ({ sourceIp }: PolicyContext) => sourceIp,
  "aws:sourcevpc": ({ vpcId }: PolicyContext) => vpcId,
  "aws:sourcevpce": ({ vpcEndpointId }: PolicyContext) => vpcEndpointId,
  "aws:vpcsourceip": ({ vpcSourceIp }: PolicyContext) => vpcSourceIp,
} satisfies ConditionKeys;

interface Statement {
  readonly allows: boolean;
  readonly resources: readonly string[];
  /** Whether it is of all resources but these. */
  readonly inverted: boolean;
  readonly conditions: readonly Condition[];
}

type Condition = (context: PolicyContext) => boolean;

/** A policy of an identity or of an API, as far as it is about invoking APIs. */
export type InvokePolicy = readonly Statement[];

const INVOKE = "execute-api:invoke";

/**
 * Reads a policy document of a user or a role. Statements about other actions are no concern of a gateway.
 *
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_grammar.html
 *
 * @throws UnsupportedArtefact for conditions and policy variables that are not modelled: ignored, they could widen what is allowed
 */
export function readIdentityPolicy(document: string, place: string): InvokePolicy {
  return readStatements(record(JSON.parse(document), place).Statement, identityKeys, place);
}

/**
 * Reads the statements of a policy, whoever's it is.
 *
 * @throws UnsupportedArtefact as {@link readIdentityPolicy} does
 */
export function readStatements(given: unknown, keys: ConditionKeys, place: string): InvokePolicy {
  return (Array.isArray(given) ? given : [given]).flatMap((each, index) => {
    const where = `${place}.Statement.${index}`;
    const statement = record(each, where);
    return concernsInvoking(statement, where) ? [readStatement(statement, keys, where)] : [];
  });
}

function concernsInvoking({ Action, NotAction }: Readonly<Record<string, unknown>>, place: string): boolean {
  if ((Action === undefined) === (NotAction === undefined)) {
    throw new UnsupportedArtefact(place, "has either Action or NotAction");
  }
  const actions = texts(Action ?? NotAction, `${place}.Action`);
  const named = actions.some((action) => matchesWildcard(action.toLowerCase(), INVOKE));
  return named === (Action !== undefined);
}

function readStatement(statement: Readonly<Record<string, unknown>>, keys: ConditionKeys, place: string): Statement {
  const known = ["Sid", "Effect", "Action", "NotAction", "Resource", "NotResource", "Condition"];
  const unknown = Object.keys(statement).find((member) => !known.includes(member));
  if (unknown !== undefined) throw new UnsupportedArtefact(`${place}.${unknown}`, "is not known here");
  const { Effect, Resource, NotResource, Condition } = statement;
  if (Effect !== "Allow" && Effect !== "Deny") {
    throw new UnsupportedArtefact(`${place}.Effect`, "must be Allow or Deny");
  }
  if ((Resource === undefined) === (NotResource === undefined)) {
    throw new UnsupportedArtefact(place, "has either Resource or NotResource");
  }
  const resources = texts(Resource ?? NotResource, `${place}.Resource`);
  if (resources.some((resource) => resource.includes("${"))) {
    throw new UnsupportedArtefact(`${place}.Resource`, "policy variables are not evaluated by the sandbox");
  }
  return {
    allows: Effect === "Allow",
    resources,
    inverted: NotResource !== undefined,
    conditions: Condition === undefined ? [] : readConditions(Condition, keys, `${place}.Condition`),
  };
}

const text = {
  StringEquals: (pattern: string, value: string) => pattern === value,
  StringLike: matchesWildcard,
  ArnEquals: matchesArn,
  ArnLike: matchesArn,
} as const;

const negated = {
  StringNotEquals: text.StringEquals,
  StringNotLike: text.StringLike,
  ArnNotEquals: text.ArnEquals,
  ArnNotLike: text.ArnLike,
} as const;

/** By name in lower case: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html */
const identityKeys: ConditionKeys = {
  ...originKeys,
  "aws:principalaccount": ({ accountId }) => accountId,
  "aws:principalarn": ({ principalArn }) => principalArn,
  "aws:userid": ({ userId }) => userId,
  "aws:username": ({ userName }) => userName,
};

/** All of them hold: each key of each operator; of several values of a key, one does, or, where negated, none. */
function readConditions(value: unknown, keys: ConditionKeys, place: string): readonly Condition[] {
  return Object.entries(record(value, place)).flatMap(([operator, tests]) =>
    Object.entries(record(tests, `${place}.${operator}`)).map(([name, values]): Condition => {
      const where = `${place}.${operator}.${name}`;
      const key = Object.hasOwn(keys, name.toLowerCase()) ? keys[name.toLowerCase()] : undefined;
      if (key === undefined) throw new UnsupportedArtefact(where, "is a condition key that the sandbox does not know");
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
    // What is no address is in no range.
    return (value) => inRange(addresses, value ?? "") === (operator === "IpAddress");
  }
  if (Object.hasOwn(text, operator)) {
    const matches = text[operator as keyof typeof text];
    return (value) => value !== undefined && values.some((pattern) => matches(pattern, value));
  }
  if (Object.hasOwn(negated, operator)) {
    const matches = negated[operator as keyof typeof negated];
    return (value) => value === undefined || !values.some((pattern) => matches(pattern, value));
  }
  throw new UnsupportedArtefact(place, `${operator} is a condition operator that the sandbox does not know`);
}

function readAddresses(values: readonly string[], place: string): BlockList {
  const list = new BlockList();
  for (const value of values) {
    const [address = "", prefix] = value.split("/");
    const version = isIP(address);
    const most = version === 4 ? 32 : 128;
    const bits = prefix === undefined ? most : Number(prefix);
    if (version === 0 || !Number.isInteger(bits) || bits < 0 || bits > most) {
      throw new UnsupportedArtefact(place, `${value} is no range of addresses`);
    }
    list.addSubnet(address, bits, version === 4 ? "ipv4" : "ipv6");
  }
  return list;
}

function inRange(list: BlockList, address: string): boolean {
  const version = isIP(address);
  return version !== 0 && list.check(address, version === 4 ? "ipv4" : "ipv6");
}

/**
 * Evaluates policies for one request (docs.aws.amazon.com, reference_policies_evaluation-logic): a statement that denies wins, nothing
 * said is a denial, and a boundary has to allow it as well.
 *
 * @param readings the request's ARN, with its path as it was sent and decoded: which of them AWS compares is U. What allows has to
 *   allow each, and what denies does so by any.
 */
export function evaluate(
  policies: readonly InvokePolicy[],
  boundary: InvokePolicy | undefined,
  readings: readonly string[],
  context: PolicyContext,
): PolicyVerdict {
  const ways = boundary === undefined ? [policies] : [policies, [boundary]];
  if (ways.some((way) => way.flat().some((statement) => denies(statement, readings, context)))) return "explicit deny";
  const allowed = ways.every((way) =>
    readings.every((arn) => way.flat().some((statement) => allows(statement, arn, context))),
  );
  return allowed ? "allowed" : "implicit deny";
}

/** The service's words to who may not invoke, of whose account it shows four digits: seen of it, here and there. */
export function notAuthorized(who: string, arn: string, verdict: PolicyVerdict): string {
  const explicit = verdict === "explicit deny" ? " with an explicit deny" : "";
  return `User: ${who} is not authorized to perform: execute-api:Invoke on resource: ${arn.replace(/:\d{8}(\d{4}):/, ":********$1:")}${explicit}`;
}

/** Whether a `*` in a resource reaches over a colon is U: here it does not where it allows, and does where it denies. */
function allows(statement: Statement, arn: string, context: PolicyContext): boolean {
  const { resources, inverted, conditions } = statement;
  if (!statement.allows || !conditions.every((holds) => holds(context))) return false;
  return inverted
    ? !resources.some((resource) => matchesWildcard(resource, arn))
    : resources.some((resource) => resource === "*" || matchesArn(resource, arn));
}

function denies(statement: Statement, readings: readonly string[], context: PolicyContext): boolean {
  const { resources, inverted, conditions } = statement;
  if (statement.allows || !conditions.every((holds) => holds(context))) return false;
  return readings.some((arn) =>
    inverted
      ? !resources.some((resource) => resource === "*" || matchesArn(resource, arn))
      : resources.some((resource) => matchesWildcard(resource, arn)),
  );
}

export function record(value: unknown, place: string): Readonly<Record<string, unknown>> {
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    throw new UnsupportedArtefact(place, "is not an object");
  }
  return value as Readonly<Record<string, unknown>>;
}

export function texts(value: unknown, place: string): readonly string[] {
  const list: readonly unknown[] = Array.isArray(value) ? value : [value];
  if (list.length === 0 || !list.every((each) => typeof each === "string" && each !== "")) {
    throw new UnsupportedArtefact(place, "is not a text or a list of texts");
  }
  return list as readonly string[];
}
