import { Argument, Command, Option } from "commander";
import type { Link, LinkOrder, LinkUser, RunningSandbox } from "polygate-sandbox";
import { printable } from "../components/api/problem.ts";
import { tunnelNumber } from "./option-values.ts";
import { print, printJson } from "./output.ts";
import { dirOption, sandboxPackage } from "./sandbox-package.ts";

interface ListOptions {
  readonly dir: string;
  readonly json?: true;
}

interface ChangeOptions extends ListOptions {
  readonly tunnel?: number;
}

/** `polygate link list | cut | mend` */
export function linkCommand(): Command {
  return new Command("link")
    .description("list, cut and mend the VPNs to networks on premises in the running sandbox")
    .addCommand(listCommand())
    .addCommand(changeCommand("cut", "cut the tunnels of a link", (sandbox, order) => sandbox.cutLink(order)))
    .addCommand(changeCommand("mend", "mend the tunnels of a link", (sandbox, order) => sandbox.mendLink(order)))
    .addHelpText(
      "after",
      "\nExample: polygate link cut erp-aws --tunnel 1\n\nA cut is stored in the sandbox's folder: it outlives a restart, until it is mended or the resource is deleted.",
    );
}

function listCommand(): Command {
  return new Command("list")
    .description("list the links, their tunnels, and the addresses that gateways reach over them")
    .addOption(dirOption)
    .option("--json", "print the list as JSON")
    .action(list);
}

function changeCommand(
  name: string,
  description: string,
  change: (sandbox: RunningSandbox, order: LinkOrder) => Promise<Link>,
): Command {
  return new Command(name)
    .description(description)
    .addArgument(new Argument("<link>", "the name of the link in the stack, such as erp-aws, or that of its resource"))
    .addOption(
      new Option("--tunnel <number>", "the number of one tunnel, from 1 (default: all tunnels)").argParser(
        tunnelNumber,
      ),
    )
    .addOption(dirOption)
    .option("--json", "print the link as JSON")
    .action(async (link: string, { dir, json, tunnel }: ChangeOptions) => {
      const { findSandbox } = await sandboxPackage();
      const order = { name: link, ...(tunnel === undefined ? {} : { tunnel }) };
      const changed = await change(await findSandbox(dir), order);
      if (json) printJson(changed);
      else print(linkText(changed));
    });
}

async function list({ dir, json }: ListOptions): Promise<void> {
  const { findSandbox } = await sandboxPackage();
  const links = await (await findSandbox(dir)).links();
  if (json) printJson(links);
  else if (links.length === 0) print(printable(`no link to a network on premises is deployed in ${dir}`));
  else print(links.map(linkText).join("\n\n"));
}

/** A link and its tunnels, one on each line. */
export function linkText({ name, vendor, region, resource, network, ...link }: Link): string {
  const tunnels = link.tunnels.map(({ address, device, isCut }, index) => {
    const ends = [address, device].filter((end) => end !== "").join(" to ");
    return `  tunnel ${index + 1}: ${isCut ? "cut" : "up"}${ends === "" ? "" : `, ${ends}`}`;
  });
  return [
    `${name} (${vendor} ${region}): ${stateOf(link)}`,
    `  resource: ${resource}, of the network ${network}`,
    `  leads to: ${rangesOf(link)}`,
    ...tunnels,
    ...usersText(link.users),
  ]
    .map(printable)
    .join("\n");
}

function stateOf({ tunnels }: Pick<Link, "tunnels">): string {
  const cut = tunnels.filter(({ isCut }) => isCut).length;
  if (cut === 0) return "up";
  return cut === tunnels.length ? "cut" : `up, ${cut} of ${tunnels.length} tunnels cut`;
}

function rangesOf({ prefixes, isAnnounced }: Pick<Link, "prefixes" | "isAnnounced">): string {
  const announced = isAnnounced ? ["every private range, which the device announces"] : [];
  return [...prefixes, ...announced].join(", ") || "no range";
}

function usersText(users: readonly LinkUser[]): readonly string[] {
  if (users.length === 0) return ["  no deployed gateway sends requests over it"];
  const gateways = Map.groupBy(users, ({ gateway }) => gateway);
  return [...gateways].map(
    ([gateway, reached]) => `  gateway ${gateway}: ${reached.map(({ address }) => address).join(", ")}`,
  );
}
