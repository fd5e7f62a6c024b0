/** A parameter of an operation. */
export interface OperationParameter {
  readonly name: string;
  readonly in: "path" | "query" | "header";
  readonly required: boolean;
  readonly schema: { readonly type: "string" };
}

/** https://docs.aws.amazon.com/apigateway/latest/developerguide/request-response-data-mappings.html */
const parameterName = /^[A-Za-z0-9._$-]+$/;

/** Whether a mapping supports the name of a parameter. */
export function canNameParameter(name: string): boolean {
  return parameterName.test(name);
}

export function operationParameter(
  name: string,
  where: OperationParameter["in"],
  required: boolean,
): OperationParameter {
  return { name, in: where, required, schema: { type: "string" } };
}
