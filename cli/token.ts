import { Command, Option } from "commander";
import { seconds, several } from "./option-values.ts";
import { print } from "./output.ts";
import { dirOption, sandboxPackage } from "./sandbox-package.ts";

interface TokenOptions {
  readonly dir: string;
  readonly scope?: readonly string[];
  readonly audience?: readonly string[];
  readonly subject?: string;
  readonly expiresIn?: number;
}

/** `polygate token` */
export function tokenCommand(): Command {
  return new Command("token")
    .description("print a token of the running sandbox's issuer")
    .addOption(dirOption)
    .addOption(
      new Option("--scope <scope>", "a scope of the token; may be repeated (default: none)").argParser(several),
    )
    .addOption(
      new Option("--audience <audience>", 'an audience of the token; may be repeated (default: "polygate")').argParser(
        several,
      ),
    )
    .option("--subject <subject>", 'the subject of the token (default: "polygate-user")')
    .addOption(
      new Option(
        "--expires-in <seconds>",
        "the lifetime of the token; negative for an expired token (default: 3600)",
      ).argParser(seconds),
    )
    .action(token);
}

async function token({ dir, scope, audience, subject, expiresIn }: TokenOptions): Promise<void> {
  const { findSandbox } = await sandboxPackage();
  const sandbox = await findSandbox(dir);
  const [only, ...more] = audience ?? [];
  print(
    await sandbox.mintToken({
      ...(scope === undefined ? {} : { scope: scope.join(" ") }),
      ...(only === undefined ? {} : { audience: more.length === 0 ? only : [only, ...more] }),
      ...(subject === undefined ? {} : { subject }),
      ...(expiresIn === undefined ? {} : { expiresInSeconds: expiresIn }),
    }),
  );
}
