import assert from "node:assert/strict";
import { report } from "../../bench/report.ts";
import type { DeployResult } from "../../bench/result.ts";
import { table } from "../../bench/table.ts";
import { targetsOf } from "../../bench/target.ts";

const deployed = (part: Partial<DeployResult>): DeployResult => ({
  how: "polygate",
  vendor: "azure",
  routes: 10,
  resources: 2,
  previewSeconds: 2,
  programCpuSeconds: 1,
  upSeconds: 2.5,
  noopPreviewSeconds: 2.25,
  peakMemoryMiB: 200.4,
  ...part,
});

const checked = [
  { name: "real.json", copies: 1, operations: 76, megabytes: 8.63, seconds: 0.9, cpuSeconds: 1.2 },
  { name: "api.json", copies: 8, operations: 960, megabytes: 1.1, seconds: 1.5, cpuSeconds: 1 },
  { name: "api.json", copies: 16, operations: 1920, megabytes: 2.1, seconds: 3, cpuSeconds: 2.55 },
] as const;

describe("the benchmark's report", () => {
  it("has a table for each measurement, the ratios by hand to Polygate, and the targets", () => {
    const deploy = [
      deployed({}),
      deployed({ routes: 300, previewSeconds: 2.5 }),
      deployed({ how: "by-hand", routes: 300, resources: 601, previewSeconds: 10, upSeconds: 50, peakMemoryMiB: 1000 }),
    ];
    const serve = [{ vendor: "azure", requestsPerSecond: 7999.6, bareProxyRequestsPerSecond: 10_000 }] as const;
    const compile = [{ vendor: "azure", routes: 300, milliseconds: 1.804, coldMilliseconds: 10.06 }] as const;
    assert.equal(
      report({
        deploy,
        serve,
        compile,
        check: checked,
        envoy: [{ routes: 300, validateSeconds: 0.5, startSeconds: 1 }],
      }),
      `compile: description to document

  vendor  routes    ms  first ms
  azure      300  1.80      10.1

check: OpenAPI documents, for all classes

  document   copies  operations   MB  seconds  CPU s  CPU ratio
  real.json       1          76  8.6     0.90   1.20       1.00
  api.json        8         960  1.1     1.50   1.00       1.00
  api.json       16        1920  2.1     3.00   2.55       2.55

envoy: the companion's configuration

  routes  validate s  start s
     300        0.50     1.00

deploy: the real engine, against the sandbox

  vendor  how       routes  resources  preview s  program CPU s   up s  no-op preview s  memory MiB
  azure   polygate      10          2       2.00           1.00   2.50             2.25         200
  azure   polygate     300          2       2.50           1.00   2.50             2.25         200
  azure   by-hand      300        601      10.00           1.00  50.00             2.25        1000

deploy: by hand / polygate

  vendor  routes  resources  preview  program CPU    up  no-op preview  memory
  azure      300      300.5      4.0          1.0  20.0            1.0     5.0

serve: the sandbox's gateways

  vendor  requests/s  bare proxy requests/s  ratio
  azure         8000                  10000   0.80

targets

  met     azure: preview of 300 routes takes 1.25 times that of 10 (at most 1.3)
  met     azure: 2 resources for 10 routes, 2 for 300 (as many)
  met     azure: compiling 300 routes takes 1.8 ms (under 50)
  MISSED  an Envoy with 300 routes starts in 1.00 s (under 1)
  met     azure: served at 0.80 of the bare proxy's rate (at least 0.7)
  met     checking real.json takes 1.20 s of CPU time (under 2.5)
  MISSED  checking 2 times the operations takes 2.55 times the CPU time (at most 2.5)
`,
    );
  });

  it("explains why a vendor has no row by hand", () => {
    const text = report({ deploy: [deployed({ vendor: "gcp" })], serve: [], compile: [], check: [], envoy: [] });
    assert.match(text, /gcp has no resource for a route, so that nothing can be declared by hand/);
    assert.doesNotMatch(text, /targets/);
  });

  it("aligns text to the left and numbers to the right, whatever the header", () => {
    assert.equal(
      table(
        ["name", "n"],
        [
          ["a", 1],
          ["longer", 100],
        ],
      ),
      "  name      n\n  a         1\n  longer  100\n",
    );
  });
});

describe("the benchmark's targets", () => {
  const missed = (result: Parameters<typeof targetsOf>[0]) =>
    targetsOf(result)
      .filter(({ met }) => !met)
      .map(({ text }) => text);

  it("are missed by a preview time, or a number of resources, that grows with the routes", () => {
    const deploy = [deployed({}), deployed({ routes: 300, resources: 3, previewSeconds: 2.62 })];
    assert.deepEqual(missed({ deploy, serve: [], compile: [], check: [], envoy: [] }), [
      "azure: preview of 300 routes takes 1.31 times that of 10 (at most 1.3)",
      "azure: 2 resources for 10 routes, 3 for 300 (as many)",
    ]);
  });

  it("are missed by a gateway that serves less than 0.7 of the proxy's rate", () => {
    const serve = [{ vendor: "aws", requestsPerSecond: 699, bareProxyRequestsPerSecond: 1000 }] as const;
    assert.deepEqual(missed({ deploy: [], serve, compile: [], check: [], envoy: [] }), [
      "aws: served at 0.70 of the bare proxy's rate (at least 0.7)",
    ]);
  });

  it("are missed by a compilation of 300 routes that takes 50 ms", () => {
    const compile = [
      { vendor: "gcp", routes: 300, milliseconds: 50 },
      { vendor: "aws", routes: 100, milliseconds: 500 },
    ] as const;
    assert.deepEqual(missed({ deploy: [], serve: [], compile, check: [], envoy: [] }), [
      "gcp: compiling 300 routes takes 50.0 ms (under 50)",
    ]);
  });

  it("are missed by a check of a real document that takes 2.5 s, and by one that grows faster than its operations", () => {
    const [real, few, many] = checked;
    const check = [{ ...real, cpuSeconds: 2.5 }, few, many, { ...many, copies: 32, cpuSeconds: 5 }];
    assert.deepEqual(missed({ deploy: [], serve: [], compile: [], check, envoy: [] }), [
      "checking real.json takes 2.50 s of CPU time (under 2.5)",
      "checking 2 times the operations takes 2.55 times the CPU time (at most 2.5)",
    ]);
  });

  it("compare the previews of one vendor only, and skip what was not measured", () => {
    const deploy = [deployed({ vendor: "gcp" }), deployed({ routes: 300, previewSeconds: 100 })];
    assert.deepEqual(targetsOf({ deploy, serve: [], compile: [], check: [], envoy: [] }), []);
  });
});
