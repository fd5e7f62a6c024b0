/** The sandbox in a process of its own: the target of deployments, and the server of the deployed gateways. */
import { type Sandbox, startSandbox } from "polygate-sandbox";
import { answerParent } from "./child.ts";
import { AUDIENCE } from "./scenario.ts";

export type SandboxQuestion =
  | { readonly start: { readonly dir: string; readonly hosts: Readonly<Record<string, string>> } }
  | { readonly tokens: number };

let sandbox: Sandbox | undefined;

answerParent<SandboxQuestion>(
  async (question) => {
    if ("start" in question) {
      sandbox = await startSandbox(question.start);
      return sandbox.environment;
    }
    const tokens: string[] = [];
    for (let index = 0; index < question.tokens; index++) {
      // Long enough for a whole run on a slow machine.
      const request = { audience: AUDIENCE, subject: `user-${index}`, expiresInSeconds: 24 * 3600 };
      tokens.push((await sandbox?.mintToken(request)) ?? "");
    }
    return tokens;
  },
  () => sandbox?.close(),
);
