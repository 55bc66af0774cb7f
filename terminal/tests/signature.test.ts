import { generateKeyPairSync, sign } from "node:crypto";
import { describe, expect, it } from "vitest";
import { fromBase58 } from "../src/markets/base58";
import { verify } from "../src/markets/verify";
import * as golden from "./golden";

describe("fromBase58", () => {
  it.each([
    ["", ""],
    ["1", "00"],
    ["2g", "61"],
    ["a3gV", "626262"],
    ["1NS17iag9jJgTHD1VXjvLCEnZuQ3rJDE9L", "00eb15231dfceb60925886b67d065299925915aeb172c06647"],
  ])("reads %j", (text, hex) => {
    expect(Buffer.from(fromBase58(text)!).toString("hex")).toBe(hex);
  });

  it("refuses letters that look like others", () => {
    for (const letter of ["0", "O", "I", "l", " "]) expect(fromBase58(letter)).toBeNull();
  });
});

describe("verify", () => {
  const { publicKey, privateKey } = generateKeyPairSync("ed25519");
  const raw = publicKey.export({ type: "spki", format: "der" }).subarray(-32);
  const signed = (payload: Buffer) => ({
    ...golden.markets.markets[0]!,
    payload: payload.toString("base64"),
    signer: toBase58(raw),
    signature: toBase58(sign(null, payload, privateKey)),
  });
  const quote = golden.markets.markets[2]!;

  it.each(golden.markets.markets)("accepts the golden market %#, signed by the documented key", async (one) => {
    expect(await verify(one)).toBe("valid");
  });

  it.each([
    ["symbol", "ETH/USDT"],
    ["strike", 76300.01],
    ["strike", 76300.00000001],
    ["up_price", 0.566],
    ["down_price", 0.454],
    ["up_probability", 0.5562],
    ["expiry_ts", 1],
    ["generated_at", 1],
    ["valid_until", 1],
    ["max_quantity", "250.5"],
  ])("says so when %s is shown otherwise than signed", async (field, other) => {
    expect(await verify({ ...quote, market: { ...quote.market, [field]: other } })).toBe("differs");
  });

  it("does not pretend to read bytes of another format", async () => {
    expect(await verify(signed(Buffer.from("strikeline quote")))).toBe("unreadable");
    const newer = Buffer.from(quote.payload, "base64");
    newer.writeUInt16LE(2, 16);
    expect(await verify(signed(newer))).toBe("unreadable");
  });

  it("refuses another payload, another key and what is not base58", async () => {
    expect(await verify({ ...quote, payload: Buffer.from("strikeline quot").toString("base64") })).toBe("invalid");
    expect(await verify({ ...quote, signer: toBase58(Buffer.alloc(32, 7)) })).toBe("invalid");
    expect(await verify({ ...quote, signature: "0OIl" })).toBe("invalid");
    expect(await verify({ ...quote, payload: "*" })).toBe("invalid");
  });
});

function toBase58(bytes: Buffer): string {
  const letters = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz";
  let number = BigInt(`0x${bytes.toString("hex")}`);
  let text = "";
  for (; number > 0n; number /= 58n) text = letters[Number(number % 58n)] + text;
  return "1".repeat(bytes.findIndex((byte) => byte !== 0)) + text;
}
