import { awsResources, type ListedResource, type PrintedResource } from "./aws-resources.ts";
import type { PendingCreate } from "./pending-creates.ts";
import { filled, operand, requiredArgument, type Sought, type Whereabouts } from "./sought.ts";

/** The whereabouts of a resource; undefined for a type that Polygate does not declare on AWS. */
export function awsWhereaboutsOf(create: PendingCreate): Whereabouts | undefined {
  const type = /^aws:([^:]+):/.exec(create.type)?.[1] ?? "";
  const entry = Object.hasOwn(awsResources, type) ? awsResources[type] : undefined;
  if (entry === undefined) return undefined;
  if (entry === "same") return { kind: "same" };
  const { inputs } = create;
  const required = (name: string): string => String(requiredArgument(create, name));
  return sought(create, typeof entry === "function" ? entry({ required, inputs }) : entry);
}

function sought(create: PendingCreate, resource: ListedResource | PrintedResource): Sought {
  const { list, importId = "{id}", values = {} } = resource;
  const value = (name: string): string | number => values[name] ?? requiredArgument(create, name);
  const isNamed = !importId.includes("{id}");
  const ignored = isNamed ? [] : create.known;
  const { region } = create.inputs;
  const look = [
    // Split before the values are filled in, which may contain spaces.
    ...list.split(" ").map((word) => filled(word, (name) => operand(create, name, String(value(name))))),
    ...["--query", "query" in resource ? resource.query : queryFor(resource, value, ignored)],
    ...["--output", "text"],
    ...(typeof region === "string" ? ["--region", operand(create, "region", region)] : []),
  ];
  return {
    kind: isNamed ? "named" : "numbered",
    program: "aws",
    look,
    id: (found) => filled(importId, (name) => (name === "id" ? found : String(value(name)))),
    ...("query" in resource
      ? {
          read: (printed) => resource.read(printed).filter((id) => !ignored.includes(id)),
          absent: resource.absent,
        }
      : { read: words }),
  };
}

/** The JMESPath query that prints the ids of the candidates, without those that the state contains. */
function queryFor(
  { items, id, where = [] }: ListedResource,
  value: (name: string) => string | number,
  ignored: readonly string[],
): string {
  const conditions = [
    ...where.map((condition) => filled(condition, (name) => literal(value(name)))),
    ...ignored.map((known) => `${id}!=${literal(known)}`),
  ];
  return `${items}[${conditions.length === 0 ? "" : `?${conditions.join(" && ")}`}].${id}`;
}

/** A value in JMESPath: https://jmespath.org/specification.html, raw string literals and literals. */
function literal(value: string | number): string {
  // A backslash in a raw string would change the meaning of what follows it.
  if (typeof value === "string" && value.includes("\\")) {
    return `\`${JSON.stringify(value).replaceAll("`", "\\u0060")}\``;
  }
  return typeof value === "number" ? `\`${value}\`` : `'${value.replaceAll("'", "\\'")}'`;
}

/** The ids in an output of type text. The command prints `None` for an empty list. */
function words(printed: string): readonly string[] {
  return printed.split(/\s+/).filter((word) => word !== "" && word !== "None");
}
