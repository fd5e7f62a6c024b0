import type { SecretSource } from "../../interpreter.ts";
import { contentOf } from "../../secrets.ts";
import type { GcpCloudRunArtefacts } from "./artefacts.ts";

/** What a container reads, with the content of the secrets. */
export interface ContainerContent {
  /** The environment variables by name. */
  readonly environment: Readonly<Record<string, string>>;
  /** The content of each file, by its path. */
  readonly files: Readonly<Record<string, string>>;
}

/**
 * The content of a container's secrets.
 *
 * @throws UnsupportedArtefact for a secret that the sandbox does not know
 */
export function containerContent(
  { service, secrets = { variables: {}, files: {} } }: Pick<GcpCloudRunArtefacts, "service" | "secrets">,
  source: SecretSource | undefined,
): ContainerContent {
  const read = (secret: string): string => contentOf(secret, service, source);
  const variables = Object.entries(secrets.variables).map(([name, variable]) => [
    name,
    "secret" in variable ? read(variable.secret) : variable.value,
  ]);
  const files = Object.entries(secrets.files).map(([path, secret]) => [path, read(secret)]);
  return { environment: Object.fromEntries(variables), files: Object.fromEntries(files) };
}
