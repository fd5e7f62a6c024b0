import { gatewayMembers } from "../../gateway/gateway-shape.ts";
import { callback, namedBy, objectOf, transforms, value } from "../../gateway/shape.ts";
import { companionShape, companionTransformShapes } from "../companion/shape.ts";
import type { GcpApiGatewayArgs, GcpApiGatewayTransforms } from "./args.ts";

/** The shape of {@link GcpApiGatewayArgs}. */
export const apiGatewayShape = objectOf<GcpApiGatewayArgs>({
  ...gatewayMembers(),
  region: value,
  project: value,
  labels: namedBy(value, { checked: true }),
  companion: companionShape,
  transform: transforms<GcpApiGatewayTransforms>({
    api: callback,
    config: callback,
    gateway: callback,
    ...companionTransformShapes,
  }),
});
