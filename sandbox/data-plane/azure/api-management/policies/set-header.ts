import type { PolicyContext } from "../context.ts";
import type { HeaderFields } from "../header-fields.ts";
import type { PolicyReader, Value } from "../policy-reader.ts";

/** The headers that cannot be changed or deleted. https://learn.microsoft.com/azure/api-management/set-header-policy#usage-notes */
const FIXED = new Set(["connection", "content-length", "keep-alive", "transfer-encoding"]);
const NAME = /^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/;
/** The characters of a header value. A line break would start another header. */
const VALUE = /^[\t\x20-\x7e\x80-\xff]*$/;
const ACTIONS = ["override", "skip", "append", "delete"] as const;

type Apply = (headers: HeaderFields, context: PolicyContext) => void;

function checkName(name: string, action: string, target: "request" | "response"): string | undefined {
  if (!NAME.test(name)) return `${JSON.stringify(name)} is not a valid header name`;
  if (FIXED.has(name.toLowerCase())) return `the header ${name} cannot be modified or deleted`;
  if (target === "response" && action === "delete" && name.toLowerCase() === "server") {
    return "the header Server cannot be deleted";
  }
  return undefined;
}

/** Reads `set-header` for a request or a response. */
export function readSetHeader(reader: PolicyReader, target: "request" | "response"): Apply {
  const name = reader.text("name");
  const action = reader.oneOf("exists-action", ACTIONS, "override");
  const values = reader.children(["value"]).map((child): Value<string> => {
    const value = child.content(true);
    if (value.constant !== undefined && !VALUE.test(value.constant)) child.refuse("must be a valid header value");
    child.done();
    return value;
  });
  reader.done();
  if (action === "delete" && values.length > 0)
    reader.refuse('the sandbox does not model a <value> with exists-action="delete"');
  if (action !== "delete" && values.length === 0) reader.refuse("must have a <value> to set a header");
  const problem = name.constant === undefined ? undefined : checkName(name.constant, action, target);
  if (problem !== undefined) reader.refuse(problem, "name");
  return (headers, context) => {
    const field = name.get(context);
    const wrong = checkName(field, action, target);
    if (wrong !== undefined) throw reader.failure(wrong);
    if (action === "delete") return headers.delete(field);
    if (action === "skip" && headers.get(field) !== undefined) return;
    const texts = values.map((each) => each.get(context));
    if (!texts.every((text) => VALUE.test(text))) throw reader.failure(`the value of the header ${field} is not valid`);
    if (action === "append") headers.append(field, texts);
    else headers.set(field, texts);
  };
}
