import { echoModel } from "../echo.ts";
import { hexOf, labelOf, type OutputFacts } from "../outputs/plausible-text.ts";
import { type Properties, text } from "../property-value.ts";
import type { Call } from "../resource-model.ts";
import { type AzureSettings, armKey, lastSegment, resourceGroupId } from "./arm.ts";
import { withNestedIds } from "./nested-ids.ts";

/** The inputs that name a resource are its type with `Name`, e.g. `accountName`, and `name`. */
const NAMES = /^(?!resourceGroupName$)(?:name|\w+Name)$/;

/** A resource without a model: the sandbox stores its inputs and returns them with an id, a name and its computed outputs. */
export const azureEcho = echoModel<AzureSettings>({
  kind: "azure/echo",
  scope: (settings) => [settings.subscriptionId],
  id(call, inputs, short) {
    const [module, kind] = moduleOf(call);
    const group = resourceGroupId(call.settings, text(inputs, "resourceGroupName") ?? "none");
    return `${group}/providers/Microsoft.${module}/${kind}/${call.name}-${short.slice(0, 7)}`;
  },
  key: armKey,
  facts(call, inputs, id) {
    const [module] = moduleOf(call);
    return {
      name: nameOf(call, inputs, id),
      domain: `${module}.azure.net`,
      place: text(inputs, "location") ?? call.settings.location ?? "westeurope",
      state: "Succeeded",
      arn: id,
      uuids: true,
    };
  },
  outputs: (call, inputs, { name }) => ({
    ...(call.settings.location === undefined ? {} : { location: call.settings.location }),
    name,
    provisioningState: "Succeeded",
    ...(text(inputs, "resourceGroupName") === undefined ? {} : { type: call.type }),
  }),
  extended: withNestedIds,
  known: {
    "azure-native:app:ContainerApp": (facts) => {
      const fqdn = `${labelOf(facts)}.${hexOf(facts, "environment", 8)}.${facts.place}.azurecontainerapps.io`;
      return { latestRevisionFqdn: fqdn };
    },
    "azure-native:storage:StorageAccount": (facts) => {
      const account = labelOf(facts).replaceAll("-", "").slice(0, 24);
      const endpoint = (service: string) => `https://${account}.${service}.core.windows.net/`;
      return {
        name: account,
        primaryEndpoints: {
          ...Object.fromEntries(["blob", "dfs", "file", "queue", "table"].map((name) => [name, endpoint(name)])),
          web: endpoint("z6.web"),
        },
        primaryLocation: facts.place,
      };
    },
    "azure-native:web:StaticSite": (facts) => ({ defaultHostname: `${labelOf(facts)}.azurestaticapps.net` }),
    "azure-native:web:WebApp": webAppOutputs,
    "azure-native:web:WebAppSlot": webAppOutputs,
  },
});

function moduleOf({ type }: Pick<Call<AzureSettings>, "type">): readonly [string, string] {
  const [, module = "", kind = ""] = /^azure-native:([^:]+):(.+)$/.exec(type) ?? [];
  return [module, kind];
}

/** The name that the program sets, or the one that the provider generates. */
function nameOf({ type }: Pick<Call<AzureSettings>, "type">, inputs: Properties, id: string): string {
  const kind = type.slice(type.lastIndexOf(":") + 1).toLowerCase();
  const [named] = Object.keys(inputs).filter((name) => {
    const subject = name.slice(0, -"Name".length).toLowerCase();
    return NAMES.test(name) && kind.endsWith(subject) && typeof inputs[name] === "string";
  });
  return (named === undefined ? undefined : text(inputs, named)) ?? lastSegment(id);
}

function webAppOutputs(facts: OutputFacts): Properties {
  const host = `${labelOf(facts)}.azurewebsites.net`;
  return {
    defaultHostName: host,
    enabledHostNames: [host, `${labelOf(facts)}.scm.azurewebsites.net`],
    hostNames: [host],
    state: "Running",
  };
}
