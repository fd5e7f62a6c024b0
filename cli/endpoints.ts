import { relative } from "node:path";
import { Command } from "commander";
import type { Endpoint, EndpointDomain } from "polygate-sandbox";
import { printable } from "../components/api/problem.ts";
import { print, printJson } from "./output.ts";
import { dirOption, sandboxPackage } from "./sandbox-package.ts";
import { shellWord } from "./shell-word.ts";

/** `polygate endpoints` */
export function endpointsCommand(): Command {
  return new Command("endpoints")
    .description("list the gateways that are deployed in the running sandbox")
    .addOption(dirOption)
    .option("--json", "print the list as JSON")
    .action(endpoints);
}

async function endpoints({ dir, json }: { readonly dir: string; readonly json?: true }): Promise<void> {
  const { findSandbox } = await sandboxPackage();
  const deployed = await (await findSandbox(dir)).endpoints();
  if (json) printJson(deployed);
  else if (deployed.length === 0) print(printable(`no gateway is deployed in ${dir}`));
  else print(endpointsText(deployed));
}

/** A table of gateways, and commands to paste into a shell. */
export function endpointsText(deployed: readonly Endpoint[]): string {
  return [table(deployed), ...deployed.flatMap(curlCommands)].join("\n");
}

/** Commands that send a request over TLS: to the gateway itself, its custom domains and its VPC endpoints. */
function curlCommands({ url, authority, domains = [] }: Endpoint): readonly string[] {
  const gateway = authority === undefined ? [] : [`curl --cacert ${certificateFile(authority)} ${shellWord(url)}`];
  return [...gateway, ...domains.map(domainCommand)];
}

/** No name server resolves the name of a custom domain or a VPC endpoint to the sandbox, so curl connects to its address. */
function domainCommand({ url, address, authority, clientCertificate }: EndpointDomain): string {
  const { hostname } = new URL(url);
  const credential = clientCertificate ? " --cert CERTIFICATE --key KEY" : "";
  const server = shellWord(`${hostname}:443:${address}`);
  return `curl --connect-to ${server} --cacert ${certificateFile(authority)}${credential} ${shellWord(url)}`;
}

function certificateFile(authority: string): string {
  return shellWord(relative(process.cwd(), authority));
}

function table(endpoints: readonly Endpoint[]): string {
  const rows = [
    ["NAME", "VENDOR", "KIND", "REGION", "ROUTES", "URL"],
    ...endpoints.map(({ name, vendor, kind, region, url, routes }) => [
      name,
      vendor,
      kind,
      region,
      String(routes.length),
      url,
    ]),
  ].map((row) => row.map(printable));
  const widths = rows[0]?.map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0))) ?? [];
  return rows
    .map((row) =>
      row
        .map((cell, column) => cell.padEnd(widths[column] ?? 0))
        .join("  ")
        .trimEnd(),
    )
    .join("\n");
}
