import type { Steps } from "./place-map.ts";

export type Data = Readonly<Record<string, unknown>>;

/** A parameter of an operation, and where the document contains it. */
export interface Parameter {
  readonly value: unknown;
  readonly steps: Steps;
}

export function isData(value: unknown): value is Data {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** The parameters of a path or an operation, with their references followed. One that leads nowhere remains a reference. */
export function parametersOf(root: Data, owner: Data, steps: Steps): readonly Parameter[] {
  const { parameters } = owner;
  if (!Array.isArray(parameters)) return [];
  return parameters.map((value: unknown, index) =>
    followed(root, { value, steps: [...steps, "parameters", String(index)] }),
  );
}

/** A body, or a field of a form: what OpenAPI 3 declares as the body of a request. */
export function isBody({ value }: Parameter): boolean {
  return isData(value) && (value.in === "body" || value.in === "formData");
}

/** Whether a parameter has the members without which it cannot be converted. */
export function isWhole({ value }: Parameter): boolean {
  return isData(value) && typeof value.in === "string" && !Object.hasOwn(value, "$ref");
}

function followed(root: Data, parameter: Parameter): Parameter {
  let found = parameter;
  const seen = new Set<string>();
  while (isData(found.value) && typeof found.value.$ref === "string") {
    const [, name] = /^#\/parameters\/([^/]+)$/.exec(found.value.$ref) ?? [];
    const key = name === undefined ? "" : unescaped(name);
    if (seen.has(key) || !isData(root.parameters) || !Object.hasOwn(root.parameters, key)) return parameter;
    seen.add(key);
    found = { value: root.parameters[key], steps: ["parameters", key] };
  }
  return found;
}

function unescaped(step: string): string {
  try {
    return decodeURIComponent(step).replaceAll("~1", "/").replaceAll("~0", "~");
  } catch {
    return step;
  }
}
