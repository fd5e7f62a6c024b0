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

/** Changes the rules of the web ACL. Each route with a limit by client address has one rule. */
function onRules(change: (rules: Rule[]) => readonly Rule[]): Mutate {
  return (artefacts: GatewayArtefacts) => {
    if (artefacts.kind !== "aws-rest-api" || artefacts.stage.webAcl === undefined)
      throw new Error("The gateway has no web ACL.");
    const { stage } = artefacts;
    const rules = change(structuredClone(stage.webAcl?.rules) as Rule[]);
    return { ...artefacts, stage: { ...stage, webAcl: { ...artefacts.stage.webAcl, rules } } };
  };
}

/** Changes the rate-based rules of the web ACL. */
function onRates(change: (rate: NonNullable<Rule["statement"]["rateBasedStatement"]>, rule: Rule) => void): Mutate {
  return onRules((rules) => {
    const rates = rules.filter(({ statement }) => statement.rateBasedStatement !== undefined);
    if (rates.length === 0) throw new Error("The web ACL has no rate-based rule.");
    for (const rule of rates) if (rule.statement.rateBasedStatement) change(rule.statement.rateBasedStatement, rule);
    return rules;
  });
}

/** Removes the matching statements from the scope of each rate-based rule. */
function withoutScope(statement: RegExp): Mutate {
  return onRates(({ scopeDownStatement }) => {
    if (scopeDownStatement === undefined) throw new Error("The rule has no scope.");
    const { andStatement } = scopeDownStatement;
    andStatement.statements = andStatement.statements.filter((each) => !statement.test(JSON.stringify(each)));
  });
}

/** Mutants of limits by client address, which AWS WAF enforces. */
export const awsWafMutants: readonly Mutant[] = [
  {
    fault: "the web ACL has no rate-based rule",
    mutate: onRules((rules) => rules.filter(({ statement }) => statement.rateBasedStatement === undefined)),
    caughtBy: "limit-exceeded",
  },
  {
    fault: "the rate-based rules count requests without blocking them",
    mutate: onRates((_, rule) => {
      rule.action = { count: {} };
    }),
    caughtBy: "limit-exceeded",
  },
  {
    fault: "a limit by client address is one request too high",
    mutate: onRates((rate) => {
      rate.limit += 1;
    }),
    caughtBy: "limit-exceeded",
  },
  {
    fault: "requests to all routes count towards the limit of a route",
    mutate: onRates((rate) => {
      delete rate.scopeDownStatement;
    }),
    caughtBy: "route-hit",
  },
  {
    fault: "requests with all methods count towards the limit of a route",
    mutate: withoutScope(/"method"/),
    caughtBy: "route-overlap",
  },
  {
    fault: "requests to more specific routes count towards the limit of a route",
    mutate: withoutScope(/^\{"notStatement"/),
    caughtBy: "route-overlap",
  },
  {
    fault: "a limit matches only the paths behind a custom domain",
    mutate: onRates((_, rule) => {
      Object.assign(rule, JSON.parse(JSON.stringify(rule).replaceAll("^/live/limited", "^/limited")));
    }),
    caughtBy: "limit-exceeded",
  },
  {
    fault: "client addresses are taken from a header of the request",
    mutate: onRates((rate) => {
      rate.aggregateKeyType = "FORWARDED_IP";
    }),
    caughtBy: "deployment",
  },
];
