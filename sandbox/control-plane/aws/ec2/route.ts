import { crc32 } from "node:zlib";
import { type Properties, text } from "../../property-value.ts";
import { Kind } from "../../records.ts";
import { VendorError } from "../../resource-model.ts";
import { verifying } from "../argument-check.ts";
import { type StoredRecord, storedResource } from "../stored-resource.ts";

const routes = new Kind<StoredRecord>("aws/ec2/route");
const destinations = ["destinationCidrBlock", "destinationIpv6CidrBlock", "destinationPrefixListId"] as const;

/** `aws:ec2/route:Route` (terraform-provider-aws, internal/service/ec2/vpc_route.go), without effect on packets. */
export const route = storedResource(routes, {
  title: "Route in Route Table",
  replaces: [...destinations, "routeTableId"],
  verify: verifying((inputs, fail) => {
    if (destinations.filter((name) => inputs[name] !== undefined).length !== 1) {
      fail(destinations[0], "exactly one destination must be specified");
    }
  }),
  id: (_call, _region, inputs) => idOf(text(inputs, "routeTableId") ?? "", destinationOf(inputs)),
  importedId(id) {
    const [table, destination] = id.split("_", 2);
    return table === undefined || destination === undefined ? id : idOf(table, destination);
  },
  check(call, region, inputs, operation, before) {
    const destination = destinationOf(inputs);
    const id = idOf(text(inputs, "routeTableId") ?? "", destination);
    if (before !== undefined || routes.get(call.records, region, id) === undefined) return;
    throw new VendorError(`${operation}: RouteAlreadyExists: The route identified by ${destination} already exists.`);
  },
  outputs: () => ({ origin: "CreateRoute", state: "active" }),
});

function destinationOf(inputs: Properties): string {
  return destinations.map((name) => text(inputs, name)).find((value) => value !== undefined) ?? "";
}

function idOf(table: string, destination: string): string {
  return `r-${table}${crc32(destination)}`;
}
