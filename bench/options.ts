import { parseArgs } from "node:util";

export const measurements = ["compile", "deploy", "serve"] as const;
export type Measurement = (typeof measurements)[number];

/** What is measured, and how long. */
export interface BenchOptions {
  readonly json: boolean;
  readonly help: boolean;
  readonly only: readonly Measurement[];
  /** Undefined for all of them. */
  readonly vendor: string | undefined;
  /** Numbers of routes, the smallest first. The gateways that serve have the largest. */
  readonly routes: readonly number[];
  /** How often each measurement is repeated. */
  readonly repeat: Readonly<Record<Measurement, number>>;
  /** How long each round of serving is. */
  readonly seconds: number;
  /** How many requests are under way at any time. */
  readonly connections: number;
}

export const usage = `npm run bench -- [OPTIONS]

  --json             print one object instead of tables
  --only KIND        measure one kind: ${measurements.join(", ")}; may be given again (default: all)
  --vendor VENDOR    measure one vendor (default: all)
  --routes N         a number of routes; may be given again (default: 10, 100 and 300). The largest is served
  --repeat N         repeat each measurement N times and take the median (default: deploy and compile 3, serve 5)
  --seconds N        seconds of each round of serving (default: 4)
  --connections N    requests under way at any time (default: 32)
`;

/** A command line that cannot be followed. */
export class UsageError extends Error {}

/** @throws UsageError which names the option, and what it takes */
export function readOptions(args: readonly string[], vendors: readonly string[]): BenchOptions {
  const values = parse(args);
  const { json = false, help = false, only, vendor, routes, repeat, seconds = "4", connections = "32" } = values;
  const numbers = (routes ?? ["10", "100", "300"]).map((text) => whole("--routes", text));
  const times = repeat === undefined ? undefined : whole("--repeat", repeat);
  return {
    json,
    help,
    only: only === undefined ? measurements : only.map((kind) => oneOf("--only", kind, measurements)),
    vendor: vendor === undefined ? undefined : oneOf("--vendor", vendor, vendors),
    routes: [...new Set(numbers)].sort((a, b) => a - b),
    repeat: { compile: times ?? 3, deploy: times ?? 3, serve: times ?? 5 },
    seconds: whole("--seconds", seconds),
    connections: whole("--connections", connections),
  };
}

function parse(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      options: {
        json: { type: "boolean" },
        help: { type: "boolean", short: "h" },
        only: { type: "string", multiple: true },
        vendor: { type: "string" },
        routes: { type: "string", multiple: true },
        repeat: { type: "string" },
        seconds: { type: "string" },
        connections: { type: "string" },
      },
    }).values;
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error));
  }
}

function whole(option: string, text: string): number {
  if (!/^[1-9]\d{0,5}$/.test(text)) throw new UsageError(`${option} takes a whole number from 1, and not "${text}"`);
  return Number(text);
}

function oneOf<Known extends string>(option: string, text: string, known: readonly Known[]): Known {
  const found = known.find((value) => value === text);
  if (found === undefined) throw new UsageError(`${option} takes one of ${known.join(", ")}, and not "${text}"`);
  return found;
}
