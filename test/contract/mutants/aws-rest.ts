import { accessMutants } from "./aws-rest/access.ts";
import { backendMutants } from "./aws-rest/backends.ts";
import { limitMutants } from "./aws-rest/limits.ts";
import { routingMutants } from "./aws-rest/routing.ts";
import { validationMutants } from "./aws-rest/validation.ts";
import { frozenTime, type Mutant } from "./mutant.ts";

export const awsRestMutants: readonly Mutant[] = [
  frozenTime,
  ...accessMutants,
  ...routingMutants,
  ...backendMutants,
  ...validationMutants,
  ...limitMutants,
];
