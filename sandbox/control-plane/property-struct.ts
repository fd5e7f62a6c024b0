import structProto from "google-protobuf/google/protobuf/struct_pb.js";
import {
  isObject,
  isUnknown,
  type Properties,
  type PropertyValue,
  signatureKey,
  UNKNOWN,
  withoutUndefined,
} from "./property-value.ts";

const secretSignature = "1b47061264138c4ac30d75fd1eb44270";
const outputSignature = "d0e6a833031e9bbcd3f4e8bde6ca49a4";

/**
 * Reads the properties of a message. The sandbox declares that it accepts neither secrets nor outputs, so the engine unwraps them, and marks
 * the responses as secret again (`annotateSecrets` in the engine). A wrapped value that still arrives is unwrapped here.
 */
export function fromStruct(struct: structProto.Struct | undefined): Properties {
  if (struct === undefined) return {};
  return unwrap(struct.toJavaScript() as Properties) as Properties;
}

function unwrap(value: PropertyValue): PropertyValue {
  if (Array.isArray(value)) return value.map(unwrap);
  if (!isObject(value)) return isUnknown(value) ? UNKNOWN : value;
  const signature = value[signatureKey];
  if (signature === secretSignature) return unwrap(value.value ?? null);
  if (signature === outputSignature) return value.value === undefined ? UNKNOWN : unwrap(value.value);
  return Object.fromEntries(Object.entries(value).map(([name, entry]) => [name, unwrap(entry)]));
}

export function toStruct(properties: { readonly [name: string]: PropertyValue | undefined }): structProto.Struct {
  // A struct cannot contain undefined: an undefined property is left out.
  return structProto.Struct.fromJavaScript(withoutUndefined(properties) as Record<string, never>);
}
