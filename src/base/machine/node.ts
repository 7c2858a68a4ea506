// machine: where Phum itself stands on this computer: its folder, its built entry files and kernels.
export { entryFile, kernelBytes, projectHome } from "./project-home.node.ts";
