import schema from "./schema.json" with { type: "json" };

/** The type of a property, as the SDK declares it. */
export type PropertyType =
  | "string"
  | "number"
  | "boolean"
  | "asset"
  | "any"
  | { readonly list: PropertyType }
  | { readonly map: PropertyType }
  | { readonly object: string }
  | { readonly enum: readonly (string | number)[] }
  | { readonly oneOf: readonly PropertyType[] };

export interface PropertySchema {
  readonly type: PropertyType;
  readonly required?: true;
}

export interface ResourceSchema {
  readonly inputs: Readonly<Record<string, PropertySchema>>;
  readonly outputs: readonly string[];
}

/** The modelled part of the SDKs' declarations: written by `generate.ts`, committed as `schema.json`. */
export interface SchemaFile {
  /** The SDK versions it was read from. */
  readonly packages: Readonly<Record<string, string>>;
  readonly resources: Readonly<Record<string, ResourceSchema>>;
  /** Object types by `package:module.Name`. */
  readonly types: Readonly<Record<string, Readonly<Record<string, PropertySchema>>>>;
}

/** The committed schema. */
export const resourceSchemas = schema as unknown as SchemaFile;
