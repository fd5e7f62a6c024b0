import assert from "node:assert/strict";
import { azureResources } from "../../cli/azure-whereabouts.ts";
import { gcpResources } from "../../cli/gcp-whereabouts.ts";
import type { PendingCreate } from "../../cli/pending-creates.ts";
import type { Sought } from "../../cli/sought.ts";
import { whereaboutsOf } from "../../cli/whereabouts.ts";

/** A pending operation whose every argument is its own name. */
function pending(type: string, inputs: PendingCreate["inputs"] = {}, known: readonly string[] = []): PendingCreate {
  const anyArgument = new Proxy<Record<string, unknown>>(
    { project: undefined, ...inputs },
    { get: (own, name) => (name in own ? own[String(name)] : String(name)) },
  );
  return {
    urn: `urn:pulumi:dev::shop::${type}::it`,
    name: "it",
    type,
    inputs: anyArgument,
    known,
  } as unknown as PendingCreate;
}

function soughtOf(...args: Parameters<typeof pending>): Sought {
  const whereabouts = whereaboutsOf(pending(...args));
  assert.ok(whereabouts !== undefined && whereabouts.kind !== "same", args[0]);
  return whereabouts;
}

describe("the whereabouts of a resource on Azure", () => {
  it("are a command that prints its id, for every type in the table", () => {
    for (const type of Object.keys(azureResources)) {
      const { program, kind, look, id } = soughtOf(`azure-native:${type}`);
      assert.deepEqual([program, kind, id("/subscriptions/s")], ["az", "numbered", "/subscriptions/s"], type);
      assert.doesNotMatch(look.join(" "), /undefined|\{\w+\}|\/\//, type);
      assert.deepEqual(look.slice(-4), ["--query", "id", "--output", "tsv"], type);
    }
  });

  it("name the parent of a nested resource, whatever version its type has", () => {
    const { look, read, absent } = soughtOf("azure-native:apimanagement/v20240501:ApiPolicy", { apiId: "orders" });
    assert.equal(
      look.join(" "),
      "resource show --resource-group resourceGroupName --namespace Microsoft.ApiManagement " +
        "--parent service/serviceName/apis/orders --resource-type policies --name policyId --query id --output tsv",
    );
    assert.deepEqual(read("/subscriptions/s/x\n"), ["/subscriptions/s/x"]);
    assert.match("ERROR: (ResourceNotFound) The Resource 'x' was not found.", absent ?? /^$/);
    assert.doesNotMatch("ERROR: Please run 'az login' to setup account.", absent ?? /^/);
  });

  it("are refused for a name that the command line would read as an option", () => {
    assert.throws(
      () => whereaboutsOf(pending("azure-native:network:Subnet", { subnetName: "--help" })),
      /begins with a dash/,
    );
  });
});

describe("the whereabouts of a resource on Google Cloud", () => {
  const listed = Object.keys(gcpResources).filter((type) => gcpResources[type] !== "same");

  it("are a command that lists the candidates, for every type in the table", () => {
    for (const type of listed) {
      const { program, kind, look, id } = soughtOf(`gcp:${type}:T`);
      assert.equal(program, "gcloud");
      assert.doesNotMatch(look.join(" "), /undefined|\{\w+\}/, type);
      assert.match(look.at(-1) ?? "", /^--format=value\(/, type);
      assert.equal(kind === "named", id("one") === id("other"), type);
    }
  });

  it("are in the project of the resource, if it names one", () => {
    const { look, read, id } = soughtOf("gcp:compute/router:Router", { name: "main", project: "shop" }, ["old"]);
    assert.deepEqual(look, [
      ...["compute", "routers", "list", "--filter=name=main"],
      ...["--format=value(selfLink.scope(v1))", "--project=shop"],
    ]);
    const path = "projects/shop/regions/europe-west1/routers/main";
    assert.deepEqual(read(`${path}\nold\n`), [path]);
    assert.equal(id(path), path);
  });

  it("are one of the parts of a router", () => {
    const { kind, look, read, id } = soughtOf("gcp:compute/routerPeer:RouterPeer", { name: "peer-0" });
    assert.equal(look.join(" "), "compute routers describe router --region region --format=value(bgpPeers[].name)");
    assert.deepEqual([read("peer-0;peer-1\n"), read("peer-1\n"), read("")], [["peer-0"], [], []]);
    assert.deepEqual([kind, id("peer-0")], ["named", "region/router/peer-0"]);
  });

  it("are refused for a name that would change the filter", () => {
    for (const name of ["a OR name:*", "--help", "a$", ""]) {
      assert.throws(
        () => whereaboutsOf(pending("gcp:compute/network:Network", { name })),
        /is no name of Google Cloud/,
      );
    }
  });
});
