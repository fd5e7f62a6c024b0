import { createHash } from "node:crypto";
import { Service } from "@pulumi/gcp/cloudrunv2/service.js";
import { ServiceIamMember } from "@pulumi/gcp/cloudrunv2/serviceIamMember.js";
import { Account } from "@pulumi/gcp/serviceaccount/account.js";
import { Bucket } from "@pulumi/gcp/storage/bucket.js";
import { BucketIAMMember } from "@pulumi/gcp/storage/bucketIAMMember.js";
import { BucketObject } from "@pulumi/gcp/storage/bucketObject.js";
import * as pulumi from "@pulumi/pulumi";
import type { ChildTransforms } from "../../gateway/component-transforms.ts";
import { vendorName } from "../../gateway/names.ts";
import type { GcpCompanion } from "./args.ts";
import { instancesOf } from "./check-args.ts";
import { COMPANION_PORT } from "./configuration.ts";
import { envoyImage } from "./image.ts";
import { type BackendProof, declareSecretReaders, secretsOfContainer } from "./proof/proof-resources.ts";
import type { GcpCompanionTransforms } from "./transforms.ts";

/** Where the bucket with the configuration is mounted. */
const FOLDER = "/etc/polygate";
/**
 * Requests that one instance serves at a time. An Envoy waits for backends most of the time.
 *
 * @see https://cloud.google.com/run/docs/about-concurrency (at most 1,000)
 */
const CONCURRENCY = 500;

/** What the companion's resources are made from. */
export interface CompanionParts {
  readonly name: string;
  readonly parent: pulumi.Resource;
  readonly companion: GcpCompanion;
  readonly region: pulumi.Input<string>;
  /** The project and the labels of every resource that has them. */
  readonly common: { readonly project?: pulumi.Input<string>; readonly labels?: Record<string, pulumi.Input<string>> };
  readonly transform: ChildTransforms<GcpCompanionTransforms>;
  /** Envoy's configuration. */
  readonly configuration: pulumi.Output<string>;
  /** The network of private backends, if there are any. */
  readonly network?: CompanionNetwork;
  /** The proofs that the companion gives to backends. */
  readonly proofs: readonly BackendProof[];
  /** The longest that a request may take, in seconds. */
  readonly timeoutSeconds: pulumi.Input<number>;
}

/** The network from which the companion reaches private backends. */
export interface CompanionNetwork {
  readonly network: pulumi.Input<string>;
  readonly subnetwork: pulumi.Input<string>;
}

/** A companion that is deployed. */
export interface DeployedCompanion {
  /** The URL of the service. */
  readonly url: pulumi.Output<string>;
  /** The e-mail address of the service account with which the gateway calls the service. */
  readonly caller: pulumi.Output<string>;
  /** The right to call the service. The gateway must not call it before. */
  readonly right: pulumi.Resource;
}

/** Declares the companion's seven resources, however many routes there are, and one more for each proof to a backend. */
export function declareCompanion(parts: CompanionParts): DeployedCompanion {
  const caller = declareAccount(parts, "caller", "Calls the companion for the gateway");
  const account = declareAccount(parts, "companion-account", "Runs the companion");
  const configuration = declareConfiguration(parts, account);
  const service = declareService(parts, account, configuration);
  const right = parts.transform.invoker.declare(
    ServiceIamMember,
    `${parts.name}-companion-invoker`,
    {
      ...projectOf(parts),
      location: service.location,
      name: service.name,
      role: "roles/run.invoker",
      member: caller.member,
    },
    { parent: parts.parent },
  );
  return { url: service.uri, caller: caller.email, right };
}

/** An account has an id of at most 30 characters. */
function declareAccount(parts: CompanionParts, part: "caller" | "companion-account", displayName: string): Account {
  const { name, parent, transform } = parts;
  const child = `${name}-${part}`;
  const rule = part === "caller" ? transform.caller : transform.companionAccount;
  return rule.declare(
    Account,
    child,
    { ...projectOf(parts), accountId: vendorName(child, { longest: 30 }), displayName: `${displayName} ${name}` },
    { parent },
  );
}

