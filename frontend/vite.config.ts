/// <reference types="vitest/config" />
import { existsSync } from "node:fs";
import { resolve } from "node:path";
import { defineConfig } from "vite";

// One entry per kind of page: `site` is on every page of the website, the others only where their page loads them. The name of an
// entry is what the template tags {% bundle_script "…" %} and {% bundle_styles "…" %} ask for.
const ENTRIES = ["site", "atlas", "planning", "notebook", "editor"];
const entry = (name: string): string => resolve(import.meta.dirname, `src/${name}/main.ts`);

export default defineConfig(({ mode }) => ({
  base: "./",
  build: {
    outDir: resolve(import.meta.dirname, "../src/raumwerk/web/static/app"),
    emptyOutDir: true,
    manifest: true,
    assetsInlineLimit: 0,
    // The policy of the site forbids inline scripts, so the polyfill that Vite would inline stays away.
    modulePreload: { polyfill: false },
    minify: mode !== "development",
    sourcemap: mode === "development",
    rolldownOptions: {
      input: Object.fromEntries(ENTRIES.filter((name) => existsSync(entry(name))).map((name) => [name, entry(name)])),
    },
  },
  test: { environment: "jsdom", include: ["src/**/*.test.ts"] },
}));
