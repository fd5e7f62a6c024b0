import { list, object, type Plain, text } from "../../document.ts";
import { UnsupportedArtefact } from "../../interpreter.ts";

/** A parameter of an operation. */
export interface Parameter {
  readonly name: string;
  readonly in: string;
  readonly required: boolean;
}

/** Reads `parameters` of a path or an operation. @throws UnsupportedArtefact */
export function readParameters(value: Plain | undefined, place: string): readonly Parameter[] {
  if (value === undefined) return [];
  return list(value, place).map((each, i) => {
    const at = `${place}[${i}]`;
    const parameter = object(each, at);
    if (parameter.$ref !== undefined) {
      throw new UnsupportedArtefact(
        at,
        "`components.parameters` is not supported by the import; declare the parameter inline",
      );
    }
    const name = text(parameter.name, `${at}.name`);
    const location = text(parameter.in, `${at}.in`);
    if (!["path", "query", "header", "body", "formData"].includes(location)) {
      throw new UnsupportedArtefact(at, `parameters in ${JSON.stringify(location)} are not supported by the import`);
    }
    if (location === "path" && parameter.required !== true) {
      throw new UnsupportedArtefact(at, "a path parameter must be required");
    }
    return { name, in: location, required: parameter.required === true };
  });
}
