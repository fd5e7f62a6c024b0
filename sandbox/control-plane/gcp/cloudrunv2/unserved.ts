import { containsUnknown, isEmpty, isObject, type Properties, type PropertyValue, text } from "../../property-value.ts";
import type { CheckFailure } from "../../resource-model.ts";
import {
  configurationPath,
  containerPort,
  type EnvoyContainer,
  envoyContainer,
  httpProbes,
  imageProblem,
  objects,
} from "./container.ts";

/** An argument of a service that can decide requests. */
interface Rule {
  readonly property: string;
  readonly value: (inputs: Properties, container: EnvoyContainer) => PropertyValue | undefined;
  /** Whether the sandbox serves the value. */
  readonly serves: (value: PropertyValue) => boolean;
  /** What to write instead. */
  readonly instead: string;
}

const is =
  (...served: readonly PropertyValue[]) =>
  (value: PropertyValue): boolean =>
    served.includes(value);
const absent = (): boolean => false;
const LEAVE_OUT = "leave it out here";

/** Options of a Cloud Storage volume that change no content. */
const MOUNT_OPTION = /^(?:uid|gid|file-mode|dir-mode|implicit-dirs|ro)(?:=|$)/;

const RULES: readonly Rule[] = [
  {
    property: "ingress",
    value: ({ ingress }) => ingress,
    serves: is("INGRESS_TRAFFIC_ALL"),
    instead: "use INGRESS_TRAFFIC_ALL",
  },
  { property: "defaultUriDisabled", value: (inputs) => inputs.defaultUriDisabled, serves: absent, instead: LEAVE_OUT },
  { property: "iapEnabled", value: (inputs) => inputs.iapEnabled, serves: absent, instead: LEAVE_OUT },
  {
    property: "multiRegionSettings",
    value: (inputs) => inputs.multiRegionSettings,
    serves: absent,
    instead: LEAVE_OUT,
  },
  {
    property: "traffics",
    value: ({ traffics }) => traffics,
    serves: isLatestAlone,
    instead: "send 100 percent to TRAFFIC_TARGET_ALLOCATION_TYPE_LATEST",
  },
  {
    property: "scaling.manualInstanceCount",
    value: ({ scaling }) => (isObject(scaling) && scaling.manualInstanceCount === 0 ? "0" : undefined),
    serves: absent,
    instead: LEAVE_OUT,
  },
  {
    property: "template.containers",
    value: (_inputs, { containers }) => (containers.length > 1 ? `${containers.length} containers` : undefined),
    serves: absent,
    instead: "declare Envoy alone",
  },
  {
    property: "template.vpcAccess.connector",
    value: (_inputs, { template: { vpcAccess } }) => (isObject(vpcAccess) ? vpcAccess.connector : undefined),
    serves: absent,
    instead: "use networkInterfaces",
  },
  {
    property: "template.serviceMesh",
    value: (_inputs, { template }) => template.serviceMesh,
    serves: absent,
    instead: LEAVE_OUT,
  },
  {
    property: "template.containers[0].commands",
    value: (_inputs, { envoy }) => envoy.commands,
    serves: absent,
    instead: "leave it out: the image starts Envoy",
  },
  {
    property: "template.containers[0].ports.name",
    value: (_inputs, { envoy }) => (isObject(envoy.ports) ? envoy.ports.name : undefined),
    serves: is("http1"),
    instead: "use http1",
  },
];

/**
 * Reports what can decide requests to a service with an Envoy, and is not served as declared. A service with another image is only stored,
 * and no request is led to it.
 */
export function unservedArguments(inputs: Properties): readonly CheckFailure[] {
  const container = envoyContainer(inputs);
  if (container === undefined) return [];
  const failures: CheckFailure[] = [];
  for (const { property, value, serves, instead } of RULES) {
    const found = value(inputs, container);
    if (found === undefined || found === null || isEmpty(found) || containsUnknown(found) || serves(found)) continue;
    const shown = typeof found === "string" ? JSON.stringify(found) : property;
    failures.push({ property, reason: `${shown} is not modelled in the sandbox for a service with Envoy; ${instead}` });
  }
  return [...failures, ...containerFailures(container), ...volumeFailures(container.template)];
}

function containerFailures({ envoy }: EnvoyContainer): readonly CheckFailure[] {
  const failures: CheckFailure[] = [];
  const image = imageProblem(text(envoy, "image") ?? "");
  if (image !== undefined) failures.push({ property: "template.containers[0].image", reason: image });
  if (!containsUnknown(envoy.args)) {
    const path = configurationPath(envoy);
    if ("problem" in path) failures.push({ property: "template.containers[0].args", reason: path.problem });
  }
  return [...failures, ...probeFailures(envoy)];
}

/** A probe that the sandbox would not send as Cloud Run does. */
function probeFailures(envoy: Properties): readonly CheckFailure[] {
  const unserved = httpProbes(envoy).flatMap(([name, probe]) => {
    const otherPort = typeof probe.port === "number" && probe.port !== containerPort(envoy);
    const parts = [...(otherPort ? ["port"] : []), ...(isEmpty(probe.httpHeaders) ? [] : ["httpHeaders"])];
    return parts.map((part) => `${name}.httpGet.${part}`);
  });
  const grpc = ["startupProbe", "livenessProbe", "readinessProbe"].filter((name) => {
    const probe = envoy[name];
    return isObject(probe) && probe.grpc !== undefined;
  });
  return [...unserved, ...grpc.map((name) => `${name}.grpc`)].map((part) => ({
    property: `template.containers[0].${part}`,
    reason: `${part} is not modelled in the sandbox for a service with Envoy; probe a path of the container's port`,
  }));
}

function volumeFailures(template: Properties): readonly CheckFailure[] {
  return objects(template.volumes).flatMap((volume, index): readonly CheckFailure[] => {
    const property = `template.volumes[${index}]`;
    const kind = ["emptyDir", "nfs", "cloudSqlInstance"].find((name) => volume[name] !== undefined);
    if (kind !== undefined) {
      const reason = `a volume of the kind ${kind} is not modelled in the sandbox for a service with Envoy; use gcs or secret`;
      return [{ property: `${property}.${kind}`, reason }];
    }
    const options = isObject(volume.gcs) && Array.isArray(volume.gcs.mountOptions) ? volume.gcs.mountOptions : [];
    return options
      .filter((option) => typeof option === "string" && !containsUnknown(option) && !MOUNT_OPTION.test(option))
      .map((option) => ({
        property: `${property}.gcs.mountOptions`,
        reason: `${JSON.stringify(option)} is not modelled in the sandbox; ${LEAVE_OUT}`,
      }));
  });
}

function isLatestAlone(traffics: PropertyValue): boolean {
  const [target, ...more] = objects(traffics);
  if (target === undefined || more.length > 0) return false;
  return target.type === "TRAFFIC_TARGET_ALLOCATION_TYPE_LATEST" && target.percent === 100 && isEmpty(target.tag);
}
