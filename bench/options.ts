import { parseArgs } from "node:util";

export const measurements = ["compile", "check", "envoy", "deploy", "serve"] as const;
export type Measurement = (typeof measurements)[number];

/** What is measured, and for how long. */
export interface BenchOptions {
  readonly json: boolean;
  readonly help: boolean;
  readonly only: readonly Measurement[];
  /** @default all vendors */
  readonly vendor: string | undefined;
  /** Numbers of routes in ascending order. The gateways that serve requests have the largest number. */
  readonly routes: readonly number[];
  /** How often each measurement is repeated. */
  readonly repeat: Readonly<Record<Measurement, number>>;
  /** The length of each round of serving. */
  readonly seconds: number;
  /** The number of concurrent requests. */
  readonly connections: number;
}

export const usage = `npm run bench -- [OPTIONS]

  --json             print one object instead of tables
  --only KIND        measure one kind: ${measurements.join(", ")}; may be given again (default: all)
  --vendor VENDOR    measure one vendor (default: all)
  --routes N         a number of routes; may be given again (default: 10, 100 and 300). The largest is served
  --repeat N         repeat each measurement N times and take the median (default: envoy and serve 5, others 3)
  --seconds N        seconds of each round of serving (default: 4)
  --connections N    concurrent requests (default: 32)
`;

/** The command line is invalid. */
export class UsageError extends Error {}

/** @throws {UsageError} If an option or its value is invalid. */
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
    repeat: { compile: times ?? 3, check: times ?? 3, envoy: times ?? 5, deploy: times ?? 3, serve: times ?? 5 },
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
  if (!/^[1-9]\d{0,5}$/.test(text)) throw new UsageError(`${option} must be a positive integer, not "${text}"`);
  return Number(text);
}

function oneOf<Value extends string>(option: string, text: string, values: readonly Value[]): Value {
  const found = values.find((value) => value === text);
  if (found === undefined) throw new UsageError(`${option} must be one of ${values.join(", ")}, not "${text}"`);
  return found;
}
