import { mkdirSync } from "node:fs";
import { resolve } from "node:path";
import { accountId } from "./control-plane/aws/region.ts";
import { azureIdentity } from "./control-plane/azure/azure.ts";

/** Where the clouds of the sandbox are when nobody says. */
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
 * The variables that lead a Pulumi engine to the sandbox.
 *
 * Credentials are overwritten, so that nothing which runs inside can find real ones; the backend and its passphrase
 * only when the user has none, so that a stack of the user's own choice stays where it is.
 * @param providers each provider's port, by package name
 * @param env the environment that they are added to
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
    // The engine would fetch the plugin of each SDK it finds before it looks where it is to attach: hundreds of megabytes
    // that nothing runs, and without a network, seconds of attempts at each run.
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

/** https://www.pulumi.com/docs/iac/cli/environment-variables/; a stack that also uses other providers may want it off. */
const pluginSwitch = "PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION";

/**
 * Without the file beside each file (`.attrs`) that an engine writes in place: killed within that, or read by another, it
 * says "failed to load checkpoint: EOF" of a state that is whole (https://gocloud.dev/howto/blob/#local, `metadata`).
 */
function stateFolder(directory: string): string {
  const state = resolve(directory, "state");
  mkdirSync(state, { recursive: true, mode: 0o700 });
  return `file://${state.replaceAll("\\", "/")}?metadata=skip`;
}
