import { clock, type Zone } from "../text/format";
import type { Interval } from "./wire";

/** A candle's open time, as exactly as its interval needs it. */
export function moment(ms: number, interval: Interval, zone: Zone): string {
  if (interval === "1d") return day(ms, zone);
  if (interval === "1s") return clock(ms, zone);
  const minute = clock(ms, zone).slice(0, 5);
  return interval === "1h" || interval === "4h" ? `${day(ms, zone)} ${minute}` : minute;
}

/** Month and day: "11-21". */
export function day(ms: number, zone: Zone): string {
  const date = new Date(ms);
  const [month, number] =
    zone === "utc" ? [date.getUTCMonth() + 1, date.getUTCDate()] : [date.getMonth() + 1, date.getDate()];
  return `${`${month}`.padStart(2, "0")}-${`${number}`.padStart(2, "0")}`;
}
