import * as pulumi from "@pulumi/pulumi";
import { printable } from "../../api/problem.ts";
import { aliasRecords } from "./alias-records.ts";
import type { DomainOwner } from "./certificate.ts";
import type { AwsDomain, PlainDomain } from "./domain.ts";
import type { DeclaredDomain } from "./domain-name.ts";
import type { DomainMapping, MappedStage } from "./mapping.ts";
import { sharedDomainName } from "./shared-domain.ts";

/** How a class of gateway declares a domain's resources. */
interface DomainResources {
  readonly owner: DomainOwner;
  readonly domain: (domain: PlainDomain) => DeclaredDomain;
  readonly mapping: (stage: MappedStage) => DomainMapping;
}

/** The custom domain of a gateway whose stage is not declared yet. */
export interface GatewayDomain {
  /** Whether the endpoint that AWS gives the API is disabled. */
  readonly alone: boolean;
  /** The dependencies of the stage: these, and the domain, so that the other endpoint keeps answering until the domain exists. */
  stageAfter(resources: readonly pulumi.Resource[]): pulumi.Input<pulumi.Resource[]>;
  /**
   * Maps the domain to the stage.
   *
   * @param after what the mapping depends on: the stage, and what must protect it by then
   *
   * @returns the gateway's URL
   */
  lead(apiId: pulumi.Output<string>, stageName: string, after: readonly pulumi.Resource[]): pulumi.Output<string>;
}

/** Declares a gateway's domain, or uses the shared one. */
export function gatewayDomain(args: AwsDomain, { owner, domain, mapping }: DomainResources): GatewayDomain {
  const plain = args as PlainDomain;
  const { basePath, keepExecuteApi, shared } = plain;
  const { name, parent } = owner;
  const declared = shared === undefined ? domain(plain) : undefined;
  const domainName = declared?.name ?? sharedDomainName(`The gateway "${name}"`, plain);
  if (keepExecuteApi !== undefined) {
    pulumi.log.info(printable(`open beside the domain: the execute-api endpoint: ${keepExecuteApi}`), parent);
  }
  return {
    alone: keepExecuteApi === undefined,
    stageAfter: (resources) =>
      declared === undefined ? domainName.apply(() => [...resources]) : [...resources, declared.resource],
    lead(apiId, stageName, after) {
      const mapped = mapping({ name, parent, domainName, basePath, apiId, stage: stageName, after });
      if (declared !== undefined) aliasRecords(owner, plain, declared.target, [mapped.resource]);
      return mapped.domainName.apply((host) => `https://${host}${basePath === undefined ? "" : `/${basePath}`}`);
    },
  };
}
