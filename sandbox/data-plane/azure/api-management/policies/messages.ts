import type { Boxed } from "../context.ts";
import type { Exchange, Step } from "../exchange.ts";
import type { PolicyReader } from "../policy-reader.ts";
import { queryParameters } from "../query-parameters.ts";
import { readSetBody, readSetStatus } from "./return-response.ts";
import { readSetHeader } from "./set-header.ts";

/** The types a variable may hold that are modelled; https://learn.microsoft.com/azure/api-management/set-variable-policy */
const VARIABLE_TYPES = new Set(["string", "bool", "int", "char", "null"]);

/** https://learn.microsoft.com/azure/api-management/set-variable-policy */
export function setVariable(reader: PolicyReader): Step {
  const name = reader.literal("name");
  const value = reader.variable("value");
  reader.done();
  if ("text" in value) {
    return ({ context }) => void context.variables.set(name, { type: "string", value: value.text });
  }
  const { type } = value.expression;
  if (!VARIABLE_TYPES.has(type)) reader.refuse(`a variable cannot hold a value of type ${type}`, "value");
  return ({ context }) => {
    const result = reader.guarded(() => value.expression.evaluate(context));
    context.variables.set(name, result === null ? null : { type: type as Boxed["type"], value: result });
  };
}

/** https://learn.microsoft.com/azure/api-management/set-header-policy */
export function setHeader(reader: PolicyReader): Step {
  const onRequest = reader.scope.section === "inbound" || reader.scope.section === "backend";
  const apply = readSetHeader(reader, onRequest ? "request" : "response");
  return ({ context }) => {
    const headers = onRequest ? context.request.headers : context.response?.headers;
    if (headers !== undefined) apply(headers, context);
  };
}

/** https://learn.microsoft.com/azure/api-management/set-status-policy, where there is a response to change. */
export function setStatus(reader: PolicyReader): Step {
  const code = readSetStatus(reader);
  return ({ context }) => {
    if (context.response !== null) context.response.status = code.get(context);
  };
}

/** https://learn.microsoft.com/azure/api-management/set-body-policy, in the error section only: bodies are not held. */
export function setErrorBody(reader: PolicyReader): Step {
  const body = readSetBody(reader);
  return ({ context }) => {
    if (context.response !== null) context.response.body = body.get(context);
  };
}

/** https://learn.microsoft.com/azure/api-management/set-query-parameter-policy */
export function setQueryParameter(reader: PolicyReader): Step {
  const name = reader.text("name");
  const action = reader.oneOf("exists-action", ["override", "skip", "append", "delete"], "override");
  const values = reader.children(["value"]).map((child) => {
    const value = child.content(true);
    child.done();
    return value;
  });
  reader.done();
  if ((action === "delete") !== (values.length === 0)) {
    reader.refuse("a parameter that is set needs a <value>, and one that is deleted has none");
  }
  return ({ context }: Exchange) => {
    const wanted = name.get(context);
    const { url } = context.request;
    const all = queryParameters(url.query);
    const same = (each: { readonly name: string }) => each.name.toLowerCase() === wanted.toLowerCase();
    if (action === "skip" && all.some(same)) return;
    const kept = action === "append" ? all : all.filter((each) => !same(each));
    const added = values.map((each) => `${encodeURIComponent(wanted)}=${encodeURIComponent(each.get(context))}`);
    context.request.url = { ...url, query: [...kept.map(({ text }) => text), ...added].join("&") };
  };
}
