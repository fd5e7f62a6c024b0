/**
 * What a JSON body must look like: the part of JSON Schema (draft 4 and later) that gateways check alike. Any other keyword is an
 * error, because it would not be checked. `fromOpenApi` can reduce other schemas to this part (`validate` in `x-polygate`).
 */
export interface BodySchema {
  /**
   * The JSON type.
   * @default any type
   */
  readonly type?: "object" | "array" | "string" | "number" | "integer" | "boolean";
  /**
   * The values that are accepted, at least one.
   * @default any value
   */
  readonly enum?: readonly (string | number | boolean)[];
  /**
   * The schemas of an object's members, where the object has them.
   * @default any members
   */
  readonly properties?: Readonly<Record<string, BodySchema>>;
  /**
   * The members that an object must have, at least one.
   * @default none
   */
  readonly required?: readonly string[];
  /**
   * Whether an object may have members that `properties` does not name.
   * @default true
   */
  readonly additionalProperties?: boolean;
  /**
   * The schema of each item of an array.
   * @default any items
   */
  readonly items?: BodySchema;
  /**
   * The smallest number that is accepted.
   * @default none
   */
  readonly minimum?: number;
  /**
   * The largest number that is accepted.
   * @default none
   */
  readonly maximum?: number;
  /**
   * The least number of characters of a string.
   * @default 0
   */
  readonly minLength?: number;
  /**
   * The most characters of a string.
   * @default any number
   */
  readonly maxLength?: number;
  /**
   * A regular expression that must match somewhere in a string. It must not use look-around, back references or Unicode classes.
   * @default none
   */
  readonly pattern?: string;
}

/** What a request must look like. At least one member must be set. */
export interface RequestShape {
  /**
   * Query parameters that must be present and not empty. Their values are not checked further.
   * @default none
   */
  readonly query?: readonly string[];
  /**
   * Headers that must be present and not empty. Their values are not checked further.
   * @default none
   */
  readonly headers?: readonly string[];
  /**
   * The schema of the body, for POST, PUT and PATCH only. The body must be JSON, whatever its content type (see `bodyTypes`). An empty body is
   * refused, except that a gateway may read it as `{}`.
   * @default any body, or none
   */
  readonly body?: BodySchema;
  /**
   * The media types whose bodies are checked, without parameters, e.g. `["application/json"]`. Bodies of all other types pass unchecked.
   * @default every type, so that a client cannot avoid the check with another one
   */
  readonly bodyTypes?: readonly string[];
  /**
   * What a gateway class does that checks requests, but cannot check all of this one: a name or a text that its documents cannot contain,
   * a schema that is too large. `"refuse"` makes it an error. `"report"` leaves that part unchecked, and the report lists it. A class that
   * checks no requests at all refuses the route in both cases, unless `waive` names `validation`.
   * @default "refuse"
   */
  readonly uncheckable?: "refuse" | "report";
}
