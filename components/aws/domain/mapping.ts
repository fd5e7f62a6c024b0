import { ApiMapping, type ApiMappingArgs } from "@pulumi/aws/apigatewayv2/index.js";
import type * as pulumi from "@pulumi/pulumi";
import { type Transform, transformed } from "../../gateway/transform.ts";

/** A stage that a domain is to be mapped to, of either kind of API. */
export interface MappedStage {
  readonly name: string;
  readonly parent: pulumi.Resource;
  readonly domainName: pulumi.Output<string>;
  readonly basePath: string | undefined;
  readonly apiId: pulumi.Output<string>;
  readonly stage: string;
  /** What the mapping depends on. */
  readonly after: readonly pulumi.Resource[];
}

/** A mapping of a domain to a stage. */
export interface DomainMapping {
  readonly resource: pulumi.Resource;
  /** The domain's name, known once the mapping exists. */
  readonly domainName: pulumi.Output<string>;
}

/** Declares a mapping. */
export function apiMapping(
  { name, parent, domainName, basePath, apiId, stage, after }: MappedStage,
  transform: Transform<ApiMappingArgs> | undefined,
): DomainMapping {
  const [args, options] = transformed<ApiMappingArgs>(
    transform,
    { domainName, apiId, stage, ...(basePath === undefined ? {} : { apiMappingKey: basePath }) },
    { parent, dependsOn: [...after] },
    ["domainName", "apiId", "stage", "apiMappingKey", "region"],
  );
  const resource = new ApiMapping(`${name}-domain-mapping`, args, options);
  return { resource, domainName: resource.domainName };
}
