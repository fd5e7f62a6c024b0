import { readdirSync, readFileSync } from "node:fs";
import { basename, join } from "node:path";
import { parse } from "yaml";
import { Stopped } from "./stopped.ts";

/** What the demonstration needs to know of an environment of the hybrid stack. */
export interface Environment {
  /** The name of the stack, e.g. `prod`. */
  readonly name: string;
  /** The stack in stacks/network that declares the networks, e.g. `prod`. Absent if the hybrid stack does. */
  readonly networkStack?: string;
  /** The origins of the ERP: by its address, which AWS and Azure use, and by its name, which Google asks the site's DNS servers for. */
  readonly erp: readonly string[];
  /** The origins of the catalogue. */
  readonly catalog: readonly string[];
}

/**
 * Reads the configuration of an environment. What is wrong with it is left to the stack itself, which reports all of it.
 *
 * @param stacks the folder of the stacks
 * @throws {Stopped} if there is no such environment
 */
export function readEnvironment(stacks: string, name: string): Environment {
  const { catalog, networkStack, ...settings } = settingsOf(join(stacks, "hybrid"), name);
  const network = typeof networkStack === "string" ? basename(networkStack) : undefined;
  const { site } = network === undefined ? settings : settingsOf(join(stacks, "network"), network);
  const { erp } = (site ?? {}) as { readonly erp?: { readonly url?: unknown; readonly address?: unknown } };
  return {
    name,
    ...(network === undefined ? {} : { networkStack: network }),
    erp: originsOf(erp?.url, erp?.address),
    catalog: originsOf(catalog),
  };
}

/** The settings of a stack's configuration, by their names without the project's. */
function settingsOf(folder: string, stack: string): Readonly<Record<string, unknown>> {
  const names = readdirSync(folder).flatMap((file) => /^Pulumi\.(.+)\.yaml$/.exec(file)?.slice(1) ?? []);
  if (!names.includes(stack)) {
    const known = names.toSorted().join(", ");
    throw new Stopped(`there is no environment ${JSON.stringify(stack)}: ${folder} has files for ${known}`, 2);
  }
  const { config = {} } = (parse(readFileSync(join(folder, `Pulumi.${stack}.yaml`), "utf8")) ?? {}) as {
    readonly config?: Readonly<Record<string, unknown>>;
  };
  return Object.fromEntries(Object.entries(config).map(([key, value]) => [key.slice(key.indexOf(":") + 1), value]));
}

/** The origin of a URL, and the origin with an address in the place of the name. None for what is no URL. */
function originsOf(url: unknown, address?: unknown): readonly string[] {
  if (typeof url !== "string" || !URL.canParse(url)) return [];
  const { origin, hostname } = new URL(url);
  return typeof address === "string" ? [origin, origin.replace(hostname, address)] : [origin];
}
