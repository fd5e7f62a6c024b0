import { element, type PolicyElement } from "./element.ts";
import { type Code, code, type Expression, text } from "./expression.ts";

/** The names of the context variables that the policy sets. */
export const variables = {
  /** The key of the request's route, between bars. */
  route: "polygate-route",
  /** The key of the route whose path a lenient server may read, in lower case and between bars; `|?|` if it may be any. */
  reading: "polygate-reading",
  /** The names of the aspects of the request's treatment, each between bars. */
  treatment: "polygate-treatment",
  /** The verified token. */
  token: "polygate-token",
  /** The scopes of which the route requires one, separated by spaces. */
  scopes: "polygate-scopes",
  /** The scopes all of which the route requires, separated by spaces. */
  allScopes: "polygate-all-scopes",
  /** The id of the subscription whose key the request contains, in lower case and between bars; `|none|` without one. */
  subscription: "polygate-subscription",
  /** The plan of that subscription. */
  plan: "polygate-plan",
  /** The path at the backend. */
  path: "polygate-path",
} as const;

/** Sets a context variable. */
export function setVariable(name: string, value: string | Expression): PolicyElement {
  return element("set-variable", { name, value });
}

/** The text in a context variable. */
export function textIn(name: string): Code {
  return code`(string)context.Variables[${text(name)}]`;
}

/** The verified token of the request. */
export const verifiedToken: Code = code`((Jwt)context.Variables[${text(variables.token)}])`;

/** Whether a context variable is set. */
export function isSet(name: string): Code {
  return code`context.Variables.ContainsKey(${text(name)})`;
}
