/** A parameter of an operation. */
export interface OperationParameter {
  readonly name: string;
  readonly in: "path" | "query" | "header";
  readonly required: boolean;
  readonly schema: { readonly type: "string" };
}

export function operationParameter(
  name: string,
  where: OperationParameter["in"],
  required: boolean,
): OperationParameter {
  return { name, in: where, required, schema: { type: "string" } };
}
