import { type Members, namedBy, objectOf, value } from "../../gateway/shape.ts";
import type { AccessLog } from "./access-log.ts";
import type { AwsOperations } from "./operations.ts";

/** The shape of tags. */
export const tags = namedBy(value, { checked: true });

/** The shapes of {@link AwsOperations}. */
export const operations: Members<AwsOperations> = {
  accessLog: objectOf<AccessLog>({ retentionDays: value }, { checked: true }),
  metrics: value,
  tags,
};
