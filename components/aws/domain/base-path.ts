import type { ProblemList } from "../../api/problem.ts";
import { shown } from "./form.ts";
import { isReserved } from "./reserved-path.ts";

/** https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-mappings.html */
const longestBasePath = 300;

const BASE_PATH = /^[A-Za-z0-9$\-_.+!*'()]+(?:\/[A-Za-z0-9$\-_.+!*'()]+)*$/;

/** Checks the `basePath` option of a gateway's domain. */
export function checkBasePath(basePath: unknown, problems: ProblemList): void {
  if (basePath === undefined) return;
  const remedy = "Write it without slashes at either end, e.g. v1 or shop/v1. Leave it out for all paths.";
  const refuse = (code: string, rule: string): void =>
    problems.refuse(code, rule, remedy, {
      place: "domain.basePath",
      vendor: "aws",
    });
  if (typeof basePath !== "string" || !BASE_PATH.test(basePath)) {
    refuse(
      "bad-base-path",
      `A base path must be segments of letters, digits and $-_.+!*'(), separated by slashes, not ${shown(basePath)}.`,
    );
    return;
  }
  const segments = basePath.split("/");
  if (segments.some((segment) => /^\.{1,2}$/.test(segment))) {
    refuse("bad-base-path", "Clients remove segments of one or two dots from a path before they send a request.");
  } else if (basePath.length > longestBasePath) {
    refuse("bad-base-path", `API Gateway allows ${longestBasePath} characters. This base path has ${basePath.length}.`);
  } else if (isReserved(segments[0])) {
    refuse("reserved-path", "API Gateway reserves /ping and /sping for its own health checks.");
  }
}
