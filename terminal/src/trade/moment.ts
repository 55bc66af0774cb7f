import { clock, type Zone } from "../text/format";
import type { Interval } from "./wire";

/** A candle's open time, as exactly as its interval needs it: "11-21 14:03". */
export function opened(ms: number, interval: Interval, zone: Zone): string {
  if (interval === "1d") return day(ms, zone);
  const time = clock(ms, zone);
  return `${day(ms, zone)} ${interval === "1s" ? time : time.slice(0, 5)}`;
}

/** What a time axis writes: the time of day, or the day where one begins. */
export function tickOf(ms: number, interval: Interval, zone: Zone, isDay: boolean): string {
  if (isDay || interval === "1d") return day(ms, zone);
  return interval === "1s" ? clock(ms, zone) : clock(ms, zone).slice(0, 5);
}

/** Day and time of day, to the second: "11-21 14:03:27". */
export function stamp(ms: number, zone: Zone): string {
  return `${day(ms, zone)} ${clock(ms, zone)}`;
}

/** A moment as a field for date and time writes it: "2026-11-21T14:03". */
export function fieldOf(ms: number, zone: Zone): string {
  const year = zone === "utc" ? new Date(ms).getUTCFullYear() : new Date(ms).getFullYear();
  return `${year}-${day(ms, zone)}T${clock(ms, zone).slice(0, 5)}`;
}

/** The moment that such a field means, or null where it is empty. */
export function momentOf(field: string, zone: Zone): number | null {
  const ms = Date.parse(zone === "utc" ? `${field}Z` : field);
  return Number.isNaN(ms) ? null : ms;
}

/** Month and day: "11-21". */
export function day(ms: number, zone: Zone): string {
  const date = new Date(ms);
  const [month, number] =
    zone === "utc" ? [date.getUTCMonth() + 1, date.getUTCDate()] : [date.getMonth() + 1, date.getDate()];
  return `${`${month}`.padStart(2, "0")}-${`${number}`.padStart(2, "0")}`;
}
