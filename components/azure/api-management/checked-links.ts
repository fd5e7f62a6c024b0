import { type Output, output } from "@pulumi/pulumi";
import { type Bindings, linkOf } from "../../api/binding/binding.ts";
import { PolygateError } from "../../api/problem.ts";
import type { Prepared } from "../../gateway/prepare.ts";
import { checkLink, noServiceNetwork } from "../link/link.ts";
import type { ApiManagementServiceLink } from "../service-link.ts";
import { privateBackends } from "./private-backend.ts";

/**
 * The document, once the links of private backends have been compared with the service. What is known before the deployment is compared
 * at once; an Output of either is compared here.
 */
export function checkedLinks<Document>(
  subject: string,
  { api, bindings, document }: Prepared<Document>,
  { location, subnetId }: ApiManagementServiceLink,
): Output<Document> {
  const backends = privateBackends(api);
  if (backends.length === 0) return document;
  return output({ bindings, document, location, subnetId }).apply((known) => {
    const { location, subnetId } = known;
    if (subnetId === undefined || subnetId === null) throw new PolygateError(subject, [noServiceNetwork()]);
    const service = { location, subnetId };
    const problems = backends.flatMap((backend) => {
      const link = linkOf(known.bindings as unknown as Bindings, backend);
      return checkLink(link, `backends.${backend}.link`, service);
    });
    if (problems.length > 0) throw new PolygateError(subject, problems);
    return known.document as Document;
  });
}
