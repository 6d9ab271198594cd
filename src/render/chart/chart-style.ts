/**
 * CSS of charts and maps, light and dark. Lines differ in colour and in dashes; the colours are chosen to be told apart by people who
 * see few of them, and have a contrast of 3 or more with the ground. Source: Okabe & Ito 2008, darkened on white.
 */
export const chartStyle = `
.chart { display: block; width: 100%; height: auto; --ink: #1b1f24; --grid: #dde1e6; --edge: #6b7280; }
.chart text { fill: var(--ink, #1b1f24); font: 14px system-ui, sans-serif; font-variant-numeric: tabular-nums }
.chart .title { font-weight: 600 } .chart .grid { stroke: var(--grid); fill: none } .chart .axis { stroke: var(--edge); fill: none }
.chart image { image-rendering: pixelated } .chart .track { stroke: var(--ink); stroke-width: 2; fill: none; opacity: .7 }
.chart .mark { stroke: var(--ink); stroke-width: 1.2 }
.line { fill: none; stroke-width: 2; stroke-linecap: round; stroke-linejoin: round } .dots { fill: none; stroke-width: 6; stroke-linecap: round }
.s0 { stroke: #0072b2 } .s1 { stroke: #c04a00 } .s2 { stroke: #00795a } .s3 { stroke: #a0448f } .s4 { stroke: #6b5b00 } .s5 { stroke: #4a4f57 }
.line.s1 { stroke-dasharray: 9 5 } .line.s2 { stroke-dasharray: 2 5 } .line.s3 { stroke-dasharray: 12 4 2 4 } .line.s4 { stroke-dasharray: 5 4 } .line.s5 { stroke-dasharray: 16 6 }
.legend { list-style: none; padding: 0; margin: .3rem 0; display: flex; flex-wrap: wrap; gap: .2rem 1.2rem } .ramp { max-width: 40rem }
@media (max-width: 34rem) { .chart text { font-size: 20px } .small .chart text { font-size: 14px } }
@media (prefers-color-scheme: dark) { .chart { --ink: #e6e6e6; --grid: #33383f; --edge: #8b929c } .chart text { fill: var(--ink) }
.s0 { stroke: #56b4e9 } .s1 { stroke: #f0a030 } .s2 { stroke: #2ecc9a } .s3 { stroke: #e89ad0 } .s4 { stroke: #f0e442 } .s5 { stroke: #c8ccd2 } }
`;
