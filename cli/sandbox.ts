import { Command, Option } from "commander";
import type { Sandbox, SandboxOptions } from "polygate-sandbox";
import { runInside } from "./inside.ts";
import { pairs, portsOf } from "./option-values.ts";
import { log, print } from "./output.ts";
import { dirOption, sandboxPackage } from "./sandbox-package.ts";
import { quoted } from "./shell-word.ts";

interface SandboxCommandOptions {
  readonly dir: string;
  readonly host?: Readonly<Record<string, string>>;
  readonly issuer?: string;
  readonly port?: NonNullable<SandboxOptions["ports"]>;
}

/** `polygate sandbox [-- COMMAND]` */
export function sandboxCommand(): Command {
  return new Command("sandbox")
    .description("start a cloud on this machine; run a command inside it, or serve until Ctrl-C")
    .argument("[command...]", "what to run inside, after --")
    .addOption(dirOption)
    .addOption(
      new Option(
        "--host <origin=target>",
        "lead an origin to this machine, such as https://erp.example.com=http://127.0.0.1:4000; kept; may be repeated",
      ).argParser(pairs),
    )
    .option("--issuer <url>", 'the name of the local issuer (default: "https://login.example.com")')
    .addOption(
      new Option(
        "--port <server=port>",
        "a fixed port for aws, azure-native, gcp or issuer; may be repeated",
      ).argParser(portsOf(["aws", "azure-native", "gcp", "issuer"])),
    )
    .addHelpText(
      "after",
      "\nExample: polygate sandbox -- pulumi up\n\nEnds with the exit code of the command inside.\nOn a terminal, Ctrl-C ends it; from elsewhere, send SIGTERM.",
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
    // The output of a command inside is the command's own.
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

/** Every line that is no export is a comment, so that a shell takes all of it. */
function instructions({ dir, environment, issuer, endpoints }: Sandbox): string {
  const urls = endpoints().map(({ name, vendor, url }) => `# ${vendor} ${name}: ${url}`);
  return [
    `# The sandbox in ${dir} serves; its issuer ${issuer.url} is at ${issuer.address}.`,
    "# In another terminal, for a Pulumi engine to deploy to it:",
    ...Object.entries(environment).map(([name, value]) => `export ${name}=${quoted(value)}`),
    ...urls,
    "# Each request is shown below. Ctrl-C stops.",
  ].join("\n");
}
