import { identifier } from "./identifier.ts";
import type { Properties } from "./property-value.ts";
import { Kind } from "./records.ts";
import type { Call, ResourceModel } from "./resource-model.ts";

interface EchoRecord {
  readonly inputs: Properties;
  readonly outputs: Properties;
}

/**
 * The model of resource types that the sandbox does not model itself, so that the stack around a gateway deploys. The inputs are stored and
 * returned as outputs; `outputs` adds those that the vendor would compute.
 */
export function echoModel<Settings>(place: {
  /** What separates resources with equal ids: an account and region, a subscription, or a project. */
  readonly scope: (settings: Settings, inputs: Properties) => readonly string[];
  readonly kind: string;
  readonly id: (call: Call<Settings>, inputs: Properties, short: string) => string;
  readonly outputs: (call: Call<Settings>, inputs: Properties, id: string) => Properties;
  /** The record's name for an id, because ids contain slashes. */
  readonly key?: (id: string) => string;
}): ResourceModel<Settings> {
  const records = new Kind<EchoRecord>(place.kind);
  const keyOf = (call: Call<Settings>, inputs: Properties, id: string) => [
    ...place.scope(call.settings, inputs),
    call.type,
    place.key?.(id) ?? id,
  ];
  return {
    replaces: [],
    create(call, inputs) {
      const taken = (short: string) =>
        records.get(call.records, ...keyOf(call, inputs, place.id(call, inputs, short))) !== undefined;
      const id = place.id(call, inputs, identifier(10, [call.urn], taken));
      const outputs = { ...place.outputs(call, inputs, id), ...inputs };
      records.put(call.records, { inputs, outputs }, ...keyOf(call, inputs, id));
      return { id, outputs };
    },
    read(call, id, state) {
      const found = records.get(call.records, ...keyOf(call, state, id));
      return found && { id, ...found };
    },
    update(call, id, { inputs, state, oldInputs }) {
      const dropped = Object.keys(oldInputs).filter((name) => !(name in inputs));
      const kept = Object.entries(state).filter(([name]) => !dropped.includes(name));
      const outputs = { ...Object.fromEntries(kept), ...inputs };
      records.put(call.records, { inputs, outputs }, ...keyOf(call, state, id));
      return outputs;
    },
    delete(call, id, state) {
      records.delete(call.records, ...keyOf(call, state, id));
    },
  };
}
