import type { Api } from "@pulumi/aws/apigatewayv2/index.js";
import type { Permission } from "@pulumi/aws/lambda/index.js";
import * as pulumi from "@pulumi/pulumi";
import type { Bindings } from "../../api/binding/binding.ts";
import { type Api as CheckedApi, functionBackends } from "../../api/checked-api.ts";
import { invocationPermission } from "../function/invocation.ts";
import { functionArnOf } from "../function/lambda-form.ts";
import type { HttpApiParts } from "./parts.ts";

/** Declares the permissions to invoke the functions of an API: its backends, and the function for its own replies. */
export function declarePermissions(
  { name, parent, transform }: HttpApiParts,
  { executionArn }: Api,
  api: CheckedApi,
  bindings: pulumi.Output<Bindings>,
  replies: pulumi.Output<string> | undefined,
): Permission[] {
  // The form of a route's ARN in the events of live APIs: stage, method and path.
  const sourceArn = pulumi.interpolate`${executionArn}/$default/*`;
  const permit = (part: string, functionArn: pulumi.Output<string>): Permission =>
    invocationPermission(`${name}-${part}-permission`, functionArn, sourceArn, { parent }, transform.permission);
  const permissions = functionBackends(api).map((backend) =>
    permit(
      `backend-${backend}`,
      bindings.apply((values) => functionArnOf(values, backend)),
    ),
  );
  return replies === undefined ? permissions : [...permissions, permit("replies", replies)];
}
