import type { DeployedGateway } from "../../../data-plane/artefacts.ts";
import type { GcpCloudRunArtefacts } from "../../../data-plane/gcp/cloud-run/artefacts.ts";
import type { Records } from "../../records.ts";
import { reachOf } from "../network/reach.ts";
import { grantsOf } from "./grants.ts";
import { type RunServiceRecord, runServiceKey, runServices } from "./record.ts";

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
  const { id, configuration, port, probes, urls, customAudiences, invokerIamDisabled, timeoutMs, location } = record;
  const [, project = ""] = id.split("/");
  return {
    kind: "gcp-cloud-run",
    service: id,
    document: configuration,
    ...(record.secrets === undefined ? {} : { secrets: record.secrets }),
    port,
    probes,
    urls,
    customAudiences,
    invokers: [...new Set(grantsOf(records, id).flatMap(({ invokers }) => invokers))].sort(),
    isOpen: invokerIamDisabled,
    timeoutMs,
    reach: reachOf(records, { project, region: location }, record.interface),
  };
}
