/** A node of the syntax tree of the supported C#. `at` is its offset in the text of the expression. */
export type Node = { readonly at: number } & (
  | { readonly kind: "literal"; readonly type: "string" | "char" | "int" | "bool" | "null"; readonly value: Literal }
  | { readonly kind: "name"; readonly name: string }
  | { readonly kind: "member"; readonly target: Node; readonly name: string; readonly conditional: boolean }
  | { readonly kind: "index"; readonly target: Node; readonly index: Node; readonly conditional: boolean }
  | {
      readonly kind: "call";
      readonly target: Node;
      readonly name: string;
      readonly conditional: boolean;
      readonly generic: string | undefined;
      readonly arguments: readonly Node[];
    }
  /** A whole chain of members that contains `?.`. A null before a `?.` makes the whole chain null. */
  | { readonly kind: "chain"; readonly body: Node }
  | { readonly kind: "unary"; readonly operator: "!" | "-"; readonly operand: Node }
  | { readonly kind: "binary"; readonly operator: string; readonly left: Node; readonly right: Node }
  | { readonly kind: "conditional"; readonly test: Node; readonly then: Node; readonly otherwise: Node }
  | { readonly kind: "cast"; readonly type: string; readonly operand: Node }
  | { readonly kind: "array"; readonly element: string | undefined; readonly items: readonly Node[] }
  | { readonly kind: "lambda"; readonly parameter: string; readonly body: Node }
);

export type NodeOf<K extends Node["kind"]> = Extract<Node, { readonly kind: K }>;

export type Literal = string | number | boolean | null;

export type Statement = { readonly at: number } & (
  | { readonly kind: "declare"; readonly type: string | undefined; readonly name: string; readonly value: Node }
  | { readonly kind: "return"; readonly value: Node }
  | { readonly kind: "if"; readonly test: Node; readonly then: Statement; readonly otherwise: Statement | undefined }
  | { readonly kind: "block"; readonly statements: readonly Statement[] }
);
