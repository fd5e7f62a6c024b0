import type { Api } from "../../api/checked-api.ts";
import { type Problem, ProblemList } from "../../api/problem.ts";
import { isLater } from "../../gateway/later.ts";
import type { GcpCompanion } from "./args.ts";
import { envoyImage } from "./image.ts";
import { limitsPerInstance } from "./limits.ts";

/** The instances of a companion. */
export interface Instances {
  readonly minimum: number;
  readonly maximum: number;
}

/** The instances that a companion declares, with defaults for what it leaves out. */
export function instancesOf({ instances = {} }: GcpCompanion): Instances {
  const { minimum = 1, maximum = 10 } = instances;
  return { minimum, maximum };
}

/** The problems of a companion's own arguments, whose values may be of any type. */
export function checkCompanionArgs(companion: GcpCompanion, api: Api): readonly Problem[] {
  const problems = new ProblemList({ vendor: "gcp" });
  checkInstances(companion, api, problems.for({ place: "companion.instances" }));
  const { image, limits } = companion as Readonly<Record<string, unknown>>;
  if (limits !== undefined && limits !== "per-instance") {
    problems.refuse(
      "bad-limits",
      'The companion counts limits per instance only, so the only value of limits is "per-instance".',
      'Write "per-instance", or leave limits out.',
      { place: "companion.limits" },
    );
  }
  if (image !== undefined && !isLater(image) && !(typeof image === "string" && /@sha256:[0-9a-f]{64}$/.test(image))) {
    problems.refuse(
      "unpinned-image",
      "A tag can lead to another image tomorrow, so the image must end in its digest.",
      `Write the digest behind the tag, as in "${envoyImage}", or leave image out.`,
      { place: "companion.image" },
    );
  }
  return problems.all;
}

function checkInstances(companion: GcpCompanion, { routes }: Api, problems: ProblemList): void {
  const { minimum, maximum } = instancesOf(companion);
  if (!Number.isInteger(minimum) || !Number.isInteger(maximum) || minimum < 0 || maximum < 1 || minimum > maximum) {
    problems.refuse(
      "bad-instances",
      "Instances must be whole numbers: a minimum from 0 on, and a maximum from 1 on that is not below it.",
      "Write { minimum: 1, maximum: 10 }.",
    );
  } else if (maximum > 1 && companion.limits === undefined && routes.some(({ limits }) => limits.length > 0)) {
    problems.refuse(
      "limits-per-instance",
      `${limitsPerInstance} The companion may have ${maximum} instances.`,
      'Set companion.instances to { minimum: 1, maximum: 1 }, or accept that with companion.limits: "per-instance".',
    );
  }
}
