/** The exit codes. `polygate sandbox -- COMMAND` exits with the code of the command instead. */
export const exitCode = {
  fine: 0,
  /** Any other error, such as an invalid option, a file that cannot be read, or a sandbox that is not running. */
  failed: 1,
  /** The description is invalid, or a vendor does not support it. */
  notCarried: 2,
  /** The user pressed Ctrl-C at a question. Shells use this number. */
  interrupted: 130,
} as const;
