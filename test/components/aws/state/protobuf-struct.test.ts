import assert from "node:assert/strict";
import resources from "@pulumi/pulumi/proto/resource_pb.js";
import { structOf } from "../../../../components/aws/state/protobuf-struct.ts";

describe("protobuf's Struct", () => {
  it("contains the members of the object", () => {
    assert.deepEqual(structOf({ stackName: "acme/shops/dev", empty: "" }).toJavaScript(), {
      stackName: "acme/shops/dev",
      empty: "",
    });
  });

  it("is an argument that Pulumi's SDK writes to the wire and reads back", () => {
    const request = new resources.ResourceInvokeRequest();
    request.setArgs(structOf({ stackName: "acme/shops/dev" }));
    const received = resources.ResourceInvokeRequest.deserializeBinary(request.serializeBinary());
    assert.deepEqual(received.getArgs()?.toJavaScript(), { stackName: "acme/shops/dev" });
  });

  it("is a new object each time", () => {
    const [first, second] = [structOf({ stackName: "one" }), structOf({ stackName: "two" })];
    assert.notEqual(first, second);
    assert.deepEqual([first.toJavaScript(), second.toJavaScript()], [{ stackName: "one" }, { stackName: "two" }]);
  });
});
