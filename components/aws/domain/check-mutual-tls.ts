import type { ProblemList } from "../../api/problem.ts";
import { isObjectNow } from "../../gateway/later.ts";
import type { Caution } from "../../gateway/target.ts";
import type { PlainDomain } from "./domain.ts";
import { certificateForm, checkText, shown, type TextForm } from "./form.ts";

/** https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucketnamingrules.html; S3 checks the key itself. */
const uriForm: TextForm = {
  pattern: /^s3:\/\/[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]\/[^\s\p{Cc}]{1,1024}$/u,
  description: "the URI of an S3 object: s3://BUCKET/KEY",
};

const versionForm: TextForm = { pattern: /./, description: "the id of an object's version" };

/** Checks the `mutualTls` option of a domain. */
export function checkMutualTls(mutualTls: unknown, place: string, problems: ProblemList): void {
  if (mutualTls === undefined) return;
  if (!isObjectNow(mutualTls)) {
    const rule = `mutualTls must be an object, not ${shown(mutualTls)}.`;
    problems.refuse("bad-truststore", rule, 'Write { truststoreUri: "s3://BUCKET/KEY" }.', { place });
    return;
  }
  const { truststoreUri = null, truststoreVersion, ownershipCertificateArn } = mutualTls;
  const at = (member: string): ProblemList => problems.for({ place: `${place}.${member}` });
  checkText("bad-truststore", truststoreUri, uriForm, at("truststoreUri"));
  checkText("bad-truststore", truststoreVersion, versionForm, at("truststoreVersion"));
  checkText("bad-certificate", ownershipCertificateArn, certificateForm, at("ownershipCertificateArn"));
}

/** Rejects an endpoint beside a domain with mutual TLS: clients could use it without a certificate. */
export function checkBypass(keepExecuteApi: unknown, problems: ProblemList): void {
  if (keepExecuteApi === undefined) return;
  problems.refuse(
    "mutual-tls-bypass",
    "The domain requires a certificate of clients. The execute-api endpoint beside it would not.",
    "Remove keepExecuteApi.",
    { place: "domain.keepExecuteApi", vendor: "aws" },
  );
}

/** A caution about a truststore without a version. */
export function truststoreCautions({ mutualTls }: PlainDomain, place: string): readonly Caution[] {
  if (mutualTls === undefined || mutualTls.truststoreVersion !== undefined) return [];
  return [
    {
      route: place,
      what: "the truststore has no version, so a later upload takes effect with some later update of the domain, possibly unexpectedly",
      advice: "Enable versioning of the bucket and set truststoreVersion.",
    },
  ];
}
