// machine: where Phum itself stands on this computer: its folder, its built entry files and kernels; pages of memory.
export { adviseHugePages } from "./huge-pages.node.ts";
export { entryFile, kernelBytes, programFolders, projectHome } from "./project-home.node.ts";
