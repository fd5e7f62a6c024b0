import resources from "@pulumi/pulumi/proto/resource_pb.js";

/** The message that the SDK's own declarations name, so that these declarations import no package that Polygate does not declare. */
type Struct = NonNullable<ReturnType<InstanceType<typeof resources.ResourceInvokeRequest>["getArgs"]>>;

/**
 * A `ResourceInvokeRequest` with nothing but empty arguments, in protobuf's wire format: the tag of field 2 (`args`, a message), and the
 * length of its content, which is 0.
 */
const REQUEST_WITH_EMPTY_ARGS = Uint8Array.of(0x12, 0x00);

/**
 * Converts a plain object to protobuf's `Struct`, the type of an invoke's arguments.
 *
 * The class belongs to `google-protobuf`, a dependency of Pulumi's SDK and not of Polygate: importing it could load another copy, or
 * none. The SDK does not export the class, but every request that it parses contains an instance, whose constructor is the class.
 */
export function structOf(value: Readonly<Record<string, string>>): Struct {
  const request = resources.ResourceInvokeRequest.deserializeBinary(REQUEST_WITH_EMPTY_ARGS);
  const { fromJavaScript } = (request.getArgs() as Struct).constructor as unknown as {
    fromJavaScript(value: Readonly<Record<string, string>>): Struct;
  };
  return fromJavaScript(value);
}
