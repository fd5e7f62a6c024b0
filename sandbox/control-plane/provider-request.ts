import type { Properties } from "./property-value.ts";

/** The engine's requests to a provider. */

export interface CheckRequest {
  readonly urn: string;
  readonly news: Properties;
  readonly olds: Properties | undefined;
  readonly seed: Uint8Array;
  readonly autonaming: { readonly disabled: boolean; readonly proposed: string } | undefined;
}

export interface DiffRequest {
  readonly urn: string;
  readonly news: Properties;
  readonly oldInputs: Properties;
  readonly state: Properties;
  readonly ignored: readonly string[];
}

export interface CreateRequest {
  readonly urn: string;
  readonly inputs: Properties;
  readonly preview: boolean;
}

export interface ReadRequest {
  readonly urn: string;
  readonly id: string;
  readonly state: Properties;
  readonly oldInputs: Properties | undefined;
}

export interface UpdateRequest {
  readonly urn: string;
  readonly id: string;
  readonly inputs: Properties;
  readonly oldInputs: Properties;
  readonly state: Properties;
  readonly preview: boolean;
}

export interface DeleteRequest {
  readonly urn: string;
  readonly id: string;
  readonly inputs: Properties;
  readonly state: Properties;
}
