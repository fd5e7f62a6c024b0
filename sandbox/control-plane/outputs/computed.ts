import { isAsset, isObject, type Properties, type PropertyValue } from "../property-value.ts";
import { computedOutputs, type OutputKind, type OutputType } from "./output-types.ts";
import { anyText, namedText, type OutputFacts } from "./plausible-text.ts";

const EMPTY: Readonly<Record<OutputKind, PropertyValue>> = { s: "", n: 0, b: false, a: {}, m: {}, l: [], o: {} };

/** Objects contain each other; deeper ones are empty. */
const DEEPEST = 4;

/**
 * Adds the outputs that the SDK types as present and that neither the program nor the model supplies. A program that reads one gets a value
 * of its type, which is the same at each preview and refresh.
 */
export function withComputed(facts: OutputFacts, outputs: Properties): Properties {
  return completed(facts, computedOutputs(facts.type), outputs, 0);
}

/**
 * Adds empty values for the outputs that the SDK types as present, and that a model leaves out because the vendor has none.
 *
 * @param inputs the program's; an output of an input that the model leaves out stays out
 */
export function withEmpty(type: string, outputs: Properties, inputs: Properties): Properties {
  const values: Record<string, PropertyValue> = { ...outputs };
  for (const { name, passed, kind } of computedOutputs(type)) {
    if (passed !== "nested" && outputs[name] === undefined && inputs[name] === undefined) values[name] = EMPTY[kind];
  }
  return values;
}

/** The names of the outputs that the provider computes unless the program passes them. */
export function computedNames(type: string): readonly string[] {
  return computedOutputs(type)
    .filter(({ passed }) => passed !== "nested")
    .map(({ name }) => name);
}

function completed(facts: OutputFacts, types: readonly OutputType[], given: Properties, depth: number): Properties {
  const values: Record<string, PropertyValue> = { ...given };
  for (const type of types) {
    const value = given[type.name];
    if (value !== undefined && value !== null) values[type.name] = filled(facts, type, value, depth);
    else if (type.passed !== "nested") values[type.name] = computed(facts, type, depth);
  }
  return values;
}

/** A value of the program or the model, in which the members that the provider computes are added. */
function filled(facts: OutputFacts, type: OutputType, value: PropertyValue, depth: number): PropertyValue {
  if (depth >= DEEPEST || isAsset(value)) return value;
  if (type.kind === "o" && isObject(value)) return completed(facts, type.members(), value, depth + 1);
  if (type.kind !== "l" || !Array.isArray(value)) return value;
  return value.map((entry) => (isObject(entry) ? completed(facts, type.members(), entry, depth + 1) : entry));
}

function computed(facts: OutputFacts, { name, passed, kind, members }: OutputType, depth: number): PropertyValue {
  switch (kind) {
    case "s":
      return namedText(facts, name) ?? (passed === "never" ? anyText(facts, name) : "");
    case "n":
      return /port$/i.test(name) ? 443 : 0;
    case "b":
      return false;
    case "l":
      return passed === "never" && depth < DEEPEST ? entries(facts, name, members()) : [];
    case "o":
      return depth < DEEPEST ? completed(facts, members(), {}, depth + 1) : {};
    default:
      return {};
  }

  function entries(of: OutputFacts, list: string, types: readonly OutputType[]): readonly PropertyValue[] {
    if (types.length > 0) return [completed(of, types, {}, depth + 1)];
    const text = namedText(of, list.replace(/ies$/, "y").replace(/(?<=ss)es$|s$/, ""));
    return text === undefined || text === "" ? [] : [text];
  }
}
