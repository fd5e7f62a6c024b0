import { callback, type Leaf, objectOf, value } from "../../gateway/shape.ts";
import type { GcpCompanion, GcpCompanionInstances } from "./args.ts";
import type { GcpCompanionTransforms } from "./transforms.ts";

/** The shape of {@link GcpCompanion}. */
export const companionShape = objectOf<GcpCompanion>({
  image: value,
  instances: objectOf<GcpCompanionInstances>({ minimum: value, maximum: value }),
  limits: value,
  cpu: value,
  memory: value,
});

/** The shapes of {@link GcpCompanionTransforms}. */
export const companionTransformShapes = {
  caller: callback,
  companionAccount: callback,
  configuration: callback,
  configurationObject: callback,
  configurationReader: callback,
  companion: callback,
  invoker: callback,
  secretReader: callback,
} as const satisfies Readonly<Record<keyof GcpCompanionTransforms, Leaf<"function">>>;
