// The style of report.html: black on white, nothing but the verdict has a colour; A4 with 12 mm margins.
const RANGES = {
  khmer: "U+1780-17FF,U+19E0-19FF,U+200C-200D,U+25CC",
  latin:
    "U+0000-00FF,U+0131,U+0152-0153,U+02BB-02BC,U+02C6,U+02DA,U+02DC,U+2000-206F,U+20AC,U+2122,U+2191,U+2193,U+2212,U+2215,U+FEFF,U+FFFD",
} as const;

/** The two parts of Noto Sans Khmer, base64 of WOFF2. */
export type PageFonts = Record<keyof typeof RANGES, string>;

/** The style sheet with its fonts inside. */
export function reportStyle(fonts: PageFonts): string {
  const faces = (["khmer", "latin"] as const).map(
    (part) =>
      `@font-face{font-family:"Noto Sans Khmer";font-weight:100 900;src:url(data:font/woff2;base64,${fonts[part]}) format("woff2");unicode-range:${RANGES[part]}}`,
  );
  return `${faces.join("\n")}\n${RULES}`;
}

const RULES = `
*{box-sizing:border-box}
html{font:400 15px/1.5 "Noto Sans Khmer",sans-serif;color:#000;background:#F3F0E8;-webkit-text-size-adjust:100%}
body{margin:0;font-variant-numeric:tabular-nums lining-nums;overflow-wrap:break-word}
h1,h2,p,ul,ol,dl,dd,figure{margin:0;padding:0}
ul{list-style:none}
svg{display:block;flex:none}
b{font-weight:650}
bdi{overflow-wrap:anywhere}
body [lang=km]{font-size:1.05em;line-height:1.75}
.sheet{background:#FFF;max-width:860px;margin:24px auto;padding:clamp(16px,5vw,52px);border:1px solid #767A7C;display:grid;grid-template-columns:minmax(0,1fr);gap:14px}
.band{text-align:center;padding:6px 16px;background:repeating-linear-gradient(135deg,#562A8C 0 10px,#FFF 10px 20px);print-color-adjust:exact;-webkit-print-color-adjust:exact}
.band p{display:inline-block;background:#FFF;color:#562A8C;border:2px solid #562A8C;border-radius:4px;padding:0 16px}
.top{display:flex;gap:16px;justify-content:space-between;align-items:start;border-bottom:4px solid #000;padding-bottom:10px}
.titles{display:flex;flex-wrap:wrap;gap:0 20px;align-items:baseline}
h1{font-size:22px;line-height:1.3;font-weight:650}
body h1[lang=km]{font-size:22px;line-height:1.7}
.top .exhibit{font-size:19px;font-weight:650}
.qr{width:30mm;height:30mm;margin:-3mm -3mm 0 0}
.ans{display:grid;grid-template-columns:96px 1fr;gap:4px 20px;align-items:center;border:4px solid #000;padding:12px 18px}
.mark{width:96px;height:96px}
.ans .w{font-size:36px;font-weight:800;line-height:1.25;display:flex;flex-wrap:wrap;align-items:baseline;gap:0 20px}
body .ans .w [lang=km]{font-size:1em;line-height:1.6}
.ans .two{font-size:16px;font-weight:600}
.mark{grid-row:span 2}
@media (max-width:699px){.ans .two{grid-column:1/-1}.mark{grid-row:auto}}
.two{display:grid;gap:2px 28px}
.tape{width:100%;height:auto}
.legend{display:flex;flex-wrap:wrap;gap:2px 20px;margin-top:4px;font-size:14px}
.legend li{display:flex;align-items:center;gap:8px}
.legend svg{width:15px;height:15px}
.custody{display:grid;gap:6px;grid-template-columns:minmax(0,1fr);margin-top:-14px}
h2{font-size:16px;font-weight:650;border-bottom:1px solid #000;padding-bottom:2px;display:flex;flex-wrap:wrap;gap:0 14px;align-items:baseline}
h2 .exhibit{margin-left:auto;font-weight:400;font-size:.85em}
.block{display:grid;gap:4px;grid-template-columns:minmax(0,1fr)}
.why{display:grid;gap:6px}
.why>li{display:grid;gap:0;border-left:5px solid #000;padding-left:10px}
.step::before{content:"→ "}
.strong{font-weight:600}
.small{font-size:13.5px}
table{border-collapse:collapse;width:100%;table-layout:fixed}
th,td{text-align:left;vertical-align:top;padding:3px 12px 3px 0;border-top:1px solid #999;overflow-wrap:anywhere}
.facts th{width:25%;font-weight:600}
body .facts th span{display:block;line-height:1.6}
.id{font-variant-numeric:tabular-nums}
.spoken{margin:0;padding:0;list-style:none;display:grid;grid-template-columns:repeat(4,1fr);gap:0 12px}
.spoken li{display:flex;gap:8px;align-items:baseline}
.spoken b{font-size:1.1em}
.spoken span{color:#262626}
.sign{display:grid;gap:14px}
.sign>div{border-top:2px solid #000;margin-top:48px;padding-top:3px}
.sign span{display:block;line-height:1.55}
.foot{display:flex;flex-wrap:wrap;gap:4px 24px;justify-content:space-between;border-top:1px solid #999;padding-top:6px;font-size:12.5px}
.rows{font-size:13px}
.rows th{font-weight:600;border-top:0;border-bottom:2px solid #000}
.rows .n{width:9%}.rows .place{width:34%}.rows .mid{width:19%}
.dot{width:13px;height:13px;display:inline-block;vertical-align:-2px;margin-right:4px}
pre{font:inherit;font-size:12px;line-height:1.6;white-space:pre-wrap;overflow-wrap:anywhere;margin:0}
@media (min-width:700px){.two{grid-template-columns:minmax(0,1fr) minmax(0,1fr)}.sign{grid-template-columns:repeat(3,1fr);gap:24px}}
@media (max-width:699px){.facts tr{display:grid;border-top:1px solid #999;padding:4px 0}.facts th,.facts td{border:0;width:auto;padding:0}.spoken{grid-template-columns:repeat(2,1fr)}.rows{display:block;overflow-x:auto}}
@page{size:A4;margin:9mm 13mm 11mm;@bottom-right{content:counter(page) " / " counter(pages);font:9pt "Noto Sans Khmer",sans-serif}}
@media print{
html{background:#FFF;font-size:8pt;line-height:1.34}
body [lang=km]{line-height:1.6}
.sheet{border:0;margin:0 0 14px;padding:0;max-width:none;gap:4px}
.first{break-after:page;margin:0}
.paper{display:table;width:100%}.paper>.head{display:table-header-group;break-inside:avoid}.paper>.all{display:table-row-group}
.band{padding:2px 10px;margin-bottom:6px}
.top{padding-bottom:5px;border-bottom-width:3px}
h1,body h1[lang=km]{font-size:14pt}.top .exhibit{font-size:12pt}
.qr{width:22mm;height:22mm;margin:-2mm -2mm -1mm 0}
.ans{padding:4px 12px;border-width:3px;grid-template-columns:19mm 1fr;gap:3px 14px}
.mark{width:19mm;height:19mm}
body .ans .w,body .ans .w [lang=km]{font-size:20pt;line-height:1.4}
.ans .two{font-size:9pt}
.legend{font-size:8pt;margin-top:2px}.legend svg{width:10px;height:10px}
h2{font-size:9pt;padding-bottom:1px}.block{gap:2px}
.why{gap:3px}
.two{grid-template-columns:minmax(0,1fr) minmax(0,1fr);gap:0 20px}
.small{font-size:7.4pt}
.facts th{width:20%}body .facts th span{display:inline}
.facts th,.facts td{padding:1px 10px 1px 0}
.sign{grid-template-columns:repeat(3,1fr);gap:18px}
.sign>div{margin-top:14mm;border-top-width:1.5px}
.foot{display:none}
.rows,pre{font-size:7.6pt}
tr,li,.ans,.sign,.two,.custody{break-inside:avoid}
.custody{margin-top:-4px}
h2{break-after:avoid}
thead{display:table-header-group}
svg,.band{print-color-adjust:exact;-webkit-print-color-adjust:exact}
}`;
