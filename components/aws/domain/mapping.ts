import { ApiMapping } from "@pulumi/aws/apigatewayv2/apiMapping.js";
import type { ApiMappingArgs } from "@pulumi/aws/apigatewayv2/index.js";
import type * as pulumi from "@pulumi/pulumi";
import type { ChildTransform } from "../../gateway/child-transform.ts";

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
  transform: ChildTransform<ApiMappingArgs>,
): DomainMapping {
  const resource = transform.declare(
    ApiMapping,
    `${name}-domain-mapping`,
    { domainName, apiId, stage, ...(basePath === undefined ? {} : { apiMappingKey: basePath }) },
    { parent, dependsOn: [...after] },
  );
  return { resource, domainName: resource.domainName };
}
