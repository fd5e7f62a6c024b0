import { type ManagedRules, managedUnits } from "./managed-rules.ts";

/**
 * A web ACL of AWS WAF as plain data, in the form of `aws.wafv2.WebAcl`: the parts that Polygate uses.
 *
 * @see https://docs.aws.amazon.com/waf/latest/developerguide/web-acl.html
 */
export interface WebAclSettings {
  readonly rules: readonly WebAclRule[];
  readonly customResponseBodies: readonly WebAclBody[];
}

/** The body of a response that rejects a request. */
export interface WebAclBody {
  readonly key: string;
  readonly contentType: "APPLICATION_JSON";
  readonly content: string;
}

/** A rule of a web ACL. Rules are evaluated in the order of their priorities. */
export interface WebAclRule {
  readonly name: string;
  readonly priority: number;
  readonly statement: WebAclStatement | RateStatement | ManagedStatement;
  /** What a rule does with a matching request. A rule group has actions of its own instead. */
  readonly action?: { readonly block: { readonly customResponse: WebAclResponse } };
  /** Keeps the actions of a rule group. */
  readonly overrideAction?: { readonly none: Readonly<Record<string, never>> };
  readonly visibilityConfig: WebAclVisibility;
}

/** The response that rejects a request. */
export interface WebAclResponse {
  readonly responseCode: number;
  readonly customResponseBodyKey: string;
  readonly responseHeaders: readonly { readonly name: string; readonly value: string }[];
}

/** The metrics of a rule. */
export interface WebAclVisibility {
  readonly cloudwatchMetricsEnabled: boolean;
  readonly metricName: string;
  readonly sampledRequestsEnabled: boolean;
}

/** Matches the requests of an address beyond a limit. */
export interface RateStatement {
  readonly rateBasedStatement: {
    readonly aggregateKeyType: "IP";
    readonly evaluationWindowSec: 60;
    readonly limit: number;
    readonly scopeDownStatement: WebAclStatement;
  };
}

/** Refers to a rule group of AWS. */
export interface ManagedStatement {
  readonly managedRuleGroupStatement: { readonly vendorName: "AWS"; readonly name: ManagedRules };
}

/** A condition on a request. */
export type WebAclStatement =
  | { readonly andStatement: { readonly statements: readonly WebAclStatement[] } }
  | { readonly orStatement: { readonly statements: readonly WebAclStatement[] } }
  | { readonly notStatement: { readonly statement: WebAclStatement } }
  | {
      readonly byteMatchStatement: Inspected & {
        readonly positionalConstraint: "EXACTLY";
        readonly searchString: string;
      };
    }
  | { readonly regexMatchStatement: Inspected & { readonly regexString: string } };

interface Inspected {
  readonly fieldToMatch:
    | { readonly uriPath: Readonly<Record<string, never>> }
    | { readonly method: Readonly<Record<string, never>> };
  readonly textTransformations: readonly { readonly priority: number; readonly type: TextTransformation }[];
}

type TextTransformation = "NONE" | "LOWERCASE" | "URL_DECODE";

function transformed(...types: readonly TextTransformation[]): Inspected["textTransformations"] {
  return types.map((type, priority) => ({ priority, type }));
}

/** Matches if all statements match. A single statement is returned as it is, since WAF requires at least two. */
export function allOf(statements: readonly WebAclStatement[]): WebAclStatement {
  const [first] = statements;
  return statements.length === 1 && first !== undefined ? first : { andStatement: { statements } };
}

/** Matches if any statement matches. A single statement is returned as it is, since WAF requires at least two. */
export function anyOf(statements: readonly WebAclStatement[]): WebAclStatement {
  const [first] = statements;
  return statements.length === 1 && first !== undefined ? first : { orStatement: { statements } };
}

/** Matches if the statement does not. */
export function not(statement: WebAclStatement): WebAclStatement {
  return { notStatement: { statement } };
}

/** Matches a method in any case, so that `get` is counted in case API Gateway treats it as `GET`. */
export function methodIs(method: string): WebAclStatement {
  return {
    byteMatchStatement: {
      fieldToMatch: { method: {} },
      positionalConstraint: "EXACTLY",
      searchString: method.toLowerCase(),
      textTransformations: transformed("LOWERCASE"),
    },
  };
}

const reads = {
  /** Decoded once, as API Gateway does. */
  decoded: transformed("URL_DECODE"),
  "decoded, in lower case": transformed("URL_DECODE", "LOWERCASE"),
  "as sent": transformed("NONE"),
} as const;

/** Matches the path, read in one of these ways. */
export function pathMatches(regexString: string, read: keyof typeof reads = "decoded"): WebAclStatement {
  return { regexMatchStatement: { fieldToMatch: { uriPath: {} }, regexString, textTransformations: reads[read] } };
}

/**
 * Returns the cost of rules in capacity units, or more, but never less:
 * https://docs.aws.amazon.com/waf/latest/developerguide/aws-waf-capacity-units.html
 */
export function unitsOf(rules: readonly WebAclRule[]): number {
  return rules.reduce((sum, { statement }) => {
    if ("managedRuleGroupStatement" in statement) return sum + managedUnits(statement.managedRuleGroupStatement.name);
    if (!("rateBasedStatement" in statement)) return sum + statementUnits(statement);
    return sum + 2 + statementUnits(statement.rateBasedStatement.scopeDownStatement);
  }, 0);
}

const transformationUnits = 10;
const regexUnits = 3;
/** AWS documents "between 1 and 10". */
const byteMatchUnits = 10;

function statementUnits(statement: WebAclStatement): number {
  const sumOf = (statements: readonly WebAclStatement[]) =>
    statements.reduce((sum, each) => sum + statementUnits(each), 0);
  if ("andStatement" in statement) return sumOf(statement.andStatement.statements);
  if ("orStatement" in statement) return sumOf(statement.orStatement.statements);
  if ("notStatement" in statement) return statementUnits(statement.notStatement.statement);
  const cost = "regexMatchStatement" in statement ? regexUnits : byteMatchUnits;
  const { textTransformations } =
    "regexMatchStatement" in statement ? statement.regexMatchStatement : statement.byteMatchStatement;
  return cost + transformationUnits * textTransformations.filter(({ type }) => type !== "NONE").length;
}
