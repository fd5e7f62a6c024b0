import { Command, Option } from "commander";
import type { Sandbox, SandboxOptions } from "polygate-sandbox";
import { printable } from "../components/api/problem.ts";
import { runInside } from "./inside.ts";
import { pairs, portsOf, secretFiles } from "./option-values.ts";
import { log, print } from "./output.ts";
import { dirOption, sandboxPackage } from "./sandbox-package.ts";
import { quoted } from "./shell-word.ts";

interface SandboxCommandOptions {
  readonly dir: string;
  readonly host?: Readonly<Record<string, string>>;
  readonly issuer?: string;
  readonly port?: NonNullable<SandboxOptions["ports"]>;
  readonly secret?: NonNullable<SandboxOptions["secrets"]>;
  /** Checked by the sandbox. */
  readonly reading?: NonNullable<SandboxOptions["readings"]>;
}

/** `polygate sandbox [-- COMMAND]` */
export function sandboxCommand(): Command {
  return new Command("sandbox")
    .description("start a local cloud; run a command in it, or serve until Ctrl-C")
    .argument("[command...]", "the command to run in the sandbox, after --")
    .addOption(dirOption)
    .addOption(
      new Option(
        "--host <origin=target>",
        "send requests for an origin to a local server, e.g. https://erp.example.com=http://127.0.0.1:4000; stored in the sandbox's folder; may be repeated",
      ).argParser(pairs),
    )
    .option("--issuer <url>", 'the issuer of the sandbox\'s tokens (default: "https://login.example.com")')
    .addOption(
      new Option(
        "--port <server=port>",
        "a fixed port for aws, azure-native, gcp or issuer; may be repeated",
      ).argParser(portsOf(["aws", "azure-native", "gcp", "issuer"])),
    )
    .addOption(
      new Option(
        "--reading <question=reading>",
        "what a vendor does where nobody has verified it, e.g. apim-letters=exact-case; may be repeated",
      ).argParser(pairs),
    )
    .addOption(
      new Option(
        "--secret <reference=file>",
        "the content of a secret in a cloud's store, e.g. https://shop.vault.azure.net/secrets/erp=erp.txt; may be repeated",
      ).argParser(secretFiles),
    )
    .addHelpText(
      "after",
      "\nExample: polygate sandbox -- pulumi up\n\nThe exit code is that of the command.\nTo stop it, press Ctrl-C on the terminal, or send SIGTERM.",
    )
    .action(sandbox);
}

async function sandbox(command: readonly string[], options: SandboxCommandOptions): Promise<void> {
  const { closeOnSignal, formatRequestLog, startSandbox } = await sandboxPackage();
  const [file, ...args] = command;
  const started = await startSandbox({
    dir: options.dir,
    ...(options.host === undefined ? {} : { hosts: options.host }),
    ...(options.issuer === undefined ? {} : { issuer: options.issuer }),
    ...(options.port === undefined ? {} : { ports: options.port }),
    ...(options.secret === undefined ? {} : { secrets: options.secret }),
    ...(options.reading === undefined ? {} : { readings: options.reading }),
    // The output of a command must not be mixed with the log.
    ...(file === undefined ? { log: (line) => log(formatRequestLog(line)) } : {}),
  });
  if (file === undefined) {
    const closed = closeOnSignal(started);
    print(instructions(started));
    await closed;
    return;
  }
  try {
    process.exitCode = await runInside(file, args, { ...process.env, ...started.environment });
  } finally {
    await started.close();
  }
}

/** A script for a shell: every line is an export or a comment. */
export function instructions({
  dir,
  environment,
  issuer,
  endpoints,
}: Pick<Sandbox, "dir" | "environment" | "issuer" | "endpoints">): string {
  const urls = endpoints().map(({ name, vendor, url }) => printable(`# ${vendor} ${name}: ${url}`));
  return [
    printable(`# The sandbox in ${dir} is running; its issuer ${issuer.url} is at ${issuer.address}.`),
    "# Set these variables in another terminal, and pulumi deploys to the sandbox:",
    ...Object.entries(environment).map(([name, value]) => `export ${name}=${quoted(value)}`),
    ...urls,
    "# Each request is logged below. Ctrl-C stops.",
  ].join("\n");
}
