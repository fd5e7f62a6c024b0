import { ENVOY_VERSION } from "../../../data-plane/envoy/version.ts";
import type { CloudRunSecrets, CloudRunVariable } from "../../../data-plane/gcp/cloud-run/artefacts.ts";
import { isObject, isUnknown, type Properties, type PropertyValue, text, texts } from "../../property-value.ts";
import type { ServiceInterface } from "../network/interface.ts";

/** The port of a container that declares none. */
const DEFAULT_PORT = 8080;
const DEFAULT_TIMEOUT_S = 300;

/** Options of Envoy that change no request, and the number of their values. */
const HARMLESS: Readonly<Record<string, number>> = {
  "--concurrency": 1,
  "--disable-hot-restart": 0,
  "--log-level": 1,
  "-l": 1,
  "--service-cluster": 1,
  "--service-node": 1,
};

/** The container of a service that has an Envoy, and the template around it. */
export interface EnvoyContainer {
  readonly template: Properties;
  readonly containers: readonly Properties[];
  readonly envoy: Properties;
}

/** The image of Envoy that a service runs; undefined for a service without Envoy, and where the image is not known at preview. */
export function envoyContainer(inputs: Properties): EnvoyContainer | undefined {
  const template = isObject(inputs.template) ? inputs.template : {};
  const containers = objects(template.containers);
  const envoy = containers.find(({ image }) => imageVersion(image) !== undefined);
  return envoy === undefined ? undefined : { template, containers, envoy };
}

/** The tag of an image in a repository `envoyproxy/envoy` of any registry, which may be empty; undefined for another image. */
export function imageVersion(image: PropertyValue | undefined): string | undefined {
  if (typeof image !== "string" || isUnknown(image)) return undefined;
  const [reference = ""] = image.split("@");
  const found = /^(?:.+\/)?envoyproxy\/envoy(?::([^:/]+))?$/.exec(reference);
  return found === null ? undefined : (found[1] ?? "");
}

/** Why the sandbox's Envoy does not run an image; undefined when it does. */
export function imageProblem(image: string): string | undefined {
  const tag = imageVersion(image) ?? "";
  if (new RegExp(`^(?:distroless-)?v${ENVOY_VERSION.replaceAll(".", "\\.")}$`).test(tag)) return undefined;
  const has = tag === "" ? "an image without a tag, whose version is not known," : `the image ${tag}`;
  return `${has} is not modelled in the sandbox, which runs Envoy ${ENVOY_VERSION}; use the tag v${ENVOY_VERSION} or distroless-v${ENVOY_VERSION}`;
}

/** The path of the configuration file in the arguments, or what is not modelled in them. */
export function configurationPath(envoy: Properties): { readonly path: string } | { readonly problem: string } {
  const args = texts(envoy.args) ?? [];
  let path: string | undefined;
  for (let index = 0; index < args.length; index++) {
    const option = args[index] ?? "";
    if (option === "-c" || option === "--config-path") path = args[++index];
    else if (Object.hasOwn(HARMLESS, option)) index += HARMLESS[option] ?? 0;
    else
      return {
        problem: `the argument ${JSON.stringify(option)} of Envoy is not modelled in the sandbox; leave it out`,
      };
  }
  return path === undefined
    ? { problem: "a container without `-c FILE` is not modelled in the sandbox; name a file of a Cloud Storage volume" }
    : { path };
}

/** The object of Cloud Storage that a path of the container leads to. */
export function mountedObject(
  path: string,
  { template, envoy }: EnvoyContainer,
): { readonly bucket: string; readonly name: string } | undefined {
  const mounts = objects(envoy.volumeMounts)
    .map((mount) => ({
      volume: text(mount, "name"),
      folder: `${(text(mount, "mountPath") ?? "").replace(/\/+$/, "")}/`,
    }))
    .filter(({ folder }) => path.startsWith(folder))
    .sort((left, right) => right.folder.length - left.folder.length);
  const [mount] = mounts;
  const volume = objects(template.volumes).find((each) => text(each, "name") === mount?.volume);
  const bucket = isObject(volume?.gcs) ? text(volume.gcs, "bucket") : undefined;
  return mount === undefined || bucket === undefined ? undefined : { bucket, name: path.slice(mount.folder.length) };
}

export function containerPort({ ports }: Properties): number {
  // The SDK's type is one object.
  const port = isObject(ports) ? ports.containerPort : undefined;
  return typeof port === "number" ? port : DEFAULT_PORT;
}

/** The container's probes over HTTP, by the names of the arguments. A probe over TCP finds the port that Envoy listens on. */
export function httpProbes(envoy: Properties): readonly (readonly [name: string, probe: Properties])[] {
  return ["startupProbe", "livenessProbe", "readinessProbe"].flatMap((name) => {
    const probe = envoy[name];
    return isObject(probe) && isObject(probe.httpGet) ? [[name, probe.httpGet] as const] : [];
  });
}

export function probePaths(envoy: Properties): readonly string[] {
  return [...new Set(httpProbes(envoy).map(([, probe]) => text(probe, "path") ?? "/"))];
}

export function timeoutMs(template: Properties): number {
  const [, seconds = DEFAULT_TIMEOUT_S] = /^(\d+(?:\.\d+)?)s$/.exec(text(template, "timeout") ?? "") ?? [];
  return Number(seconds) * 1000;
}

export function objects(value: PropertyValue | undefined): readonly Properties[] {
  return Array.isArray(value) ? value.filter((entry): entry is Properties => isObject(entry)) : [];
}

/** The interface of a service in a network; undefined for a service without one. */
export function networkInterface({ vpcAccess }: Properties): ServiceInterface | undefined {
  const [first] = objects(isObject(vpcAccess) ? vpcAccess.networkInterfaces : undefined);
  if (first === undefined) return undefined;
  const [network, subnetwork] = [text(first, "network"), text(first, "subnetwork")];
  return {
    ...(network === undefined ? {} : { network }),
    ...(subnetwork === undefined ? {} : { subnetwork }),
    tags: texts(first.tags) ?? [],
  };
}

/** The variables of a container, and the files of its volumes with secrets, each with the version that it contains. */
export function containerSecrets({ template, envoy }: EnvoyContainer): CloudRunSecrets {
  const variables = objects(envoy.envs).flatMap(({ name, value, valueSource }): [string, CloudRunVariable][] => {
    const reference =
      isObject(valueSource) && isObject(valueSource.secretKeyRef) ? valueSource.secretKeyRef : undefined;
    if (typeof name !== "string") return [];
    return [[name, reference === undefined ? { value: String(value ?? "") } : { secret: versionOf(reference) }]];
  });
  const files = objects(envoy.volumeMounts).flatMap((mount) => {
    const volume = objects(template.volumes).find((each) => text(each, "name") === text(mount, "name"));
    const { secret } = volume ?? {};
    if (!isObject(secret)) return [];
    const folder = (text(mount, "mountPath") ?? "").replace(/\/+$/, "");
    const name = text(secret, "secret") ?? "";
    const items = objects(secret.items);
    // Without items, the file is called after the secret and contains the latest version.
    const all = items.length === 0 ? [{ path: name.slice(name.lastIndexOf("/") + 1), version: "latest" }] : items;
    return all.map((item) => [`${folder}/${text(item, "path")}`, versionOf({ ...item, secret: name })] as const);
  });
  return { variables: Object.fromEntries(variables), files: Object.fromEntries(files) };
}

function versionOf({ secret, version }: Properties): string {
  return `${String(secret)}/versions/${String(version ?? "latest")}`;
}
