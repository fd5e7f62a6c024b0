/** A process that owns an Envoy, reports it, and then waits to be killed. */

import { findEnvoy } from "../../../../engine/index.ts";
import { EnvoyProcess } from "../../../../sandbox/data-plane/envoy/envoy-process.ts";
import { responding } from "../../../support/sandbox/data-plane/envoy/bootstrap.ts";

const envoy = await EnvoyProcess.start({ program: findEnvoy().program, bootstrap: responding("hello") });
process.send?.({ pid: envoy.pid, folders: [envoy.folder] });
setInterval(() => {}, 1_000);
