import * as pulumi from "@pulumi/pulumi";
import { z } from "zod";

/** Something wrong in a stack's configuration. */
export interface ConfigurationProblem {
  /** The path of the setting, e.g. `site.device`. */
  readonly setting: string;
  readonly problem: string;
  readonly remedy: string;
}

/** The settings of a stack, as they are written: nothing is known about their types. */
export type Written = Readonly<Record<string, unknown>>;

/** Whether the stack's configuration contains a setting encrypted. The engine's SDK exports it, and its types leave it out. */
const { isConfigSecret } = pulumi.runtime as unknown as { readonly isConfigSecret: (key: string) => boolean };

/** A text that the stack's configuration contains encrypted. It is read as a secret Output. */
export function secret(description: string): z.ZodType<pulumi.Output<string>> {
  return z
    .string()
    .min(1)
    .transform((text) => pulumi.secret(text))
    .meta({ description, secret: true });
}

/**
 * Reads the configuration of the current stack, and reports everything that is wrong with it at once: missing, unknown and wrong
 * settings, secrets that are not encrypted, and what `check` finds.
 *
 * @param schema the settings, each with a description
 * @param check looks for contradictions between settings. It receives them as they are written, so that it also works beside other
 * errors. By default there are none to look for.
 * @throws {pulumi.RunError} with all problems
 */
export function readConfiguration<S extends z.ZodObject>(
  schema: S,
  check: (written: Written) => readonly ConfigurationProblem[] = () => [],
): z.output<S> {
  const project = pulumi.getProject();
  const stack = pulumi.getStack();
  const texts = Object.entries(pulumi.runtime.allConfig())
    .filter(([key]) => key.startsWith(`${project}:`))
    .map(([key, text]) => [key.slice(project.length + 1), text] as const);
  const written = Object.fromEntries(
    texts
      .map(([name, text]) => [name, settingOf(text, schema.shape[name])] as const)
      .filter(([, value]) => value !== undefined),
  );
  const parsed = schema.safeParse(written, { reportInput: true });
  const problems = [
    ...(parsed.error?.issues ?? []).flatMap((issue) => problemsOf(issue, schema)),
    ...unencrypted(schema, project, written),
    ...check(written),
  ];
  if (parsed.success && problems.length === 0) return parsed.data;
  throw new pulumi.RunError(
    [
      `the configuration of the stack "${stack}" of "${project}" has ${problems.length} ${problems.length === 1 ? "error" : "errors"}:`,
      ...(Object.keys(written).length === 0
        ? [`  there is no Pulumi.${stack}.yaml: copy that of another environment, and change it`]
        : []),
      ...problems.map(({ setting, problem, remedy }) => `  ${setting}: ${problem}; ${remedy}`),
    ].join("\n"),
  );
}

/**
 * The value of a setting: JSON where the setting is no text, and the text as it is written otherwise. The empty defaults of `Pulumi.yaml`
 * mean that nothing is written: they leave the report to this reader, since the engine would report missing settings by themselves.
 */
function settingOf(text: string, setting: unknown): unknown {
  if (text === "" || text === "{}") return undefined;
  if (setting instanceof z.ZodType && typeNameOf(setting) === "string") return text;
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

function typeNameOf(setting: z.ZodType): unknown {
  return z.toJSONSchema(setting, { io: "input", unrepresentable: "any" }).type;
}

function unencrypted(schema: z.ZodObject, project: string, written: Written): readonly ConfigurationProblem[] {
  return Object.entries(schema.shape)
    .filter(([name, setting]) => written[name] !== undefined && isSecret(setting))
    .filter(([name]) => !isConfigSecret(`${project}:${name}`))
    .map(([name]) => ({
      setting: name,
      problem: "the secret is not encrypted",
      remedy: `replace it, since the file may have been read, and run \`pulumi config set --secret ${name}\``,
    }));
}

function problemsOf(issue: z.core.$ZodIssue, schema: z.ZodObject): readonly ConfigurationProblem[] {
  const path = issue.path.map(String);
  const setting = path.join(".");
  if (issue.code === "unrecognized_keys") {
    const known = Object.keys(settingsAt(schema, path)).join(", ");
    return issue.keys.map((key) => ({
      setting: [...path, key].join("."),
      problem: "there is no such setting",
      remedy: `${setting === "" ? "the stack" : setting} has the settings ${known}`,
    }));
  }
  const description = descriptionAt(schema, path) ?? "a value of the right type";
  const encrypted = isSecret(schema.shape[path[0] ?? ""]);
  if (issue.input === undefined) {
    const remedy = encrypted
      ? `run \`pulumi config set --secret ${setting}\``
      : `write it in Pulumi.${pulumi.getStack()}.yaml`;
    return [{ setting, problem: `missing: ${description}`, remedy }];
  }
  const value = encrypted ? "the value" : JSON.stringify(issue.input);
  return [{ setting, problem: `${value} is not accepted`, remedy: `write ${description}` }];
}

/** The settings of the object at a path, by name. */
function settingsAt(schema: z.ZodType, path: readonly string[]): Readonly<Record<string, unknown>> {
  const found = schemaAt(schema, path);
  return found instanceof z.ZodObject ? found.shape : {};
}

function isSecret(setting: unknown): boolean {
  return setting instanceof z.ZodType && z.globalRegistry.get(setting)?.secret === true;
}

function descriptionAt(schema: z.ZodType, path: readonly string[]): string | undefined {
  const found = schemaAt(schema, path);
  return found === undefined ? undefined : z.globalRegistry.get(found)?.description;
}

function schemaAt(schema: z.ZodType, [name, ...rest]: readonly string[]): z.ZodType | undefined {
  const inner = schema instanceof z.ZodOptional ? (schema.unwrap() as z.ZodType) : schema;
  if (name === undefined) return schema.description === undefined ? inner : schema;
  const next =
    inner instanceof z.ZodObject
      ? inner.shape[name]
      : inner instanceof z.ZodRecord
        ? inner.valueType
        : inner instanceof z.ZodArray
          ? inner.element
          : undefined;
  return next === undefined ? undefined : schemaAt(next as z.ZodType, rest);
}
