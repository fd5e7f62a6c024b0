/** What the command ends with. A command that ran inside the sandbox ends it with its own. */
export const exitCode = {
  fine: 0,
  /** Anything else: a wrong option, a file that cannot be read, a sandbox that does not run. */
  failed: 1,
  /** The description is wrong, or a vendor cannot carry it. */
  notCarried: 2,
} as const;
