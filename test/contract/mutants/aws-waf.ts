import type { GatewayArtefacts } from "../../../sandbox/data-plane/artefacts.ts";
import type { Mutant } from "./mutant.ts";

type Mutate = NonNullable<Mutant["mutate"]>;

interface Scope {
  andStatement: { statements: object[] };
}

interface Rule {
  action: object;
  readonly statement: {
    readonly rateBasedStatement?: { limit: number; aggregateKeyType: string; scopeDownStatement?: Scope };
  };
}

/** Changes the rules of the web ACL, of which there is one for each route that limits client addresses. */
function onRules(change: (rules: Rule[]) => readonly Rule[]): Mutate {
  return (artefacts: GatewayArtefacts) => {
    if (artefacts.kind !== "aws-rest-api" || artefacts.stage.webAcl === undefined)
      throw new Error("there is no web ACL");
    const { stage } = artefacts;
    const rules = change(structuredClone(stage.webAcl?.rules) as Rule[]);
    return { ...artefacts, stage: { ...stage, webAcl: { ...artefacts.stage.webAcl, rules } } };
  };
}

/** The same, of the rules that count. */
function onRates(change: (rate: NonNullable<Rule["statement"]["rateBasedStatement"]>, rule: Rule) => void): Mutate {
  return onRules((rules) => {
    const rates = rules.filter(({ statement }) => statement.rateBasedStatement !== undefined);
    if (rates.length === 0) throw new Error("no rule counts");
    for (const rule of rates) if (rule.statement.rateBasedStatement) change(rule.statement.rateBasedStatement, rule);
    return rules;
  });
}

function withoutScope(statement: RegExp): Mutate {
  return onRates(({ scopeDownStatement }) => {
    if (scopeDownStatement === undefined) throw new Error("the rule has no scope");
    const { andStatement } = scopeDownStatement;
    andStatement.statements = andStatement.statements.filter((each) => !statement.test(JSON.stringify(each)));
  });
}

/** Of limits by client address, which AWS WAF counts. */
export const awsWafMutants: readonly Mutant[] = [
  {
    says: "no rule counts addresses",
    mutate: onRules((rules) => rules.filter(({ statement }) => statement.rateBasedStatement === undefined)),
    caughtBy: "limit-exceeded",
  },
  {
    says: "the rules that count addresses only count",
    mutate: onRates((_, rule) => {
      rule.action = { count: {} };
    }),
    caughtBy: "limit-exceeded",
  },
  {
    says: "addresses may send one more",
    mutate: onRates((rate) => {
      rate.limit += 1;
    }),
    caughtBy: "limit-exceeded",
  },
  {
    says: "the requests of all routes count",
    mutate: onRates((rate) => {
      delete rate.scopeDownStatement;
    }),
    caughtBy: "route-hit",
  },
  {
    says: "the requests of all methods of a path count",
    mutate: withoutScope(/"method"/),
    caughtBy: "route-overlap",
  },
  {
    says: "the requests of narrower routes count",
    mutate: withoutScope(/^\{"notStatement"/),
    caughtBy: "route-overlap",
  },
  {
    says: "paths count only as they are sent behind a domain of their own",
    mutate: onRates((_, rule) => {
      Object.assign(rule, JSON.parse(JSON.stringify(rule).replaceAll("^/live/limited", "^/limited")));
    }),
    caughtBy: "limit-exceeded",
  },
  {
    says: "addresses are those that clients name",
    mutate: onRates((rate) => {
      rate.aggregateKeyType = "FORWARDED_IP";
    }),
    caughtBy: "deployment",
  },
];
