import { mkdirSync } from "node:fs";
import { resolve } from "node:path";
import { accountId } from "./control-plane/aws/region.ts";
import { azureIdentity } from "./control-plane/azure/azure.ts";

/** The default region and project of the sandbox's clouds. */
export interface Defaults {
  readonly awsRegion: string;
  readonly gcpProject: string;
}

export function defaultsOf(env: NodeJS.ProcessEnv): Defaults {
  return {
    awsRegion: env.AWS_REGION ?? env.AWS_DEFAULT_REGION ?? "us-east-1",
    gcpProject: env.GOOGLE_PROJECT ?? env.GOOGLE_CLOUD_PROJECT ?? env.CLOUDSDK_CORE_PROJECT ?? "polygate-sandbox",
  };
}

/**
 * The environment variables that connect a Pulumi engine to the sandbox.
 *
 * Credentials are overwritten, so that no program inside the sandbox finds real ones. The backend and its passphrase are set only when the
 * user has not set them, so that the user's own choice is kept.
 *
 * @param providers each provider's port, by package name
 * @param env the environment that the variables are added to
 */
export function sandboxEnvironment(
  directory: string,
  providers: Readonly<Record<string, number>>,
  env: NodeJS.ProcessEnv,
): Record<string, string> {
  const { awsRegion, gcpProject } = defaultsOf(env);
  return {
    PULUMI_DEBUG_PROVIDERS: Object.entries(providers)
      .map(([name, port]) => `${name}:${port}`)
      .join(","),
    PULUMI_SKIP_UPDATE_CHECK: "true",
    // Otherwise the engine first downloads the plugin of each SDK: hundreds of megabytes that are never run, and without a network,
    // seconds of attempts at each run.
    ...(env[pluginSwitch] === undefined ? { [pluginSwitch]: "true" } : {}),
    ...(env.PULUMI_BACKEND_URL === undefined ? { PULUMI_BACKEND_URL: stateFolder(directory) } : {}),
    ...(env.PULUMI_CONFIG_PASSPHRASE === undefined && env.PULUMI_CONFIG_PASSPHRASE_FILE === undefined
      ? { PULUMI_CONFIG_PASSPHRASE: "" }
      : {}),
    AWS_ACCESS_KEY_ID: "POLYGATESANDBOX",
    AWS_SECRET_ACCESS_KEY: `sandbox-${accountId}`,
    AWS_SESSION_TOKEN: "",
    AWS_PROFILE: "",
    AWS_EC2_METADATA_DISABLED: "true",
    AWS_REGION: awsRegion,
    ARM_SUBSCRIPTION_ID: azureIdentity.subscriptionId,
    ARM_TENANT_ID: azureIdentity.tenantId,
    ARM_CLIENT_ID: azureIdentity.clientId,
    ARM_CLIENT_SECRET: "polygate-sandbox",
    GOOGLE_PROJECT: gcpProject,
    GOOGLE_OAUTH_ACCESS_TOKEN: "polygate-sandbox",
    GOOGLE_APPLICATION_CREDENTIALS: "",
  };
}

/**
 * A stack that also uses other providers may need to switch it off.
 *
 * @see https://www.pulumi.com/docs/iac/cli/environment-variables/
 */
const pluginSwitch = "PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION";

/**
 * The URL of the folder that keeps the stacks' states. `metadata=skip` prevents the `.attrs` file that an engine writes in place beside each
 * file: when the engine is killed meanwhile, or another one reads it, a complete state fails with "failed to load checkpoint: EOF".
 *
 * @see https://gocloud.dev/howto/blob/#local, "metadata"
 */
function stateFolder(directory: string): string {
  const state = resolve(directory, "state");
  mkdirSync(state, { recursive: true, mode: 0o700 });
  return `file://${state.replaceAll("\\", "/")}?metadata=skip`;
}
