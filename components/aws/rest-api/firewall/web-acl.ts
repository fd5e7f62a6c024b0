import { type ManagedRules, managedUnits } from "./managed-rules.ts";

/**
 * A web ACL of AWS WAF in plain data, as far as Polygate writes one: the form of `aws.wafv2.WebAcl`.
 *
 * @see https://docs.aws.amazon.com/waf/latest/developerguide/web-acl.html
 */
export interface WebAclSettings {
  readonly rules: readonly WebAclRule[];
  readonly customResponseBodies: readonly WebAclBody[];
}

export interface WebAclBody {
  readonly key: string;
  readonly contentType: "APPLICATION_JSON";
  readonly content: string;
}

export interface WebAclRule {
  readonly name: string;
  readonly priority: number;
  readonly statement: WebAclStatement | RateStatement | ManagedStatement;
  /** Of all but groups of rules, which have actions of their own. */
  readonly action?: { readonly block: { readonly customResponse: WebAclResponse } };
  /** Of groups of rules: their actions are as they are. */
  readonly overrideAction?: { readonly none: Readonly<Record<string, never>> };
  readonly visibilityConfig: WebAclVisibility;
}

export interface WebAclResponse {
  readonly responseCode: number;
  readonly customResponseBodyKey: string;
  readonly responseHeaders: readonly { readonly name: string; readonly value: string }[];
}

export interface WebAclVisibility {
  readonly cloudwatchMetricsEnabled: boolean;
  readonly metricName: string;
  readonly sampledRequestsEnabled: boolean;
}

export interface RateStatement {
  readonly rateBasedStatement: {
    readonly aggregateKeyType: "IP";
    readonly evaluationWindowSec: 60;
    readonly limit: number;
    readonly scopeDownStatement: WebAclStatement;
  };
}

export interface ManagedStatement {
  readonly managedRuleGroupStatement: { readonly vendorName: "AWS"; readonly name: ManagedRules };
}

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

function transformed(type: TextTransformation): Inspected["textTransformations"] {
  return [{ priority: 0, type }];
}

/** All of them; of one, that one, since WAF asks for two at least. */
export function allOf(statements: readonly WebAclStatement[]): WebAclStatement {
  const [first] = statements;
  return statements.length === 1 && first !== undefined ? first : { andStatement: { statements } };
}

/** Any of them; of one, that one, since WAF asks for two at least. */
export function anyOf(statements: readonly WebAclStatement[]): WebAclStatement {
  const [first] = statements;
  return statements.length === 1 && first !== undefined ? first : { orStatement: { statements } };
}

export function not(statement: WebAclStatement): WebAclStatement {
  return { notStatement: { statement } };
}

/** Whatever the case: should API Gateway take `get` for `GET`, it counts as such. */
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

/** The path, decoded once as API Gateway does, or as it was sent. */
export function pathMatches(regexString: string, read: "decoded" | "as sent" = "decoded"): WebAclStatement {
  return {
    regexMatchStatement: {
      fieldToMatch: { uriPath: {} },
      regexString,
      textTransformations: transformed(read === "decoded" ? "URL_DECODE" : "NONE"),
    },
  };
}

/**
 * What rules cost in capacity units, never less than WAF says: https://docs.aws.amazon.com/waf/latest/developerguide/aws-waf-capacity-units.html
 */
export function unitsOf(rules: readonly WebAclRule[]): number {
  return rules.reduce((sum, { statement }) => {
    if ("managedRuleGroupStatement" in statement) return sum + managedUnits(statement.managedRuleGroupStatement.name);
    if (!("rateBasedStatement" in statement)) return sum + statementUnits(statement);
    return sum + 2 + statementUnits(statement.rateBasedStatement.scopeDownStatement);
  }, 0);
}

const TRANSFORMATION = 10;
const REGEX = 3;
/** "Between 1 and 10." */
const BYTES = 10;

function statementUnits(statement: WebAclStatement): number {
  const all = (statements: readonly WebAclStatement[]) =>
    statements.reduce((sum, each) => sum + statementUnits(each), 0);
  if ("andStatement" in statement) return all(statement.andStatement.statements);
  if ("orStatement" in statement) return all(statement.orStatement.statements);
  if ("notStatement" in statement) return statementUnits(statement.notStatement.statement);
  const cost = "regexMatchStatement" in statement ? REGEX : BYTES;
  const { textTransformations } =
    "regexMatchStatement" in statement ? statement.regexMatchStatement : statement.byteMatchStatement;
  return cost + TRANSFORMATION * textTransformations.filter(({ type }) => type !== "NONE").length;
}
