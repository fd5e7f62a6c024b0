import { at } from "../../../document.ts";
import { UnsupportedArtefact } from "../../../interpreter.ts";
import type { Bucket } from "../../../verifying/counters.ts";
import type { AwsMethodSettings } from "../../artefacts/rest-api.ts";

/**
 * What the account allows all of its APIs together, where only one of the two numbers of a throttle is set (docs.aws.amazon.com,
 * limits: 10,000 a second, 5,000 at once, in most Regions).
 */
const ACCOUNT_RATE = 10_000;
const ACCOUNT_BURST = 5_000;

/**
 * A throttle as a bucket; a zero of either kind refuses every request (U for the rate).
 * @returns undefined when there is no limit: both absent, or -1
 */
export function bucketOf(rate: number | undefined, burst: number | undefined): Bucket | undefined {
  const limited = (value: number | undefined): value is number => value !== undefined && value >= 0;
  if (!limited(rate) && !limited(burst)) return undefined;
  const capacity = limited(burst) ? burst : ACCOUNT_BURST;
  const refillPerSecond = limited(rate) ? rate : ACCOUNT_RATE;
  return capacity > 0 && refillPerSecond > 0 ? { capacity, refillPerSecond } : { capacity: 0, refillPerSecond: 0 };
}

/** The throttles of a stage's methods: https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-request-throttling.html */
export class StageThrottles {
  readonly #byMethod = new Map<string, AwsMethodSettings>();
  readonly #all: AwsMethodSettings;

  /**
   * Settings of a method that there is not are left from an earlier deployment: the service refuses them only when they are made.
   * @param settings by `path/METHOD` with `~1` for slashes, with or without the first; `*` and `*` with a slash between for all
   * @throws UnsupportedArtefact for other keys, and for settings that are not modelled
   */
  constructor(settings: Readonly<Record<string, AwsMethodSettings>>) {
    const place = "stage.methodSettings";
    for (const [key, value] of Object.entries(settings)) {
      if (key === "*/*") continue;
      const [, path, method] = /^([^/]*)\/([A-Z]+)$/.exec(key) ?? [];
      if (path === undefined)
        throw new UnsupportedArtefact(at(place, key), "must be path/METHOD with ~1 for slashes, or */*");
      this.#byMethod.set(`${path.replaceAll("~1", "/").replace(/^\/?/, "/")}/${method}`, value);
    }
    this.#all = settings["*/*"] ?? {};
  }

  /** The bucket of one method, by its path and name as the API has them; a number that it leaves out is that of all methods. */
  of(resource: string, method: string): Bucket | undefined {
    const own = this.#byMethod.get(`${resource}/${method}`) ?? {};
    return bucketOf(
      own.throttlingRateLimit ?? this.#all.throttlingRateLimit,
      own.throttlingBurstLimit ?? this.#all.throttlingBurstLimit,
    );
  }
}
