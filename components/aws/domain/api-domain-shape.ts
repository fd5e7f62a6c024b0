import { callback, objectOf, transforms } from "../../gateway/shape.ts";
import { tags } from "../operations/shape.ts";
import type { AwsApiDomainArgs, AwsApiDomainTransforms } from "./api-domain.ts";
import { certificateTransforms, domainName } from "./shape.ts";

/** The shape of {@link AwsApiDomainArgs}. */
export const apiDomainShape = objectOf<AwsApiDomainArgs>({
  ...domainName,
  tags,
  transform: transforms<AwsApiDomainTransforms>({ ...certificateTransforms, domain: callback }),
});
