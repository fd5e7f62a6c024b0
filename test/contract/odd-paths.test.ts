import assert from "node:assert/strict";
import { readFileSync, writeFileSync } from "node:fs";
import { Bench } from "./bench.ts";
import { type SharedServers, sharedServers } from "./divergence.ts";
import type { DescriptionText } from "./oracle/description.ts";
import { nameOf, type VendorUnderTest } from "./vendors/vendor.ts";
import { allForms } from "./vendors/vendors.ts";
import { World } from "./world/world.ts";

/** A wide open route around guarded ones: whatever falls out of those falls into it. */
const description = ({ lenient, exact }: SharedServers): DescriptionText => ({
  version: 1,
  backends: {
    shop: { kind: "http", ...(lenient ? {} : { paths: "exact" }) },
    ...(lenient || exact ? {} : { erp: { kind: "http" } }),
  },
  auth: {
    staff: { kind: "jwt", audiences: ["orders"] },
    anyone: { kind: "open", reason: "a part of the contract suite" },
  },
  default: { auth: "staff" },
  routes: {
    "GET /shop/item": { to: "shop" },
    "GET /shop/{name}": { to: "shop" },
    "GET /{rest+}": { to: lenient || exact ? "shop" : "erp", auth: "anyone" },
  },
});

const paths = [
  "/shop/item/",
  "/shop/item//",
  "/shop//item",
  "//shop/item",
  "/shop%2Fitem",
  "/shop%5Citem",
  "/shop\\item",
  "/shop%252Fitem",
  "/shop/a%2Fb",
  "/files/a%2Fb",
  "/files/a//b",
  "/files/a/",
  "/shop/./item",
  "/files/../shop/item",
  "/files/%2e%2e/shop/item",
  "/files/..%2fshop/item",
  "/files/..;/shop/item",
  "/shop/item/..",
  "/SHOP/item",
  "/shop/ITEM",
  "/shop/%69tem",
  "/%73hop/item",
  "/SHOP/ITEM",
  "/shop/item;v=1",
  "/SHOP/item;v=1",
  "/SHOP/item%3Bv=1",
  "/SHOP/item.",
  "/SHOP/item%20",
  "/;v/shop/item",
  "/files/..%252fshop%252fitem",
  "/files/..%3B/shop/item",
  "/shop/item%00",
  "/shop/%C3",
  "/shop/%",
  "/files/a%20b",
  "/files/a%3Bb",
  "/files/a;b",
];

const page = new URL("contract.md", import.meta.url);
const [begin, end] = ["<!-- odd paths: begin -->\n", "<!-- odd paths: end -->"];

/** The table without what a formatter makes of it. */
function unaligned(table: string): string {
  return table
    .replace(/ *\| */g, "|")
    .replace(/-{3,}/g, "---")
    .trim();
}

describe("odd paths", function () {
  this.timeout(60_000);
  let world: World;
  before(async () => {
    world = await World.start();
  });
  after(() => world.stop());

  /**
   * The decision on a request without a token, for each path. Each is within the contract.
   */
  async function column(vendor: VendorUnderTest): Promise<readonly string[]> {
    const routes = description(sharedServers(vendor));
    const bench = await Bench.deploy(world, vendor, routes, vendor.render(routes, world.places(routes)));
    try {
      const cells: string[] = [];
      for (const path of paths) {
        const { outcome, judged, verdict } = await bench.ask({
          after: 1_000,
          make: async (at) => ({
            request: {
              method: "GET",
              path,
              query: "",
              headers: [],
              credential: { kind: "none" },
              key: { kind: "none" },
              bodyBytes: 0,
              address: "127.0.0.1",
              at,
            },
            sending: { method: "GET", target: path, headers: [] },
          }),
        });
        assert.deepEqual(judged.faults, [], `${nameOf(vendor)} ${path}: ${verdict.because}`);
        const [arrived] = outcome.arrived;
        const seen = arrived === undefined || arrived.target === path ? "" : `, seen as \`${arrived.target}\``;
        cells.push(`${judged.decision} ${outcome.received.status}${seen}`);
      }
      return cells;
    } finally {
      await bench.stop();
    }
  }

  it("are decided by each class as the table in contract.md shows, and never more weakly than the path that they spell", async () => {
    const columns: (readonly string[])[] = [];
    for (const vendor of allForms) columns.push(await column(vendor));
    const row = (cells: readonly string[]): string => `| ${cells.join(" | ")} |`;
    const written = [
      row(["path", ...allForms.map(nameOf)]),
      row(["---", ...allForms.map(() => "---")]),
      ...paths.map((path, index) => row([`\`${path}\``, ...columns.map((cells) => cells[index] ?? "")])),
    ].join("\n");
    const text = readFileSync(page, "utf8");
    const [head, rest] = text.split(begin);
    const [table, tail] = (rest ?? "").split(end);
    assert.ok(table !== undefined && tail !== undefined, "contract.md has no table of odd paths");
    // POLYGATE_WRITE=1 writes the table anew, for a reviewer to read.
    if (process.env.POLYGATE_WRITE === "1") writeFileSync(page, `${head}${begin}${written}\n${end}${tail}`);
    else assert.equal(unaligned(table), unaligned(written));
  });
});
