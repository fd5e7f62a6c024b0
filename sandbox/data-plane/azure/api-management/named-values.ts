import { UnsupportedArtefact } from "../../interpreter.ts";

/**
 * Replaces `{{name}}` by the named value in attributes, texts and expressions. References in the values are not replaced.
 *
 * @see https://learn.microsoft.com/azure/api-management/api-management-howto-properties
 */
export function namedValueResolver(values: Readonly<Record<string, string>>): (text: string, place: string) => string {
  return (text, place) =>
    text.replace(/\{\{([^{}]*)\}\}/g, (_, reference: string) => {
      const name = reference.trim();
      const value = Object.hasOwn(values, name) ? values[name] : undefined;
      if (value === undefined)
        throw new UnsupportedArtefact(place, `the named value ${JSON.stringify(name)} does not exist`);
      return value;
    });
}
