import { flag, type Properties } from "../../property-value.ts";
import type { Call } from "../../resource-model.ts";
import type { AwsSettings } from "../region.ts";
import { type FunctionRecord, functionVersions } from "./record.ts";

/**
 * Publishes a version of a function that changed, if the program sets `publish`.
 * @param before the function before the update; undefined for a new one
 * @returns the function with its last published version
 */
export function publish(
  call: Call<AwsSettings>,
  after: FunctionRecord,
  inputs: Properties,
  before?: FunctionRecord,
): FunctionRecord {
  if (flag(inputs, "publish") !== true) return after;
  if (before !== undefined && before.publishedVersion > 0 && isSame(before, after)) return after;
  const version = after.publishedVersion + 1;
  const { runtime, handler, timeoutSeconds, memoryMegabytes, environment, inVpc, files, codeSha256, codeSize } = after;
  const code = { runtime, handler, timeoutSeconds, memoryMegabytes, environment, files, codeSha256, codeSize };
  functionVersions.put(
    call.records,
    { ...code, ...(inVpc === undefined ? {} : { inVpc }) },
    after.region,
    after.name,
    String(version),
  );
  return { ...after, publishedVersion: version };
}

/** Whether a version of two functions would be the same. */
function isSame(before: FunctionRecord, after: FunctionRecord): boolean {
  const { lastModified: _then, tags: _oldTags, ...old } = before;
  const { lastModified: _now, tags: _newTags, ...content } = after;
  return JSON.stringify(content) === JSON.stringify(old);
}
