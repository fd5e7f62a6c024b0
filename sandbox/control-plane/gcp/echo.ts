import { echoModel } from "../echo.ts";
import { hexOf, labelOf, type OutputFacts } from "../outputs/plausible-text.ts";
import { type Properties, text } from "../property-value.ts";
import { type GcpSettings, labelOutputs, projectOf } from "./project.ts";

/** A resource without a model: the sandbox stores its inputs and returns them with a name, a project and its computed outputs. */
export const gcpEcho = echoModel<GcpSettings>({
  kind: "gcp/echo",
  scope: (settings, properties) => [projectOf(settings, properties)],
  id(call, inputs, short) {
    const project = projectOf(call.settings, inputs);
    if (call.type === "gcp:serviceaccount/account:Account") {
      return `projects/${project}/serviceAccounts/${text(inputs, "accountId") ?? call.name}@${project}.iam.gserviceaccount.com`;
    }
    return `projects/${project}/${call.name}-${short.slice(0, 7)}`;
  },
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
    "gcp:cloudrunv2/service:Service": (facts) => ({ uri: runUrl(facts), urls: [runUrl(facts)] }),
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

function functionUrl({ name, place, id }: OutputFacts, inputs: Properties): string {
  const project = text(inputs, "project") ?? id.split("/")[1] ?? "";
  return `https://${place}-${project}.cloudfunctions.net/${name}`;
}
