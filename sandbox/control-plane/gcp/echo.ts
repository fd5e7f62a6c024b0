import { echoModel } from "../echo.ts";
import { hexOf, labelOf, type OutputFacts } from "../outputs/plausible-text.ts";
import { type Properties, text } from "../property-value.ts";
import { Kind, type Records } from "../records.ts";
import { type GcpSettings, labelOutputs, projectNumber, projectOf } from "./project.ts";

const KIND = "gcp/echo";
const BUCKET_OBJECT = "gcp:storage/bucketObject:BucketObject";
const STORED = new Kind<{ readonly inputs: Properties }>(KIND);

/** A resource without a model: the sandbox stores its inputs and returns them with a name, a project and its computed outputs. */
export const gcpEcho = echoModel<GcpSettings>({
  kind: KIND,
  scope: (settings, properties) => [projectOf(settings, properties)],
  id(call, inputs, short) {
    return `projects/${projectOf(call.settings, inputs)}/${call.name}-${short.slice(0, 7)}`;
  },
  namedId(call, inputs) {
    const project = projectOf(call.settings, inputs);
    const name = text(inputs, "name");
    switch (call.type) {
      case "gcp:serviceaccount/account:Account":
        return `projects/${project}/serviceAccounts/${text(inputs, "accountId") ?? call.name}@${project}.iam.gserviceaccount.com`;
      case "gcp:cloudrunv2/service:Service": {
        const location = text(inputs, "location") ?? call.settings.region ?? "us-central1";
        return `projects/${project}/locations/${location}/services/${name ?? call.name}`;
      }
      case "gcp:storage/bucket:Bucket":
        return name;
      case BUCKET_OBJECT:
        return `${text(inputs, "bucket") ?? ""}-${name ?? call.name}`;
      default:
        return undefined;
    }
  },
  overwriting: new Set([BUCKET_OBJECT]),
  key: (id) => id.replaceAll("/", ":"),
  facts(call, inputs, id) {
    const [, module = ""] = /^gcp:([^/:]+)/.exec(call.type) ?? [];
    return {
      name: text(inputs, "name") ?? id.slice(id.lastIndexOf("/") + 1),
      domain: `${module}.googleapis.com`,
      place: text(inputs, "location") ?? text(inputs, "region") ?? call.settings.region ?? "us-central1",
      state: "ACTIVE",
      arn: id,
      uuids: false,
    };
  },
  outputs(call, inputs, { name }) {
    const labels = inputs.labels === undefined ? {} : labelOutputs(inputs);
    return { name, project: projectOf(call.settings, inputs), ...labels };
  },
  known: {
    "gcp:cloudfunctions/function:Function": (facts, inputs) => ({ httpsTriggerUrl: functionUrl(facts, inputs) }),
    "gcp:cloudfunctionsv2/function:Function": (facts, inputs) => ({ url: functionUrl(facts, inputs) }),
    "gcp:cloudrun/service:Service": (facts) => ({ statuses: [{ url: runUrl(facts) }] }),
    "gcp:cloudrunv2/service:Service": (facts) => ({
      deletionProtection: true,
      uri: runUrl(facts),
      urls: [numberedRunUrl(facts), runUrl(facts)],
    }),
    "gcp:serviceaccount/account:Account": (facts) => {
      const email = facts.id.slice(facts.id.lastIndexOf("/") + 1);
      const uniqueId = BigInt(`0x${hexOf(facts, "uniqueId", 16)}`)
        .toString()
        .padStart(21, "1");
      return { email, member: `serviceAccount:${email}`, name: facts.id, uniqueId };
    },
    "gcp:storage/bucket:Bucket": ({ name }) => ({ url: `gs://${name}` }),
  },
});

/** https://cloud.google.com/run/docs/triggering/https-request: `https://SERVICE-HASH-REGION.a.run.app`. */
function runUrl(facts: OutputFacts): string {
  return `https://${labelOf(facts)}-${hexOf(facts, "uri", 10)}-${facts.place.replaceAll(/[^a-z]/g, "").slice(0, 2)}.a.run.app`;
}

/** The form that a program can compute: `https://NAME-PROJECTNUMBER.REGION.run.app`. */
function numberedRunUrl({ name, place }: OutputFacts): string {
  return `https://${name}-${projectNumber}.${place}.run.app`;
}

/** The content of an object of Cloud Storage; undefined when it does not exist, or its content is not set by `content`. */
export function storedObject(records: Records, bucket: string, name: string): string | undefined {
  for (const [key, { inputs }] of STORED.list(records)) {
    if (!key.includes(`/${BUCKET_OBJECT}/`) || text(inputs, "bucket") !== bucket || text(inputs, "name") !== name)
      continue;
    return text(inputs, "content");
  }
  return undefined;
}

function functionUrl({ name, place, id }: OutputFacts, inputs: Properties): string {
  const project = text(inputs, "project") ?? id.split("/")[1] ?? "";
  return `https://${place}-${project}.cloudfunctions.net/${name}`;
}
