import { PolygateError, ProblemList } from "../../../api/problem.ts";

/**
 * Refuses to switch an existing API between public and private.
 *
 * AWS can do that in several steps. It documents that the API "will be available" meanwhile, but not which of its two policies and
 * endpoints applies at which time (https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-api-migration.html).
 *
 * @param recorded the API's endpoint configuration, as the last update left it
 *
 * @throws {PolygateError} if the existing API is of the other type
 */
export function refuseOtherEndpoint(subject: string, wanted: "private" | "public", recorded: unknown): true {
  const { types } = (typeof recorded === "object" && recorded !== null ? recorded : {}) as { types?: unknown };
  if (typeof types !== "string" || (types === "PRIVATE") === (wanted === "private")) return true;
  const problems = new ProblemList({ place: "privateTo", vendor: "aws" });
  problems.refuse(
    "endpoint-type-changed",
    wanted === "private"
      ? "The existing API is public. AWS does not document until when it stays open while it becomes private."
      : "The existing API is private. AWS does not document who can reach it while it becomes public.",
    "Give the gateway another name, which creates another API. Delete this one when its clients have moved.",
  );
  throw new PolygateError(subject, problems.all);
}
