import { chartStyle, Markup } from '../../render/index.js';

/** The CSS of all pages, in light and dark; the only thing that scrolls sideways is a table that is too wide. */
export const pageStyle = new Markup(`
body { font: 16px/1.5 system-ui, sans-serif; margin: 0 auto; max-width: 60rem; padding: 1rem; color: #1b1f24; background: #fff; overflow-wrap: anywhere }
a { color: #0b57d0 } h1 { font-size: 1.5rem } h2 { font-size: 1.15rem; margin-top: 2rem }
table { border-collapse: collapse; width: 100% } th, td { text-align: left; vertical-align: top; padding: .3rem .8rem .3rem 0; border-bottom: 1px solid #ddd } td { overflow-wrap: anywhere; min-width: 4rem } th { overflow-wrap: normal }
form { display: grid; grid-template-columns: 12rem minmax(0, 1fr); gap: .4rem .8rem; margin: .8rem 0 } form label { display: contents } form small { display: block; color: #555 }
input, select, button { font: inherit; padding: .2rem .4rem; max-width: 100%; box-sizing: border-box } input { width: 100% }
button { grid-column: 2; justify-self: start; padding: .3rem 1.2rem } body > nav { border-bottom: 1px solid #ddd; padding-bottom: .5rem } body > nav a { white-space: nowrap }
:focus-visible { outline: 3px solid #0b57d0; outline-offset: 2px }
figure { margin: 1.2rem 0; max-width: 44rem } figcaption { font-weight: 600; margin-bottom: .3rem } .note, small { color: #555; font-size: .875rem; font-weight: 400 } .note { margin: .2rem 0 }
.maps.small { display: grid; grid-template-columns: repeat(auto-fill, minmax(min(100%, 17rem), 1fr)); gap: .6rem } figure:has(.small) { max-width: none }
.scroll { overflow-x: auto; max-height: 32rem; border: 1px solid #ddd } .scroll table { overflow-wrap: normal; font-size: .875rem } .scroll th, .scroll td { white-space: nowrap; overflow-wrap: normal; padding: .2rem .8rem } .scroll thead th { position: sticky; top: 0; background: #fff }
.scroll tbody th { font-weight: 400 } .number { text-align: right; font-variant-numeric: tabular-nums } .steps { display: flex; flex-wrap: wrap; gap: .4rem 1.2rem; margin: .6rem 0 } .problem { border-left: 4px solid #b3261e; padding: .2rem 0 .2rem .8rem }
@media (max-width: 34rem) { form { grid-template-columns: minmax(0, 1fr) } button { grid-column: 1 } form label > span:first-child { font-weight: 600 } }
@media (prefers-color-scheme: dark) { body, .scroll thead th { color: #e6e6e6; background: #16181c } a { color: #8ab4f8 } th, td, body > nav, .scroll { border-color: #444 } form small, .note, small { color: #aaa } input, select, button { color: inherit; background: #24272d; border: 1px solid #666 } :focus-visible { outline-color: #8ab4f8 } .problem { border-color: #f2938c } }
${chartStyle}`);
