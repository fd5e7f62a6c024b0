import { awsWhereaboutsOf } from "./aws-whereabouts.ts";
import { azureWhereaboutsOf } from "./azure-whereabouts.ts";
import { gcpWhereaboutsOf } from "./gcp-whereabouts.ts";
import type { PendingCreate } from "./pending-creates.ts";
import type { Whereabouts } from "./sought.ts";

/** The whereabouts of a resource; undefined for a type that no component of Polygate declares. */
export function whereaboutsOf(create: PendingCreate): Whereabouts | undefined {
  return awsWhereaboutsOf(create) ?? azureWhereaboutsOf(create) ?? gcpWhereaboutsOf(create);
}
