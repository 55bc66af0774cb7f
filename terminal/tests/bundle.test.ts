import { readFileSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { build, type Rolldown } from "vite";
import { beforeAll, describe, expect, it } from "vitest";

const FIRST_LOAD_JS = 150 * 1024;
const OWN_JS = 70 * 1024;
const ALL_CSS = 15 * 1024;

/** Builds the pages as they are shipped, without writing them, and weighs them. */
describe("the bundle", () => {
  let chunks: Rolldown.OutputChunk[];
  let assets: Rolldown.OutputAsset[];
  const root = join(import.meta.dirname, "..");
  const weigh = (source: string | Uint8Array) => gzipSync(source).length;

  beforeAll(async () => {
    const built = await build({ root, logLevel: "silent", build: { write: false } });
    const { output } = built as Rolldown.RolldownOutput;
    chunks = output.filter((each) => each.type === "chunk");
    assets = output.filter((each) => each.type === "asset");
  });

  it("loads at most 150 kB of scripts before the first figure, the chart included", () => {
    const entry = chunks.find(({ isEntry }) => isEntry)!;
    const first = new Set([entry.fileName, ...entry.dynamicImports.filter((name) => /PriceChart/.test(name))]);
    expect(first.size).toBe(2);
    // A set is walked while it grows: what a chunk needs is loaded with it.
    for (const name of first) {
      for (const needed of chunks.find(({ fileName }) => fileName === name)?.imports ?? []) first.add(needed);
    }
    const size = chunks.filter(({ fileName }) => first.has(fileName)).reduce((sum, { code }) => sum + weigh(code), 0);
    expect(size).toBeGreaterThan(10_000);
    expect(size).toBeLessThanOrEqual(FIRST_LOAD_JS);
  });

  it("is at most 70 kB apart from the chart", () => {
    const own = chunks.filter(({ moduleIds }) => !moduleIds.some((id) => id.includes("lightweight-charts")));
    expect(own.reduce((sum, { code }) => sum + weigh(code), 0)).toBeLessThanOrEqual(OWN_JS);
  });

  it("has at most 15 kB of styles", () => {
    const styles = assets.filter(({ fileName }) => fileName.endsWith(".css"));
    expect(styles.length).toBeGreaterThan(0);
    expect(styles.reduce((sum, { source }) => sum + weigh(source), 0)).toBeLessThanOrEqual(ALL_CSS);
  });

  it("obeys default-src 'self': nothing inline, nothing from elsewhere", () => {
    const page = String(assets.find(({ fileName }) => fileName === "index.html")?.source);
    expect(page).not.toMatch(/<style|\sstyle=|\son\w+=|javascript:|data:/);
    expect(page).not.toMatch(/<script(?![^>]*\ssrc=)/);
    expect([...page.matchAll(/(?:src|href)="([^"]*)"/g)].map((match) => match[1]!)).not.toContainEqual(
      expect.stringMatching(/^(https?:)?\/\//),
    );
    for (const { code, moduleIds } of chunks) {
      if (!moduleIds.some((id) => id.includes("lightweight-charts"))) expect(code).not.toMatch(/<[a-z]+[^>]*\sstyle=/);
    }
  });

  it("carries the notices of all that is in it, and the credit that goes with the chart", () => {
    const notices = String(assets.find(({ fileName }) => fileName === "THIRD-PARTY-NOTICES.txt")?.source);
    for (const name of ["solid-js", "lightweight-charts", "fancy-canvas"]) expect(notices).toContain(`${name} `);
    expect(notices).toContain(readFileSync(join(root, "build/notices/lightweight-charts.txt"), "utf8").trim());
    expect(notices).toContain("Apache License");
    const chart = readFileSync(join(root, "src/parts/newChart.ts"), "utf8");
    const panel = readFileSync(join(root, "src/parts/ChartPanel.tsx"), "utf8");
    expect(chart).toContain("attributionLogo: false");
    expect(panel).toMatch(/href="https:\/\/www\.tradingview\.com\/"[^>]*rel="noopener noreferrer"/);
  });
});
