import type { Reader } from "../reader.ts";
import type { OpenApiOperation } from "./document.ts";
import { translateSchema } from "./schema.ts";
import type { OpenApiSource } from "./source.ts";

/** Header parameters that OpenAPI ignores, because other members of an operation define them. */
export const definedElsewhere = new Set(["accept", "authorization", "content-type"]);
const JSON_TYPE = "application/json";

/**
 * The `request` of a route that checks exactly what an operation defines. Reports what cannot be checked exactly.
 *
 * @returns undefined if the operation requires nothing
 */
export function exactRequest(operation: OpenApiOperation): unknown {
  const names = requiredParameters(operation);
  const body = operation.operation.at("requestBody");
  const schema = body.present ? bodyOf(operation, body) : undefined;
  if (names.query.length + names.headers.length === 0 && schema === undefined) return undefined;
  return {
    ...(names.query.length === 0 ? {} : { query: names.query }),
    ...(names.headers.length === 0 ? {} : { headers: names.headers }),
    ...(schema === undefined ? {} : { body: schema }),
  };
}

interface Parameter {
  readonly name: string;
  readonly kind: string;
  readonly required: boolean;
  readonly reader: Reader;
}

/** An operation's parameter replaces its path's parameter with the same name and location. */
function requiredParameters(operation: OpenApiOperation): { query: string[]; headers: string[] } {
  const own = parametersOf(operation.source, operation.operation.at("parameters"));
  const shared = parametersOf(operation.pathSource, operation.sharedParameters).filter(
    ({ name, kind }) => !own.some((other) => other.name === name && other.kind === kind),
  );
  const names = { query: [] as string[], headers: [] as string[] };
  for (const { name, kind, required, reader } of [...shared, ...own]) {
    if (!required) continue;
    if (kind === "query") names.query.push(name);
    else if (kind === "header" && !definedElsewhere.has(name.toLowerCase())) names.headers.push(name);
    else if (kind === "querystring") {
      const rule = "No gateway checks a query string as a whole.";
      reader.problem("unchecked-parameter", rule, "Write required: false, and let the backend check it.");
    } else if (kind === "cookie") {
      const rule = "No gateway checks whether a request has a cookie.";
      reader.problem("unchecked-parameter", rule, "Write required: false, and let the backend check it.");
    }
  }
  return names;
}

function parametersOf(source: OpenApiSource, list: Reader): readonly Parameter[] {
  if (!list.present) return [];
  return list.list().flatMap((item): readonly Parameter[] => {
    const target = source.follow(item);
    if (target === undefined) return [];
    const { reader } = target;
    const name = reader.at("name").text();
    const kind = reader.at("in").oneOf(["query", "header", "path", "cookie", "querystring"]);
    const required = reader.at("required").present ? reader.at("required").flag() : false;
    return name === undefined || kind === undefined ? [] : [{ name, kind, required: required ?? false, reader }];
  });
}

/** The schema of a body. A gateway checks every body by one schema, so the body must be required and must be JSON. */
function bodyOf({ source }: OpenApiOperation, requestBody: Reader): unknown {
  const target = source.follow(requestBody);
  if (target === undefined) return undefined;
  const { reader } = target;
  if (reader.at("required").value !== true) {
    requestBody.problem(
      "optional-body",
      "An optional body cannot be checked: a gateway refuses an empty one.",
      'Write required: true, or "x-polygate": { "validate": true } at the operation, so that the body is left unchecked.',
    );
  }
  const content = reader.at("content");
  const others = content.isObject ? content.keys().filter((type) => type !== JSON_TYPE) : [];
  if (others.length > 0 || !content.at(JSON_TYPE).present) {
    const rule = `Only bodies of ${JSON_TYPE} can be checked, but the operation accepts ${others.join(", ") || "no type"}.`;
    content.problem(
      "other-content",
      rule,
      'Write "x-polygate": { "validate": true } at the operation, so that only JSON is checked.',
    );
    return undefined;
  }
  const schema = content.at(JSON_TYPE).at("schema");
  return schema.present ? translateSchema(target.source, schema) : {};
}
