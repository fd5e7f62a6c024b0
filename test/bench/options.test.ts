import assert from "node:assert/strict";
import { readOptions, UsageError } from "../../bench/options.ts";

const vendors = ["aws", "azure", "gcp"];

describe("the benchmark's options", () => {
  it("measure everything by default", () => {
    assert.deepEqual(readOptions([], vendors), {
      json: false,
      help: false,
      only: ["compile", "check", "envoy", "deploy", "serve"],
      vendor: undefined,
      routes: [10, 100, 300],
      repeat: { compile: 3, check: 3, envoy: 5, deploy: 3, serve: 5 },
      seconds: 4,
      connections: 32,
    });
  });

  it("restrict the measurements", () => {
    const text = "--json --only serve --only compile --vendor gcp --routes 50 --routes 5 --routes 50 --repeat 2";
    assert.deepEqual(readOptions([...text.split(" "), "--seconds=1", "--connections", "8"], vendors), {
      json: true,
      help: false,
      only: ["serve", "compile"],
      vendor: "gcp",
      routes: [5, 50],
      repeat: { compile: 2, check: 2, envoy: 2, deploy: 2, serve: 2 },
      seconds: 1,
      connections: 8,
    });
  });

  for (const { args, says } of [
    { args: ["--vendor", "ibm"], says: '--vendor must be one of aws, azure, gcp, not "ibm"' },
    { args: ["--only", "speed"], says: '--only must be one of compile, check, envoy, deploy, serve, not "speed"' },
    { args: ["--routes", "0"], says: '--routes must be a positive integer, not "0"' },
    { args: ["--repeat", "1.5"], says: '--repeat must be a positive integer, not "1.5"' },
    { args: ["--seconds", "soon"], says: '--seconds must be a positive integer, not "soon"' },
    { args: ["--connections", "1e3"], says: '--connections must be a positive integer, not "1e3"' },
  ]) {
    it(`reject ${args.join(" ")} with the values that are accepted`, () => {
      assert.throws(
        () => readOptions(args, vendors),
        (error) => error instanceof UsageError && error.message === says,
      );
    });
  }

  it("reject unknown options", () => {
    assert.throws(() => readOptions(["--fast"], vendors), UsageError);
    assert.throws(() => readOptions(["deploy"], vendors), UsageError);
    assert.throws(() => readOptions(["--repeat"], vendors), UsageError);
  });
});
