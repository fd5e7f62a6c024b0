import { identifier } from "./identifier.ts";
import { withComputed } from "./outputs/computed.ts";
import type { OutputFacts } from "./outputs/plausible-text.ts";
import type { Properties, PropertyValue } from "./property-value.ts";
import { Kind } from "./records.ts";
import { type Call, type ResourceModel, VendorError } from "./resource-model.ts";

/** The outputs follow from the inputs, so that they are the same at each refresh. */
interface EchoRecord {
  readonly inputs: Properties;
}

/** What a vendor documents about the outputs of one resource type, beyond the rules for all types. */
export type KnownOutputs = (facts: OutputFacts, inputs: Properties) => { readonly [name: string]: PropertyValue };

/** How one package stores the resources that it does not model. */
export interface EchoedPackage<Settings> {
  /** What separates resources with equal ids: an account and region, a subscription, or a project. */
  readonly scope: (settings: Settings, inputs: Properties) => readonly string[];
  readonly kind: string;
  readonly id: (call: Call<Settings>, inputs: Properties, short: string) => string;
  /** The id of a resource that the program names. @default none: `id` is free */
  readonly namedId?: (call: Call<Settings>, inputs: Properties) => string | undefined;
  /** The types whose creation overwrites a resource of the same id. The vendor rejects a second resource of every other type. */
  readonly overwriting?: ReadonlySet<string>;
  /** What the outputs of a resource are derived from. */
  readonly facts: (call: Call<Settings>, inputs: Properties, id: string) => Omit<OutputFacts, "type" | "urn" | "id">;
  /** The outputs that every type has. */
  readonly outputs: (call: Call<Settings>, inputs: Properties, facts: OutputFacts) => Properties;
  /** By type without a version. */
  readonly known: Readonly<Record<string, KnownOutputs>>;
  /** Adds what the vendor adds to values that the program passes. @default nothing */
  readonly extended?: (facts: OutputFacts, outputs: Properties) => Properties;
  /** The record's name for an id, because ids contain slashes. */
  readonly key?: (id: string) => string;
}

/**
 * The model of resource types that the sandbox does not model itself, so that the stack around a gateway deploys. The inputs are stored and
 * returned as outputs, with plausible values for the outputs that the vendor would compute.
 */
export function echoModel<Settings>(place: EchoedPackage<Settings>): ResourceModel<Settings> {
  const records = new Kind<EchoRecord>(place.kind);
  const keyOf = (call: Call<Settings>, inputs: Properties, id: string) => [
    ...place.scope(call.settings, inputs),
    call.type,
    place.key?.(id) ?? id,
  ];
  const outputsOf = (call: Call<Settings>, inputs: Properties, id: string): Properties => {
    const facts = { ...place.facts(call, inputs, id), type: call.type, urn: call.urn, id };
    const known = Object.hasOwn(place.known, call.type) ? place.known[call.type]?.(facts, inputs) : undefined;
    const outputs = withComputed(facts, { ...place.outputs(call, inputs, facts), ...known, ...inputs });
    return place.extended?.(facts, outputs) ?? outputs;
  };
  return {
    replaces: [],
    create(call, inputs) {
      const exists = (id: string) => records.get(call.records, ...keyOf(call, inputs, id)) !== undefined;
      const named = place.namedId?.(call, inputs);
      if (named !== undefined && exists(named) && place.overwriting?.has(call.type) !== true) {
        throw new VendorError(`Error creating ${call.type}: Error 409: ${named} already exists`);
      }
      const taken = (short: string) => exists(place.id(call, inputs, short));
      const id = named ?? place.id(call, inputs, identifier(10, [call.urn], taken));
      records.put(call.records, { inputs }, ...keyOf(call, inputs, id));
      return { id, outputs: outputsOf(call, inputs, id) };
    },
    read(call, id, state) {
      const found = records.get(call.records, ...keyOf(call, state, id));
      return found && { id, inputs: found.inputs, outputs: outputsOf(call, found.inputs, id) };
    },
    update(call, id, { inputs, state }) {
      records.put(call.records, { inputs }, ...keyOf(call, state, id));
      return outputsOf(call, inputs, id);
    },
    delete(call, id, state) {
      records.delete(call.records, ...keyOf(call, state, id));
    },
  };
}
