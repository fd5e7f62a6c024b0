import { Child } from "../child.ts";
import { Project } from "../deploy/project.ts";
import { median } from "../median.ts";
import type { ServeResult } from "../result.ts";
import type { BenchRun } from "../run.ts";
import { BACKEND, BACKEND_PATH, METHOD, routePath } from "../scenario.ts";
import { Site } from "../site.ts";
import type { MeasuredVendor } from "../vendors.ts";
import type { BackendQuestion } from "./backend-process.ts";
import type { ProxyQuestion } from "./bare-proxy-process.ts";
import type { Arrived, ClientQuestion, Load, Round } from "./load.ts";

export interface ServePlan {
  readonly vendors: readonly MeasuredVendor[];
  readonly routes: number;
  readonly repeat: number;
  /** The length of each round. */
  readonly seconds: number;
  readonly connections: number;
}

/** The number of distinct valid tokens. */
const TOKENS = 1_000;

/** The names of the two loads. */
const GATEWAY = "gateway";
const BARE = "bare proxy";

/** The processes of a measurement. */
interface Processes {
  readonly site: Site;
  readonly backend: Child;
  readonly client: Child;
  readonly bareProxyUrl: string;
  readonly tokens: readonly string[];
}

/** Measures each vendor's gateway beside the bare proxy, in rounds that alternate. */
export async function measureServe(run: BenchRun, plan: ServePlan): Promise<ServeResult[]> {
  const rounds = plan.vendors.length * 2 * (plan.repeat + 1);
  run.progress.step(
    `serve: ${plan.routes} routes, ${TOKENS} tokens, ${plan.connections} connections; ${rounds} rounds of ` +
      `${plan.seconds} s each, after a deployment for each vendor`,
  );
  const children: Child[] = [];
  const start = (script: string): Child => {
    const child = Child.start(new URL(script, import.meta.url));
    children.push(child);
    return child;
  };
  let site: Site | undefined;
  try {
    const backend = start("./backend-process.ts");
    const port = await backend.ask<number>({ ask: "port" } satisfies BackendQuestion, run.signal);
    const backendUrl = `http://127.0.0.1:${port}`;
    const proxy = start("./bare-proxy-process.ts");
    const proxyPort = await proxy.ask<number>({ backend: backendUrl } satisfies ProxyQuestion, run.signal);
    site = await Site.open(run.signal, { [BACKEND]: backendUrl });
    const client = start("./client-process.ts");
    const bareProxyUrl = `http://127.0.0.1:${proxyPort}${BACKEND_PATH}`;
    const processes: Processes = { site, backend, client, bareProxyUrl, tokens: await site.tokens(TOKENS) };
    const results: ServeResult[] = [];
    for (const vendor of plan.vendors) {
      const result = await run.attempt(`serve ${vendor.vendor}`, () => serveVendor(run, plan, processes, vendor));
      if (result !== undefined) results.push(result);
    }
    return results;
  } finally {
    for (const child of children) await child.stop();
    await site?.close();
  }
}

async function serveVendor(
  run: BenchRun,
  { routes, repeat, seconds, connections }: ServePlan,
  { site, backend, client, bareProxyUrl, tokens }: Processes,
  { vendor, programs }: MeasuredVendor,
): Promise<ServeResult> {
  run.progress.update(`serve ${vendor}: deploying`);
  const project = await Project.create(site, `${vendor}-serve`, programs.polygate, routes);
  await project.up();
  const gatewayUrl = await project.url();
  await assertRejectsStrangers(gatewayUrl, run.signal);
  await arrivedAt(backend, run.signal);
  const prepare = (name: string, url: string) => {
    const load: Load = { url, routes, tokens, connections };
    return client.ask({ prepare: name, load } satisfies ClientQuestion, run.signal);
  };
  await prepare(GATEWAY, gatewayUrl);
  await prepare(BARE, bareProxyUrl);

  const rate = async (name: string): Promise<number> => {
    const question: ClientQuestion = { round: name, milliseconds: seconds * 1000 };
    const { requestsPerSecond, sent } = await client.ask<Round>(question, run.signal);
    const { whole, other } = await arrivedAt(backend, run.signal);
    if (whole !== sent || other !== 0) {
      throw new Error(`${sent} requests were sent through the ${name}, but ${whole} reached the backend completely.`);
    }
    return requestsPerSecond;
  };
  const rates: Record<typeof GATEWAY | typeof BARE, number[]> = { [GATEWAY]: [], [BARE]: [] };
  // The first round of each load is a warm-up: code is optimised, and tokens are new.
  for (let repetition = 0; repetition <= repeat; repetition++) {
    run.progress.update(`serve ${vendor}: ${repetition === 0 ? "warm-up" : `round ${repetition}/${repeat}`}`);
    for (const name of repetition % 2 === 0 ? ([GATEWAY, BARE] as const) : ([BARE, GATEWAY] as const)) {
      const measured = await rate(name);
      if (repetition > 0) rates[name].push(measured);
    }
  }
  return {
    vendor,
    requestsPerSecond: median(rates[GATEWAY]),
    bareProxyRequestsPerSecond: median(rates[BARE]),
  };
}

function arrivedAt(backend: Child, signal: AbortSignal): Promise<Arrived> {
  return backend.ask<Arrived>({ ask: "arrived" } satisfies BackendQuestion, signal);
}

/** A gateway that lets every request through would be fast, but not worth measuring. */
async function assertRejectsStrangers(url: string, signal: AbortSignal): Promise<void> {
  const { status } = await fetch(`${url}${routePath(0).replace("{id}", "1")}`, { method: METHOD, body: "a", signal });
  if (status !== 401) throw new Error(`The gateway returned ${status} to a request without a token, instead of 401.`);
}
