/** Reads a time of the form `YYYYMMDDTHHMMSSZ`, in milliseconds since the epoch; undefined for other texts. */
export function readAmzDate(time: string): number | undefined {
  const [, year, month, day, hour, minute, second] = /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/.exec(time) ?? [];
  if (year === undefined) return undefined;
  const read = Date.parse(`${year}-${month}-${day}T${hour}:${minute}:${second}Z`);
  // `Date.parse` accepts a 31st of February as another day.
  return Number.isNaN(read) || amzDate(read) !== time ? undefined : read;
}

/** Writes a time as `YYYYMMDDTHHMMSSZ`. */
export function amzDate(time: number): string {
  return `${new Date(time).toISOString().slice(0, 19).replaceAll(/[-:]/g, "")}Z`;
}
