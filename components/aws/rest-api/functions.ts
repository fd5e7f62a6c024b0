import type { RestApi } from "@pulumi/aws/apigateway/index.js";
import type { FunctionArgs, Permission, PermissionArgs } from "@pulumi/aws/lambda/index.js";
import * as pulumi from "@pulumi/pulumi";
import { type Bindings, bound, functionArnOf } from "../../api/binding/binding.ts";
import { type Api, functionBackends } from "../../api/checked-api.ts";
import type { Transform } from "../../gateway/transform.ts";
import {
  type ExecutionTransforms,
  functionDescription,
  functionExecution,
  immutableFunction,
  type PendingContent,
} from "../function/immutable-function.ts";
import { invocationPermission } from "../function/invocation.ts";
import { authorizerName, type RestRequirement, requirementsOf } from "./document/requirement.ts";
import { authorizerFunction } from "./jwt-authorizer/index.ts";

/** A REST API's name, what its functions and permissions are children of, and what a user changes of them. */
export interface FunctionParts {
  readonly name: string;
  readonly parent: pulumi.Resource;
  readonly transform: ExecutionTransforms & {
    readonly authorizer?: Transform<FunctionArgs>;
    readonly permission?: Transform<PermissionArgs>;
  };
}

/** The functions that check tokens. */
export interface AuthorizerFunctions {
  /** Each function's ARN, by the name of its authorizer. */
  readonly arns: pulumi.Output<Readonly<Record<string, string>>>;
  /** Lets the API call them as its authorizers, and as nothing else. */
  readonly permissions: (api: RestApi) => readonly Permission[];
}

/** One function for each distinct requirement; all run as one role, which may write to one log and nothing else. */
export function authorizerFunctions(
  { name, parent, transform }: FunctionParts,
  api: Api,
  bindings: pulumi.Output<Bindings>,
): AuthorizerFunctions {
  const requirements = requirementsOf(api);
  if (requirements.length === 0) return { arns: pulumi.output<Record<string, string>>({}), permissions: () => [] };
  const execution = functionExecution(`${name}-authorizer`, { parent }, transform);
  const functions = requirements.map((requirement) => {
    const key = authorizerName(requirement);
    const content = authorizerContent(requirement, bindings);
    return {
      key,
      made: immutableFunction(`${name}-authorizer-${key}`, content, execution, { parent }, transform.authorizer),
    };
  });
  return {
    arns: pulumi.output(Object.fromEntries(functions.map(({ key, made }) => [key, made.arn]))),
    permissions: ({ executionArn }) =>
      functions.map(({ key, made }) =>
        invocationPermission(
          `${name}-authorizer-${key}-permission`,
          made.arn,
          pulumi.interpolate`${executionArn}/authorizers/*`,
          { parent },
          transform.permission,
        ),
      ),
  };
}

/** What the description of each function will be, by the name of its authorizer: it says which content that is. */
export function authorizerDescriptions(
  api: Api,
  bindings: pulumi.Output<Bindings>,
): pulumi.Output<Readonly<Record<string, string>>> {
  return pulumi.output(
    Object.fromEntries(
      requirementsOf(api).map((requirement) => [
        authorizerName(requirement),
        functionDescription(authorizerContent(requirement, bindings)),
      ]),
    ),
  );
}

function authorizerContent(requirement: RestRequirement, bindings: pulumi.Output<Bindings>): PendingContent {
  return authorizerFunction(
    requirement,
    bindings.apply(({ auth }) => bound(auth, requirement.auth)),
  );
}

/** One for each function that is a backend, for one stage of this API alone. */
export function backendPermissions(
  { name, parent, transform }: FunctionParts,
  api: Api,
  bindings: pulumi.Output<Bindings>,
  { executionArn }: RestApi,
  stage: string,
): readonly Permission[] {
  return functionBackends(api).map((backend) =>
    invocationPermission(
      `${name}-backend-${backend}-permission`,
      bindings.apply((values) => functionArnOf(values, backend)),
      pulumi.interpolate`${executionArn}/${stage}/*`,
      { parent },
      transform.permission,
    ),
  );
}
