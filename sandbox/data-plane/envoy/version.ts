import { execFileSync } from "node:child_process";

/** The only version of Envoy that the sandbox runs: another one reads some requests in another way. */
export const ENVOY_VERSION = "1.39.1";

/** The Envoy of this machine, or why it has none. */
export type EnvoyProgram = { readonly program: string } | { readonly missing: string };

/** Why a machine's Envoy cannot be run; undefined when it can. */
export function envoyProblem(envoy: EnvoyProgram): string | undefined {
  if ("missing" in envoy) return envoy.missing;
  let output: string;
  try {
    output = execFileSync(envoy.program, ["--version"], { encoding: "utf8", stdio: "pipe" }).trim();
  } catch (error) {
    return `${envoy.program} cannot be run: ${(error as Error).message}`;
  }
  return output.includes(`/${ENVOY_VERSION}/`) ? undefined : `${envoy.program} is no Envoy ${ENVOY_VERSION}: ${output}`;
}
