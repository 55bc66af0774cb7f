import { defineConfig } from "vite";
import solid from "vite-plugin-solid";
import { notices } from "./build/notices.ts";

export default defineConfig({
  plugins: [solid(), notices()],
  base: "./",
  build: {
    outDir: "../src/Host/wwwroot",
    emptyOutDir: true,
    target: "es2022",
    // The page's policy is default-src 'self': no data: addresses and no inline script may come out of the build.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    reportCompressedSize: false,
  },
});
