import { UnsupportedArtefact } from "../../../data-plane/interpreter.ts";
import { hex, withAutomaticName } from "../../automatic-name.ts";
import { isEmpty, type Properties, text, texts } from "../../property-value.ts";
import { type Call, type CheckFailure, type ResourceModel, VendorError } from "../../resource-model.ts";
import { gcpEcho, storedObject } from "../echo.ts";
import { interfaceFailure } from "../network/interface.ts";
import type { GcpSettings } from "../project.ts";
import {
  configurationPath,
  containerPort,
  containerSecrets,
  envoyContainer,
  mountedObject,
  networkInterface,
  probePaths,
  timeoutMs,
} from "./container.ts";
import { cloudRunArtefacts } from "./deployed-services.ts";
import { refuseUnmodelledGrants } from "./grants.ts";
import { type RunServiceRecord, runServices } from "./record.ts";
import { unservedArguments } from "./unserved.ts";

/** The service's id within its project and location. https://cloud.google.com/run/docs/reference/rest/v2/projects.locations.services/create */
const NAME = /^[a-z](?:[a-z0-9-]{0,47}[a-z0-9])?$/;

/**
 * `gcp:cloudrunv2/service:Service` (terraform-provider-google, resource_cloud_run_v2_service.go). A service whose container is an Envoy is
 * served; every other one is stored.
 */
export const runService: ResourceModel<GcpSettings> = {
  ...gcpEcho,
  replaces: ["name", "location", "project"],
  complete: (inputs, call) => withAutomaticName(inputs, "name", call, (seed) => `-${hex(seed, 7)}`),

  verify(inputs) {
    const name = text(inputs, "name");
    const failures: CheckFailure[] = [...unservedArguments(inputs)];
    if (name !== undefined && envoyContainer(inputs) !== undefined && !NAME.test(name)) {
      const rule =
        "must begin with a letter, contain only lower-case letters, digits and hyphens, not end with a hyphen,";
      failures.push({ property: "name", reason: `${JSON.stringify(name)} ${rule} and have fewer than 50 characters` });
    }
    return failures;
  },

  async create(call, inputs) {
    const created = await gcpEcho.create(call, inputs);
    deployRevision(call, created.id, inputs, created.outputs);
    return created;
  },

  read(call, id, state) {
    // An import may name the location and the service alone.
    const [, location, name] = /^([^/]+)\/([^/]+)$/.exec(id) ?? [];
    const project = call.settings.project;
    return gcpEcho.read(
      call,
      name === undefined ? id : `projects/${project}/locations/${location}/services/${name}`,
      state,
    );
  },

  async update(call, id, change) {
    const outputs = await gcpEcho.update(call, id, change);
    deployRevision(call, id, change.inputs, outputs);
    return outputs;
  },

  delete(call, id, state) {
    if (state.deletionProtection !== false) {
      throw new VendorError(
        "cannot destroy service without setting deletion_protection=false and running `pulumi up` " +
          `(deletionProtection of the service ${id} is true, which is the default)`,
      );
    }
    gcpEcho.delete(call, id, state);
    runServices.delete(call.records, id);
  },
};

/** Takes the configuration as it is now, because a container reads it at its start. */
function deployRevision(call: Call<GcpSettings>, id: string, inputs: Properties, outputs: Properties): void {
  const container = envoyContainer(inputs);
  if (container === undefined) {
    runServices.delete(call.records, id);
    return;
  }
  const path = configurationPath(container.envoy);
  if ("problem" in path) throw notReady(id, path.problem);
  const mounted = mountedObject(path.path, container);
  const content = mounted === undefined ? undefined : storedObject(call.records, mounted.bucket, mounted.name);
  if (content === undefined) {
    const where =
      mounted === undefined
        ? "no Cloud Storage volume contains it"
        : `gs://${mounted.bucket}/${mounted.name} has no content`;
    throw notReady(id, `Envoy cannot read ${path.path}: ${where}`);
  }
  const [, project = "", , location = "", , name = ""] = id.split("/");
  const own = networkInterface(container.template);
  const secrets = containerSecrets(container);
  const hasSecrets = Object.keys({ ...secrets.variables, ...secrets.files }).length > 0;
  const record: RunServiceRecord = {
    id,
    name,
    location,
    urls: [text(outputs, "uri") ?? "", ...(texts(outputs.urls) ?? [])].filter(
      (url, at, all) => all.indexOf(url) === at,
    ),
    customAudiences: texts(inputs.customAudiences) ?? [],
    invokerIamDisabled: !isEmpty(inputs.invokerIamDisabled),
    timeoutMs: timeoutMs(container.template),
    port: containerPort(container.envoy),
    probes: probePaths(container.envoy),
    configuration: content,
    ...(hasSecrets ? { secrets } : {}),
    ...(own === undefined ? {} : { interface: own }),
  };
  const failure = own && interfaceFailure(call.records, { project, region: location }, own);
  if (failure !== undefined) throw notReady(id, failure);
  try {
    call.ports.validate(cloudRunArtefacts(call.records, record));
  } catch (error) {
    if (!(error instanceof UnsupportedArtefact)) throw error;
    throw notReady(id, error.message);
  }
  runServices.put(call.records, record, id);
  refuseUnmodelledGrants(call.records, id);
}

function notReady(id: string, problem: string): VendorError {
  return new VendorError(
    "Error waiting to create Service: Error waiting for Creating Service: Error code 9, message: The revision of " +
      `${id} is not ready and cannot serve traffic. ${problem}`,
  );
}
