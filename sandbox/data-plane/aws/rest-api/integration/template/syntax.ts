/**
 * The syntax of mapping templates: the part of the Velocity template language that the sandbox supports.
 *
 * - literal text; `$context.X`, `$stageVariables.X`, `$input.params('X')`, `$input.params().header.get('X')` (or `querystring`,
 *   `path`), `$util.base64Decode('X')`, and `$name` after a `#set` of it; each also as `${...}`
 * - `#set($name = VALUE)`, `#set($context.responseOverride.header.NAME = VALUE)`, `#set($context.responseOverride.status =
 *   VALUE)`
 * - `#if(CONDITION) ... #elseif(CONDITION) ... #else ... #end`, with `==`, `!=`, `&&`, `||`, `!` and parentheses
 *
 * Refused, because Velocity's versions differ or AWS documents nothing: a backslash before `$` or `#`, `##`, `#*`, `#[[`, `$!`,
 * references in double quotes, and a single reference as a condition.
 */

export type Reference =
  | { readonly kind: "variable"; readonly name: string; readonly source: string }
  | { readonly kind: "context"; readonly name: string }
  | { readonly kind: "stage variable"; readonly name: string }
  | { readonly kind: "parameter"; readonly from: "any" | "header" | "querystring" | "path"; readonly name: string }
  | { readonly kind: "decoded"; readonly value: Value };

export type Value = { readonly kind: "literal"; readonly value: string | number | boolean } | Reference;

export type Condition =
  | { readonly kind: "compared"; readonly equal: boolean; readonly left: Value; readonly right: Value }
  | { readonly kind: "not"; readonly inner: Condition }
  | { readonly kind: "and" | "or"; readonly left: Condition; readonly right: Condition };

export type Target =
  | { readonly kind: "variable"; readonly name: string }
  | { readonly kind: "status" }
  | { readonly kind: "header"; readonly name: string };

export type Piece =
  | { readonly kind: "text"; readonly text: string }
  | { readonly kind: "shown"; readonly reference: Reference }
  | { readonly kind: "set"; readonly target: Target; readonly value: Value }
  | { readonly kind: "if"; readonly branches: readonly Branch[]; readonly otherwise: readonly Piece[] };

export interface Branch {
  readonly condition: Condition;
  readonly pieces: readonly Piece[];
}
