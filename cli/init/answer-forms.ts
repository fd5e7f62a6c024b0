import schema from "../../components/api/openapi/x-polygate.schema.json" with { type: "json" };

/** How a member of an answer is entered. */
export type FieldKind = "text" | "list" | "order";

/** A member of an answer, beside its kind and the operations that it is given for. */
export interface Field {
  readonly name: string;
  readonly kind: FieldKind;
  readonly isRequired: boolean;
  /** What a text must match, and what that means. */
  readonly pattern?: { readonly source: string; readonly meaning: string };
}

/** One of the answers that a question can have. */
export interface Choice {
  /** Undefined if the question has one kind of answer only. */
  readonly kind: string | undefined;
  /** What the gateway then does. */
  readonly meaning: string;
  readonly fields: readonly Field[];
}

interface Node {
  readonly description?: string;
  readonly $ref?: string;
  readonly type?: string;
  readonly const?: string;
  readonly pattern?: string;
  readonly $comment?: string;
  readonly required?: readonly string[];
  readonly properties?: Readonly<Record<string, Node>>;
  readonly additionalProperties?: Node | false;
  readonly oneOf?: readonly Node[];
  readonly items?: Node;
}

const definitions = schema.$defs as unknown as Readonly<Record<string, Node>>;
/** Members that no user enters. */
const given = ["kind", "operations"];

/**
 * The answers that a question can have, read from the schema of `x-polygate`, so that a kind of answer that the schema gets is
 * offered. Empty if the question has no answer but its example.
 */
export function choicesOf(at: readonly string[]): readonly Choice[] {
  const node = at.reduce<Node | undefined>((owner, step) => member(owner, step), definitions.root);
  if (node === undefined) return [];
  if (node.type === "string") return [{ kind: undefined, meaning: "", fields: [field("reason", node, true)] }];
  return (node.oneOf ?? [node]).flatMap((form) => choice(resolved(form)) ?? []);
}

function choice(form: Node): Choice | undefined {
  const { properties = {}, required = [], description = "" } = form;
  if (properties.operations === undefined) return undefined;
  const names = Object.keys(properties).filter((name) => !given.includes(name));
  const fields = names.map((name) => field(name, resolved(properties[name] ?? {}), required.includes(name)));
  return { kind: properties.kind?.const, meaning: description, fields: fields.toSorted(requiredFirst) };
}

function requiredFirst(one: Field, other: Field): number {
  return Number(other.isRequired) - Number(one.isRequired);
}

function field(name: string, node: Node, isRequired: boolean): Field {
  const kind = node.type !== "array" ? "text" : resolved(node.items ?? {}).type === "string" ? "list" : "order";
  // A blank text is missing, whatever its pattern is.
  const { pattern: source, $comment: meaning = "" } = node;
  const isName = source !== undefined && name === "name";
  return { name, kind, isRequired, ...(isName ? { pattern: { source, meaning } } : {}) };
}

function member(owner: Node | undefined, step: string): Node | undefined {
  const { properties = {}, additionalProperties } = resolved(owner ?? {});
  const node = Object.hasOwn(properties, step) ? properties[step] : additionalProperties || undefined;
  return node === undefined ? undefined : resolved(node);
}

/** A schema, or what it refers to. Its own description comes first. */
function resolved(node: Node): Node {
  const name = node.$ref?.replace("#/$defs/", "");
  if (name === undefined) return node;
  const target = resolved(definitions[name] ?? {});
  return node.description === undefined ? target : { ...target, description: node.description };
}
