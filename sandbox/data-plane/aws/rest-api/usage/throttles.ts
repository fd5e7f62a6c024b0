import { at } from "../../../document.ts";
import { UnsupportedArtefact } from "../../../interpreter.ts";
import type { Readings } from "../../../readings.ts";
import type { Bucket } from "../../../verifying/counters.ts";
import type { AwsMethodSettings } from "../../artefacts/rest-api.ts";
import { ACCOUNT_BURST, ACCOUNT_RATE, throttleBucket } from "../../shared/throttle.ts";

/**
 * A throttle as a token bucket.
 * @returns undefined without a limit: both numbers are absent or -1
 */
export function bucketOf(
  rate: number | undefined,
  burst: number | undefined,
  zeroRate: Readings["aws-zero-rate"],
): Bucket | undefined {
  const limited = (value: number | undefined): value is number => value !== undefined && value >= 0;
  if (!limited(rate) && !limited(burst)) return undefined;
  return throttleBucket(limited(rate) ? rate : ACCOUNT_RATE, limited(burst) ? burst : ACCOUNT_BURST, zeroRate);
}

/**
 * The throttles of a stage's methods.
 *
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-request-throttling.html
 */
export class StageThrottles {
  readonly #byMethod = new Map<string, AwsMethodSettings>();
  readonly #all: AwsMethodSettings;
  readonly #zeroRate: Readings["aws-zero-rate"];

  /**
   * Settings of a method that does not exist are ignored. They remain from an earlier deployment: the service refuses them only
   * on creation.
   * @param settings by `path/METHOD`, with `~1` for the path's slashes and with or without the leading one; by `*` and `*` with a
   *   slash between for all methods
   * @throws UnsupportedArtefact for other keys
   */
  constructor(settings: Readonly<Record<string, AwsMethodSettings>>, zeroRate: Readings["aws-zero-rate"]) {
    this.#zeroRate = zeroRate;
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

  /** The bucket of one method. A number that the method's settings omit is taken from the settings for all methods. */
  of(resource: string, method: string): Bucket | undefined {
    const settings = this.#byMethod.get(`${resource}/${method}`) ?? {};
    return bucketOf(
      settings.throttlingRateLimit ?? this.#all.throttlingRateLimit,
      settings.throttlingBurstLimit ?? this.#all.throttlingBurstLimit,
      this.#zeroRate,
    );
  }
}
