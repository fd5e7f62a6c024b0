/**
 * `node program-host.fixture.ts PROGRAM`: runs the program whenever an engine with `--client` requests it, as the Automation API runs an
 * inline program. The parent receives the port. Each message from the parent sets the environment variables of the next runs, and gets
 * an answer.
 */
import { pathToFileURL } from "node:url";
import grpc from "@grpc/grpc-js";
// The server of the Automation API, which declares no types for it.
import * as automation from "@pulumi/pulumi/automation/server.js";
import services from "@pulumi/pulumi/proto/language_grpc_pb.js";

interface Automation {
  readonly LanguageServer: new (program: () => Promise<object>) => grpc.UntypedServiceImplementation;
}

const { LanguageServer } = automation as unknown as Automation;
const program = pathToFileURL(process.argv[2] ?? "").href;
let runs = 0;
let variables: readonly string[] = [];

/** Evaluates the program again. Its exports are the outputs of the stack. */
async function run(): Promise<object> {
  runs++;
  return { ...(await import(`${program}?run=${runs}`)) };
}

/** Whether a call failed because its engine was killed. */
function lostEngine(reason: unknown): boolean {
  const { code } = (reason ?? {}) as { readonly code?: unknown };
  return code === grpc.status.UNAVAILABLE || code === grpc.status.CANCELLED;
}

// Such calls may fail after the next run has begun, which listens to the rejections of all runs and would fail too.
const emit = process.emit as (event: string, ...values: unknown[]) => boolean;
process.emit = ((event: string, ...values: unknown[]): boolean =>
  (event === "unhandledRejection" && lostEngine(values[0])) ||
  emit.call(process, event, ...values)) as typeof process.emit;

const server = new grpc.Server();
server.addService(services.LanguageRuntimeService as unknown as grpc.ServiceDefinition, new LanguageServer(run));
server.bindAsync("127.0.0.1:0", grpc.ServerCredentials.createInsecure(), (error, port) => {
  if (error !== null) throw error;
  process.send?.(port);
});

process.on("message", (env: Readonly<Record<string, string>>) => {
  for (const name of variables) delete process.env[name];
  variables = Object.keys(env);
  Object.assign(process.env, env);
  process.send?.("set");
});
process.on("disconnect", () => process.exit());
