import type { GatewayArtefacts } from "./artefacts.ts";
import { interpretAwsHttpApi } from "./aws/http-api/http-api.ts";
import { interpretAwsRestApi } from "./aws/rest-api/rest-api.ts";
import { interpretApim } from "./azure/api-management/api-management.ts";
import { checkFunctions } from "./functions/supported-runtime.ts";
import { interpretGcpApiGateway } from "./gcp/api-gateway/api-gateway.ts";
import { interpretCloudRun } from "./gcp/cloud-run/cloud-run.ts";
import type { Interpreter, Surroundings } from "./interpreter.ts";
import { refuseMissingHosts } from "./missing-host.ts";

/**
 * Creates the interpreter for a gateway's kind.
 *
 * @throws UnsupportedArtefact for artefacts that the vendor would reject or that the interpreter does not support
 */
export function interpret(artefacts: GatewayArtefacts, surroundings: Surroundings): Interpreter {
  refuseMissingHosts(artefacts);
  switch (artefacts.kind) {
    case "aws-http-api":
      checkFunctions(artefacts.functions ?? {});
      return interpretAwsHttpApi(artefacts, surroundings);
    case "aws-rest-api":
      checkFunctions({ ...artefacts.functions, ...artefacts.canary?.functions });
      return interpretAwsRestApi(artefacts, surroundings);
    case "azure-api-management":
      return interpretApim(artefacts, surroundings);
    case "gcp-api-gateway":
      return interpretGcpApiGateway(artefacts, surroundings);
    case "gcp-cloud-run":
      return interpretCloudRun(artefacts, surroundings);
  }
}
