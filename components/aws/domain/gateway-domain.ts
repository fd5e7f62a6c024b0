import * as pulumi from "@pulumi/pulumi";
import { printable } from "../../api/problem.ts";
import { aliasRecords, type DomainOwner } from "./certificate.ts";
import { sharedDomain } from "./check.ts";
import type { AwsDomain, PlainDomain } from "./domain.ts";
import type { MadeDomain, MappedStage } from "./domain-name.ts";

/** How a class of gateway makes what its domain is made of. */
interface DomainMaker {
  readonly owner: DomainOwner;
  readonly domain: (domain: PlainDomain) => MadeDomain;
  readonly mapping: (stage: MappedStage) => {
    readonly resource: pulumi.Resource;
    readonly domainName: pulumi.Output<string>;
  };
}

/** The domain of a gateway, before there is a stage that it leads to. */
export interface GatewayDomain {
  /** Whether the endpoint that AWS gives the API is disabled. */
  readonly alone: boolean;
  /** What the stage waits for beside these, so that the other endpoint goes on until the domain is there. */
  stageAfter(resources: readonly pulumi.Resource[]): pulumi.Input<pulumi.Resource[]>;
  /**
   * Leads the domain to the stage.
   * @param after the stage, and what must stand before it by then
   * @returns the gateway's URL
   */
  lead(apiId: pulumi.Output<string>, stageName: string, after: readonly pulumi.Resource[]): pulumi.Output<string>;
}

/** Makes the domain, or takes the one that is handed in. */
export function gatewayDomain(given: AwsDomain, { owner, domain, mapping }: DomainMaker): GatewayDomain {
  const plain = given as PlainDomain;
  const { basePath, keepExecuteApi, shared } = plain;
  const { name, parent } = owner;
  const made = shared === undefined ? domain(plain) : undefined;
  const domainName = made?.name ?? sharedDomain(`The gateway "${name}"`, plain);
  if (keepExecuteApi !== undefined) {
    pulumi.log.info(printable(`open beside the domain: the execute-api endpoint: ${keepExecuteApi}`), parent);
  }
  return {
    alone: keepExecuteApi === undefined,
    stageAfter: (resources) =>
      made === undefined ? domainName.apply(() => [...resources]) : [...resources, made.resource],
    lead(apiId, stageName, after) {
      const led = mapping({ name, parent, domainName, basePath, apiId, stage: stageName, after });
      if (made !== undefined) aliasRecords(owner, plain, made.target, [led.resource]);
      return led.domainName.apply((host) => `https://${host}${basePath === undefined ? "" : `/${basePath}`}`);
    },
  };
}