/** Envoy's configuration in a bucket of its own, and what the service must wait for. */
interface Configuration {
  readonly bucket: pulumi.Output<string>;
  /** The name of the file, which contains a hash of its content. */
  readonly file: pulumi.Output<string>;
  readonly hash: pulumi.Output<string>;
  readonly readable: readonly pulumi.Resource[];
}

function declareConfiguration(parts: CompanionParts, account: Account): Configuration {
  const { name, parent, common, transform, region, configuration } = parts;
  const bucket = transform.configuration.declare(
    Bucket,
    `${name}-configuration`,
    { ...common, location: region, uniformBucketLevelAccess: true, publicAccessPrevention: "enforced" },
    { parent },
  );
  const hash = configuration.apply((text) => createHash("sha256").update(text).digest("hex").slice(0, 16));
  const file = pulumi.interpolate`envoy-${hash}.json`;
  const object = transform.configurationObject.declare(
    BucketObject,
    `${name}-configuration-object`,
    { bucket: bucket.name, name: file, content: configuration, contentType: "application/json" },
    { parent },
  );
  const reader = transform.configurationReader.declare(
    BucketIAMMember,
    `${name}-configuration-reader`,
    { bucket: bucket.name, role: "roles/storage.objectViewer", member: account.member },
    { parent },
  );
  return { bucket: bucket.name, file: object.name, hash, readable: [object, reader] };
}

/**
 * The service is immutable: its name contains a hash of the configuration. So a change declares another service beside the old one,
 * which serves the old config of the gateway until the gateway has switched.
 */
function declareService(
  parts: CompanionParts,
  account: Account,
  { bucket, file, hash, readable }: Configuration,
): Service {
  const { name, parent, common, companion, region, transform, network, timeoutSeconds, proofs } = parts;
  const secrets = secretsOfContainer(proofs);
  const readers = declareSecretReaders(name, parent, transform, proofs, account.member);
  const { minimum, maximum } = instancesOf(companion);
  return transform.companion.declare(
    Service,
    `${name}-companion`,
    {
      ...common,
      location: region,
      // At most 49 characters, and with the project's number one label of a host name.
      name: pulumi.interpolate`${vendorName(name, { longest: 32 })}-${hash}`,
      // Unverified: API Gateway is not among the callers that internal ingress admits. The invoker's role admits the gateway alone.
      ingress: "INGRESS_TRAFFIC_ALL",
      deletionProtection: false,
      template: {
        serviceAccount: account.email,
        // Volumes of Cloud Storage require it.
        executionEnvironment: "EXECUTION_ENVIRONMENT_GEN2",
        timeout: pulumi.interpolate`${timeoutSeconds}s`,
        maxInstanceRequestConcurrency: CONCURRENCY,
        scaling: { minInstanceCount: minimum, maxInstanceCount: maximum },
        containers: [
          {
            image: companion.image ?? envoyImage,
            args: ["-c", pulumi.interpolate`${FOLDER}/${file}`, "--concurrency", "1", "--disable-hot-restart"],
            ports: { name: "http1", containerPort: COMPANION_PORT },
            resources: {
              limits: { cpu: companion.cpu ?? "1", memory: companion.memory ?? "512Mi" },
              // Envoy renews keys between requests.
              cpuIdle: false,
              startupCpuBoost: true,
            },
            ...(secrets.envs.length === 0 ? {} : { envs: secrets.envs }),
            volumeMounts: [{ name: "configuration", mountPath: FOLDER }, ...secrets.mounts],
          },
        ],
        volumes: [{ name: "configuration", gcs: { bucket, readOnly: true } }, ...secrets.volumes],
        ...(network === undefined
          ? {}
          : { vpcAccess: { egress: "PRIVATE_RANGES_ONLY", networkInterfaces: [{ ...network }] } }),
      },
    },
    { parent, dependsOn: [...readable, ...readers] },
  );
}

function projectOf({ common }: CompanionParts): { readonly project?: pulumi.Input<string> } {
  return common.project === undefined ? {} : { project: common.project };
}
