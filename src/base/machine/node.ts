// machine: where Phum itself stands on this computer: its folder, its built entry files and kernels; pages of memory; pipes.
export { adviseHugePages } from "./huge-pages.node.ts";
export { patient, writeOut } from "./patient-pipe.node.ts";
export { entryFile, kernelBytes, programFolders, projectHome } from "./project-home.node.ts";
