import type { PolicyContext, ResponseState } from "../context.ts";
import { decisionOfStatus, Ended, type Step } from "../exchange.ts";
import { HeaderFields } from "../header-fields.ts";
import type { PolicyReader, Value } from "../policy-reader.ts";
import { readSetHeader } from "./set-header.ts";

/** Reads `set-status`. The reason phrase is optional, and not sent, because HTTP/2 has none. */
export function readSetStatus(reader: PolicyReader): Value<number> {
  const code = reader.integer("code", 200, 599);
  reader.optionalText("reason");
  reader.done();
  return code;
}

/** Reads `set-body`: a literal text or an expression. Liquid templates and XML literals are not supported. */
export function readSetBody(reader: PolicyReader): Value<string> {
  const body = reader.content(false);
  reader.done();
  return body;
}

/** Compiles `return-response`. https://learn.microsoft.com/azure/api-management/return-response-policy */
export function returnResponse(reader: PolicyReader): Step {
  const changes: ((response: ResponseState, context: PolicyContext) => void)[] = [];
  const seen = new Set<string>();
  for (const child of reader.children(["set-status", "set-header", "set-body"])) {
    if (child.name === "set-header") {
      const apply = readSetHeader(child, "response");
      changes.push((response, context) => apply(response.headers, context));
      continue;
    }
    if (seen.has(child.name)) child.refuse(`<${child.name}> is listed more than once`);
    seen.add(child.name);
    if (child.name === "set-status") {
      const status = readSetStatus(child);
      changes.push((response, context) => {
        response.status = status.get(context);
      });
    } else {
      const body = readSetBody(child);
      changes.push((response, context) => {
        response.body = body.get(context);
      });
    }
  }
  reader.done();
  return ({ context }) => {
    const response: ResponseState = { status: 200, headers: new HeaderFields(), body: "" };
    for (const change of changes) change(response, context);
    throw new Ended(decisionOfStatus(response.status), `return-response at ${reader.element.place}`, response);
  };
}
