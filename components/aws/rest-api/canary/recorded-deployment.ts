import * as pulumi from "@pulumi/pulumi";
import { PolygateError, ProblemList } from "../../../api/problem.ts";
import { documentHash } from "../../state/last-import.ts";
import { type Recorded, recordedStack, settled } from "../../state/recorded-stack.ts";
import type { RestApiUrns } from "../urns.ts";
import { callsOf } from "./calls.ts";
import { recordedResources, stagedApis } from "./recorded-resources.ts";
import {
  type Outputs,
  readStableTrigger,
  type StableDeployment,
  stableMark,
  stableVersionNote,
} from "./stable-deployment.ts";

/** What the stack's state contains about the deployments that are served. */
export interface RecordedDeployment {
  /** Undefined as long as this gateway has no stage. */
  readonly stable: StableDeployment | undefined;
  /** The ids of the APIs that have a stage in the stack, whichever gateway they belong to. */
  readonly stagedApis: readonly string[];
}

/**
 * Reads the stable deployment of a gateway from the stack's state.
 *
 * @throws {PolygateError} if the state does not identify it. A canary without a stable deployment would get every request.
 */
export function recordedDeployment(
  subject: string,
  name: string,
  urns: RestApiUrns,
): pulumi.Output<RecordedDeployment> {
  const recorded = Promise.all([recordedStack(), settledUrns(urns)]).then(
    ([{ resources, unreadable }, settledOnes]): RecordedDeployment => {
      if (unreadable !== undefined) throw unknownStable(subject, `The stack's state cannot be read (${unreadable}).`);
      return { stable: stableDeployment(subject, name, settledOnes, resources), stagedApis: stagedApis(resources) };
    },
  );
  return pulumi.output(recorded);
}

/** The error for a gateway whose stable deployment cannot be identified. */
export function unknownStable(subject: string, reason: string): PolygateError {
  const problems = new ProblemList({ place: "canary" });
  problems.refuse(
    "canary-unknown-stable",
    `The deployment for the requests outside the canary cannot be identified. ${reason}`,
    "Deploy once without canary. Then deploy the change with it.",
  );
  return new PolygateError(subject, problems.all);
}

async function settledUrns({ api, document, deployment, canary, stage }: RestApiUrns): Promise<RestApiUrns<string>> {
  const all = await Promise.all([api, document, deployment, canary, stage].map(settled));
  const [apiUrn = "", documentUrn = "", deploymentUrn = "", canaryUrn = "", stageUrn = ""] = all;
  return { api: apiUrn, document: documentUrn, deployment: deploymentUrn, canary: canaryUrn, stage: stageUrn };
}

function stableDeployment(
  subject: string,
  name: string,
  urns: RestApiUrns<string>,
  resources: Recorded,
): StableDeployment | undefined {
  const outputsOf = (urn: string): Outputs => resources[urn]?.outputs ?? {};
  if (resources[urns.stage] === undefined) return undefined;
  const { triggers, restApi } = outputsOf(urns.deployment);
  const content = stableContent(triggers, outputsOf(urns.canary).triggers, outputsOf(urns.document).body);
  if (content === undefined || typeof restApi !== "string") {
    throw unknownStable(
      subject,
      "The last update ended before it deployed its description, or something else created the deployment.",
    );
  }
  return {
    restApi,
    triggers: triggers as StableDeployment["triggers"],
    served: outputsOf(urns.stage).deployment,
    ...content,
    ...recordedResources({ resources, name, apiUrn: urns.api, restApi }, content.calls),
  };
}

/**
 * Finds out what the stable deployment calls. The canary's deployment has recorded it, or the imported document tells: if the deployment
 * is a snapshot of that document, or if the document carries the deployment's mark.
 */
function stableContent(
  triggers: unknown,
  canaryTriggers: unknown,
  body: unknown,
): Pick<StableDeployment, "calls" | "mark" | "draft"> | undefined {
  const { document } = (triggers ?? {}) as { readonly document?: unknown };
  if (typeof document !== "string" || typeof body !== "string") return undefined;
  const mark = stableMark(document);
  const isMarked = versionOf(body).includes(`(${stableVersionNote(mark)})`);
  const note = readStableTrigger((canaryTriggers as { readonly stable?: unknown } | undefined)?.stable);
  if (note?.document === document) return { calls: note.calls, draft: note.draft, mark: isMarked ? mark : undefined };
  return isMarked || documentHash(body) === document ? { calls: callsOf(body), draft: undefined, mark } : undefined;
}

function versionOf(document: string): string {
  const { info } = JSON.parse(document) as { readonly info?: { readonly version?: unknown } };
  return String(info?.version);
}
