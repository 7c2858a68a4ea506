import react from "@vitejs/plugin-react";
import { defineConfig } from "vite";

/** The kit's screens, as files that its server hands out: nothing inline, nothing from outside. */
export default defineConfig({
  root: import.meta.dirname,
  base: "./",
  plugins: [react()],
  build: {
    outDir: "../../../build/kit",
    emptyOutDir: true,
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    target: "es2023",
    manifest: true,
  },
});
