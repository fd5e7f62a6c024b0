import { execFileSync } from "node:child_process";

/** Whether a process runs. */
export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

/** The process ids of the Envoys that a process started. */
export function envoysOf(pid: number): readonly number[] {
  return execFileSync("ps", ["-A", "-o", "pid=,ppid=,args="], { encoding: "utf8" })
    .split("\n")
    .map((line) => /^\s*(\d+)\s+(\d+)\s+\S*\/envoy /.exec(line))
    .filter((found) => found?.[2] === String(pid))
    .map((found) => Number(found?.[1]));
}
