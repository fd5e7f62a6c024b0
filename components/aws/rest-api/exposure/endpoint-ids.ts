import * as pulumi from "@pulumi/pulumi";
import { PolygateError, ProblemList } from "../../../api/problem.ts";

const endpointId = /^vpce-[0-9a-f]{8,17}$/;
/** An id of the greatest length. */
export const longestEndpointId = "vpce-0123456789abcdef0";

/** Checks that the id at an index is one of a VPC endpoint, and that it is not listed before. */
export function checkEndpointId(problems: ProblemList, id: unknown, index: number, all: readonly unknown[]): void {
  const place = `privateTo.vpcEndpoints[${index}]`;
  const shown = JSON.stringify(id) ?? String(id);
  if (!isEndpointId(id)) {
    const rule = `${shown} is not the id of a VPC endpoint.`;
    problems.refuse("bad-private-to", rule, "Write vpce- and 8 or 17 hexadecimal digits.", { place });
  } else if (all.indexOf(id) !== index) {
    problems.refuse("bad-private-to", `${shown} is listed twice.`, "List it once.", { place });
  }
}

/**
 * Returns the distinct ids of the endpoints, once they are known.
 *
 * @throws {PolygateError} if a value is not an id
 */
export function endpointIds(
  subject: string,
  { vpcEndpoints }: { readonly vpcEndpoints: readonly pulumi.Input<string>[] },
): pulumi.Output<readonly string[]> {
  return pulumi.all([...vpcEndpoints]).apply((ids) => {
    const problems = new ProblemList({ vendor: "aws" });
    for (const [index, id] of ids.entries()) {
      if (!isEndpointId(id)) checkEndpointId(problems, id, index, ids);
    }
    if (problems.all.length > 0) throw new PolygateError(subject, problems.all);
    return [...new Set(ids)];
  });
}

function isEndpointId(id: unknown): boolean {
  return typeof id === "string" && endpointId.test(id);
}

/**
 * Returns the URL of a stage through an endpoint that the API is associated with.
 *
 * @throws {RangeError} if the stage's own URL does not contain the API's id
 */
export function urlThrough(endpoint: string, apiId: string, invokeUrl: string): string {
  const url = invokeUrl.replace(`//${apiId}.`, () => `//${apiId}-${endpoint}.`);
  if (url === invokeUrl) throw new RangeError(`${invokeUrl} does not contain the API's id ${apiId}`);
  return url.replace(/\/+$/, "");
}
