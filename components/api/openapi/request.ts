import type { Reader } from "../check/reader.ts";
import type { OpenApiOperation } from "./document.ts";
import { translateSchema } from "./schema.ts";

/** Parameters that OpenAPI itself says to ignore, since other members of it say them. */
const ofOthers = new Set(["accept", "authorization", "content-type"]);
const JSON_TYPE = "application/json";

/** What an operation says of its requests, as a description has it; undefined where it asks for nothing. */
export function requestOf(operation: OpenApiOperation): unknown {
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

/** An operation's own parameters are instead of those of the same name and place at its path. */
function requiredParameters(operation: OpenApiOperation): { query: string[]; headers: string[] } {
  const own = parametersOf(operation, operation.operation.at("parameters"));
  const shared = parametersOf(operation, operation.sharedParameters).filter(
    ({ name, kind }) => !own.some((other) => other.name === name && other.kind === kind),
  );
  const names = { query: [] as string[], headers: [] as string[] };
  for (const { name, kind, required, reader } of [...shared, ...own]) {
    if (!required) continue;
    if (kind === "query") names.query.push(name);
    else if (kind === "header" && !ofOthers.has(name.toLowerCase())) names.headers.push(name);
    else if (kind === "cookie") {
      const rule = "no gateway checks whether a request has a cookie";
      reader.problem("unchecked-parameter", rule, "Let the backend check it: required: false.");
    }
  }
  return names;
}

function parametersOf({ source }: OpenApiOperation, list: Reader): readonly Parameter[] {
  if (!list.present) return [];
  return list.list().flatMap((item): readonly Parameter[] => {
    const target = source.follow(item);
    if (target === undefined) return [];
    const { reader } = target;
    const name = reader.at("name").text();
    const kind = reader.at("in").oneOf(["query", "header", "path", "cookie"]);
    const required = reader.at("required").present ? reader.at("required").flag() : false;
    return name === undefined || kind === undefined ? [] : [{ name, kind, required: required ?? false, reader }];
  });
}

/** Where bodies are checked, a body there must be, and JSON it must be: a gateway checks each by the same schema. */
function bodyOf({ source }: OpenApiOperation, given: Reader): unknown {
  const target = source.follow(given);
  if (target === undefined) return undefined;
  const { reader } = target;
  if (reader.at("required").value !== true) {
    const rule = "a body that may be missing cannot be checked: to a gateway an empty one is wrong";
    given.problem(
      "optional-body",
      rule,
      'Write required: true, or "x-polygate": { "validate": false } at the operation.',
    );
  }
  const content = reader.at("content");
  const others = content.isObject ? content.keys().filter((type) => type !== JSON_TYPE) : [];
  if (others.length > 0 || !content.at(JSON_TYPE).present) {
    const rule = `bodies are checked as ${JSON_TYPE} alone, and here is ${others.join(", ") || "no type"}`;
    content.problem("other-content", rule, 'Write "x-polygate": { "validate": false } at the operation.');
    return undefined;
  }
  const schema = content.at(JSON_TYPE).at("schema");
  return schema.present ? translateSchema(target.source, schema) : {};
}
