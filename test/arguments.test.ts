import assert from "node:assert/strict";
import { isWaiting, readArguments } from "./arguments.ts";

describe("the command line of npm test", () => {
  const none = { all: false, repeat: 1, waiting: false, files: [], mochaArguments: [] };

  it("runs every stage once without arguments", () => {
    assert.deepEqual(readArguments([]), { ...none, stages: ["checks", "unit", "contract", "e2e"] });
  });

  it("passes what it does not know to mocha, and keeps its own options", () => {
    for (const only of [["--only", "unit"], ["--only=unit"]]) {
      assert.deepEqual(readArguments(["--grep", "all of it", ...only, "--all", "--repeat", "50", "--bail"]), {
        ...none,
        stages: ["unit"],
        all: true,
        repeat: 50,
        mochaArguments: ["--grep", "all of it", "--bail"],
      });
    }
  });

  it("runs the named test files, or those that wait, without the checks", () => {
    const stages = ["unit", "contract", "e2e"];
    const files = ["test/a.test.ts", "test/e2e/b.test.ts"];
    assert.deepEqual(readArguments([...files, "--repeat", "2"]), { ...none, stages, repeat: 2, files });
    assert.deepEqual(readArguments(["--waiting"]), { ...none, stages, waiting: true });
  });

  it("rejects a stage that does not exist, and a number of runs that is none", () => {
    assert.throws(() => readArguments(["--only", "units"]), {
      message: 'The stage "units" does not exist. The stages are checks, unit, contract, e2e.',
    });
    for (const value of ["0", "-1", "1.5", "many", "10000"]) {
      assert.throws(() => readArguments([`--repeat=${value}`]), {
        message: `--repeat must be a whole number from 1 to 9999, not ${JSON.stringify(value)}.`,
      });
    }
    assert.throws(() => readArguments(["--repeat"]), /--repeat must be a whole number/);
  });

  it("finds the tests that wait or end a process", () => {
    for (const text of [
      "await sleep(50);",
      'await until("it ends", () => ended);',
      "new Promise((resolve) => setTimeout(resolve, 5))",
      'child.kill("SIGINT");',
      'await sandbox.end("SIGKILL");',
      "await deployment.killedAt({}, [], select);",
    ]) {
      assert.ok(isWaiting(text), text);
    }
    for (const text of ["assert.equal(await answer(), 3);", "waiting = true;", "skill(3)"]) {
      assert.ok(!isWaiting(text), text);
    }
  });
});
