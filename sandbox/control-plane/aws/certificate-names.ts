import { type Properties, text, texts } from "../property-value.ts";
import { Kind, type Records } from "../records.ts";

/** As `echoModel` keeps them: ACM has no model of its own here. */
const echoed = new Kind<{ readonly outputs: Properties }>("aws/echo");

/** The domain names of a certificate of ACM; undefined when the sandbox knows of none with that ARN. */
export function certificateNames(records: Records, region: string, arn: string): readonly string[] | undefined {
  const found = echoed
    .list(records, region, "aws:acm/certificate:Certificate")
    .find(([, { outputs }]) => text(outputs, "arn") === arn);
  if (found === undefined) return undefined;
  const { domainName, subjectAlternativeNames } = found[1].outputs;
  const names = [domainName, ...(texts(subjectAlternativeNames) ?? [])];
  return [...new Set(names.filter((name): name is string => typeof name === "string"))];
}
