/** One stage is enough: an environment is a stack. */
export const STAGE = "live";
