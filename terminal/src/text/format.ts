import { grouped } from "./decimal";

/** What stands where a value is not known. */
export const NOTHING = "—";

/** A probability or an outcome's price: four decimals, without the zero before the point. */
export function probability(value: number): string {
  const text = value.toFixed(4);
  return text.startsWith("0.") ? text.slice(1) : text;
}

/** A share of one with two decimals: ".93", "1.00". */
export function share(value: number): string {
  const text = value.toFixed(2);
  return text.startsWith("0.") ? text.slice(1) : text;
}

/** An age: "<0.1 s", "0.2 s", "42 s", "3 m 12 s", "2 h 05 m". */
export function age(ms: number): string {
  const seconds = Math.max(0, ms) / 1000;
  if (seconds < 0.05) return "<0.1 s";
  if (seconds < 9.95) return `${seconds.toFixed(1)} s`;
  const whole = Math.round(seconds);
  if (whole < 60) return `${whole} s`;
  const minutes = Math.floor(whole / 60);
  if (minutes < 60) return `${minutes} m ${two(whole % 60)} s`;
  return `${Math.floor(minutes / 60)} h ${two(minutes % 60)} m`;
}

/** Time left: "01:32", "1:05:00"; never below zero. */
export function countdown(ms: number): string {
  const seconds = Math.max(0, Math.ceil(ms / 1000));
  const hours = Math.floor(seconds / 3600);
  const rest = `${two(Math.floor(seconds / 60) % 60)}:${two(seconds % 60)}`;
  return hours > 0 ? `${hours}:${rest}` : rest;
}

export type Zone = "utc" | "local";

/** Time of day, to the second. */
export function clock(ms: number, zone: Zone): string {
  const moment = new Date(ms);
  return zone === "utc"
    ? `${two(moment.getUTCHours())}:${two(moment.getUTCMinutes())}:${two(moment.getUTCSeconds())}`
    : `${two(moment.getHours())}:${two(moment.getMinutes())}:${two(moment.getSeconds())}`;
}

/** Time of day, to the minute: for expiries, which fall on whole minutes. */
export function minute(ms: number, zone: Zone): string {
  return clock(ms, zone).slice(0, 5);
}

/** "UTC", or the offset of local time at that moment: "+02:00". */
export function offset(ms: number, zone: Zone): string {
  if (zone === "utc") return "UTC";
  const east = -new Date(ms).getTimezoneOffset();
  const distance = Math.abs(east);
  return `${east < 0 ? "−" : "+"}${two(Math.floor(distance / 60))}:${two(distance % 60)}`;
}

/** A count, grouped. */
export function count(value: number): string {
  return grouped(value.toFixed(0));
}

/** Enough of a key to tell two apart. */
export function shortKey(key: string): string {
  return key.length <= 12 ? key : `${key.slice(0, 5)}…${key.slice(-5)}`;
}

function two(value: number): string {
  return value < 10 ? `0${value}` : `${value}`;
}
