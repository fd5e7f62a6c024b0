import type { DeployedGateway } from "../../../data-plane/artefacts.ts";
import type { GcpCloudRunArtefacts } from "../../../data-plane/gcp/cloud-run/artefacts.ts";
import type { Records } from "../../records.ts";
import { type RunServiceRecord, runGrants, runServiceKey, runServices } from "./record.ts";

/** The services that run an Envoy. */
export function deployedRunServices(records: Records): readonly DeployedGateway[] {
  return runServices.list(records).map(([, record]) => ({
    key: runServiceKey(record.id),
    name: record.name,
    vendor: "gcp",
    region: record.location,
    artefacts: cloudRunArtefacts(records, record),
  }));
}

export function cloudRunArtefacts(records: Records, record: RunServiceRecord): GcpCloudRunArtefacts {
  const { id, configuration, port, urls, customAudiences, invokerIamDisabled, timeoutMs } = record;
  const grants = runGrants.list(records).filter(([, { service }]) => service === id);
  return {
    kind: "gcp-cloud-run",
    service: id,
    document: configuration,
    port,
    urls,
    customAudiences,
    invokers: [...new Set(grants.flatMap(([, { invokers }]) => invokers))].sort(),
    isOpen: invokerIamDisabled,
    timeoutMs,
  };
}
