import { gatewayMembers } from "../../gateway/gateway-shape.ts";
import { callback, objectOf, transforms } from "../../gateway/shape.ts";
import { certificateTransforms, domain } from "../domain/shape.ts";
import { functionBinding } from "../function/function-binding.ts";
import { executionTransforms } from "../function/shape.ts";
import { operations } from "../operations/shape.ts";
import type { AwsHttpApiArgs, AwsHttpApiTransforms } from "./args.ts";
import { restOnly } from "./rest-api-only.ts";

/** The shape of {@link AwsHttpApiArgs}. */
export const httpApiShape = objectOf<AwsHttpApiArgs>(
  {
    ...gatewayMembers(functionBinding),
    ...operations,
    domain,
    transform: transforms<AwsHttpApiTransforms>({
      ...executionTransforms,
      ...certificateTransforms,
      domain: callback,
      api: callback,
      deployment: callback,
      stage: callback,
      replies: callback,
      permission: callback,
      accessLog: callback,
      apiMapping: callback,
    }),
  },
  { explained: restOnly },
);
