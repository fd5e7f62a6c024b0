import type { RestApi } from "@pulumi/aws/apigateway/index.js";
import type { Permission } from "@pulumi/aws/lambda/index.js";
import * as pulumi from "@pulumi/pulumi";
import type { Bindings } from "../../api/binding/binding.ts";
import { type Api, functionBackends } from "../../api/checked-api.ts";
import { functionExecution } from "../function/execution.ts";
import { functionDescription, immutableFunction } from "../function/immutable-function.ts";
import { invocationPermission } from "../function/invocation.ts";
import { functionArnOf } from "../function/lambda-form.ts";
import { authorizersOf } from "./document/authorizers.ts";
import { authorizerFunction } from "./jwt-authorizer/index.ts";
import type { RestApiOwner } from "./owner.ts";
import { STAGE } from "./stage/name.ts";

/** The functions that verify tokens. */
export interface AuthorizerFunctions {
  /** Each function's ARN, by the name of its authorizer. */
  readonly arns: pulumi.Output<Readonly<Record<string, string>>>;
  /** Declares the permissions for the API to call them as its authorizers, and in no other way. */
  readonly declarePermissions: (api: RestApi) => readonly Permission[];
}

/**
 * Declares the function of each authorizer. All functions have the same role, which may write to one log and nothing
 * else.
 */
export function declareAuthorizers(
  { name, parent, transform }: RestApiOwner,
  api: Api,
  bindings: pulumi.Output<Bindings>,
): AuthorizerFunctions {
  const { all } = authorizersOf(api);
  if (all.length === 0) {
    return { arns: pulumi.output<Record<string, string>>({}), declarePermissions: () => [] };
  }
  const execution = functionExecution(`${name}-authorizer`, { parent }, transform);
  const functions = all.map((authorizer) => {
    const { name: key } = authorizer;
    const content = authorizerFunction(authorizer, api, bindings);
    return {
      key,
      resource: immutableFunction(`${name}-authorizer-${key}`, content, execution, { parent }, transform.authorizer),
    };
  });
  return {
    arns: pulumi.output(Object.fromEntries(functions.map(({ key, resource }) => [key, resource.arn]))),
    declarePermissions: ({ executionArn }) =>
      functions.map(({ key, resource }) =>
        invocationPermission(
          `${name}-authorizer-${key}-permission`,
          resource.arn,
          pulumi.interpolate`${executionArn}/authorizers/*`,
          { parent },
          transform.permission,
        ),
      ),
  };
}

/** Returns the description that each function will have, by the name of its authorizer. It identifies the function's content. */
export function authorizerDescriptions(
  api: Api,
  bindings: pulumi.Output<Bindings>,
): pulumi.Output<Readonly<Record<string, string>>> {
  return pulumi.output(
    Object.fromEntries(
      authorizersOf(api).all.map((authorizer) => [
        authorizer.name,
        functionDescription(authorizerFunction(authorizer, api, bindings)),
      ]),
    ),
  );
}

/** Declares a permission for each function that is a backend: the API's stage may call it. */
export function declareBackendPermissions(
  { name, parent, transform }: RestApiOwner,
  api: Api,
  bindings: pulumi.Output<Bindings>,
  { executionArn }: RestApi,
): readonly Permission[] {
  return functionBackends(api).map((backend) =>
    invocationPermission(
      `${name}-backend-${backend}-permission`,
      bindings.apply((values) => functionArnOf(values, backend)),
      pulumi.interpolate`${executionArn}/${STAGE}/*`,
      { parent },
      transform.permission,
    ),
  );
}
