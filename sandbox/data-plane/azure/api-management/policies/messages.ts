import type { Boxed } from "../context.ts";
import type { Exchange, Step } from "../exchange.ts";
import type { PolicyReader } from "../policy-reader.ts";
import { queryParameters } from "../query-parameters.ts";
import { readSetBody, readSetStatus } from "./return-response.ts";
import { readSetHeader } from "./set-header.ts";
import { readValue } from "./value-list.ts";

/** The supported types of variables. https://learn.microsoft.com/azure/api-management/set-variable-policy */
const VARIABLE_TYPES = new Set(["string", "bool", "int", "char", "null"]);

/** Compiles `set-variable`. https://learn.microsoft.com/azure/api-management/set-variable-policy */
export function setVariable(reader: PolicyReader): Step {
  const name = reader.literal("name");
  const value = reader.variable("value");
  reader.done();
  if ("text" in value) {
    return ({ context }) => void context.variables.set(name, { type: "string", value: value.text });
  }
  const { type } = value.expression;
  if (!VARIABLE_TYPES.has(type)) reader.refuse(`a variable cannot contain a value of type ${type}`, "value");
  return ({ context }) => {
    const result = reader.guarded(() => value.expression.evaluate(context));
    context.variables.set(name, result === null ? null : { type: type as Boxed["type"], value: result });
  };
}

/** Compiles `set-header`. https://learn.microsoft.com/azure/api-management/set-header-policy */
export function setHeader(reader: PolicyReader): Step {
  const onRequest = reader.scope.section === "inbound" || reader.scope.section === "backend";
  const apply = readSetHeader(reader, onRequest ? "request" : "response");
  return ({ context }) => {
    const headers = onRequest ? context.request.headers : context.response?.headers;
    if (headers !== undefined) apply(headers, context);
  };
}

/** Compiles `set-status` for a section that has a response. https://learn.microsoft.com/azure/api-management/set-status-policy */
export function setStatus(reader: PolicyReader): Step {
  const code = readSetStatus(reader);
  return ({ context }) => {
    if (context.response !== null) context.response.status = code.get(context);
  };
}

/** Compiles `set-body` in the error section. Other bodies are streamed. https://learn.microsoft.com/azure/api-management/set-body-policy */
export function setErrorBody(reader: PolicyReader): Step {
  const body = readSetBody(reader);
  return ({ context }) => {
    if (context.response !== null) context.response.body = body.get(context);
  };
}

/** Compiles `set-query-parameter`. https://learn.microsoft.com/azure/api-management/set-query-parameter-policy */
export function setQueryParameter(reader: PolicyReader): Step {
  const name = reader.text("name");
  const action = reader.oneOf("exists-action", ["override", "skip", "append", "delete"], "override");
  const values = reader.children(["value"]).map(readValue);
  reader.done();
  if (action === "delete" && values.length > 0)
    reader.refuse('the sandbox does not model a <value> with exists-action="delete"');
  if (action !== "delete" && values.length === 0) reader.refuse("must have a <value> to set a parameter");
  return ({ context }: Exchange) => {
    const parameter = name.get(context);
    const { url } = context.request;
    const all = queryParameters(url.query);
    const same = (each: { readonly name: string }) => each.name.toLowerCase() === parameter.toLowerCase();
    if (action === "skip" && all.some(same)) return;
    const remaining = action === "append" ? all : all.filter((each) => !same(each));
    const added = values.map((each) => `${encodeURIComponent(parameter)}=${encodeURIComponent(each.get(context))}`);
    context.request.url = { ...url, query: [...remaining.map(({ text }) => text), ...added].join("&") };
  };
}
