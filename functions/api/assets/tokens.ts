/** The design system's ground: colours by role, one scale of sizes, light and dark. Every pair of text and ground meets WCAG AA. */
export const tokens = `
:root{color-scheme:light dark;
--paper:#f7f7f4;--sheet:#fff;--sunk:#eeeeea;--ink:#191d27;--soft:#555c6b;--line:#d5d6d1;--edge:#767c89;
--accent:#1f4fd8;--accent-strong:#173fb3;--on-accent:#fff;--tint:#e8edfc;
--good:#116b41;--good-tint:#e2f3e9;--warn:#8a4b00;--warn-tint:#fdf0d9;--bad:#b3201b;--bad-tint:#fce8e6;
--focus:#ffd43b;--focus-ink:#191d27;--day:#d3d7e2;--day-past:#1f4fd8;
--sans:Inter,ui-sans-serif,system-ui,-apple-system,"Segoe UI",Roboto,"Noto Sans","Liberation Sans",Arial,sans-serif;
--mono:ui-monospace,"SF Mono","Cascadia Mono","Liberation Mono",Menlo,monospace}
@media (prefers-color-scheme:dark){:root{
--paper:#12141a;--sheet:#1a1d25;--sunk:#232732;--ink:#eceef3;--soft:#a9b0bf;--line:#343a47;--edge:#8b93a5;
--accent:#8fb0ff;--accent-strong:#b3c9ff;--on-accent:#0d1430;--tint:#222c49;
--good:#7bd6a4;--good-tint:#16301f;--warn:#f5bf6b;--warn-tint:#38280f;--bad:#ff9d96;--bad-tint:#3d1a19;
--day:#3a4150;--day-past:#8fb0ff}}
*,*::before,*::after{box-sizing:border-box}
html{-webkit-text-size-adjust:100%;text-size-adjust:100%}
body{margin:0;background:var(--paper);color:var(--ink);font:400 1.0625rem/1.55 var(--sans);overflow-wrap:anywhere}
h1,h2,h3{line-height:1.2;letter-spacing:-.015em;margin:0 0 .6em;text-wrap:balance}
h1{font-size:clamp(1.75rem,1.3rem + 2vw,2.5rem);font-weight:750;letter-spacing:-.028em}
h2{font-size:1.375rem;font-weight:700}h3{font-size:1.0625rem;font-weight:700}
p,ul,ol,dl{margin:0 0 1em}a{color:var(--accent);text-underline-offset:.18em;text-decoration-thickness:1px}
a:hover{color:var(--accent-strong);text-decoration-thickness:2px}
:focus-visible{outline:3px solid var(--focus);outline-offset:0;box-shadow:0 0 0 5px var(--focus-ink)}
a:focus-visible{background:var(--focus);color:var(--focus-ink);text-decoration:none;border-radius:2px}
[hidden]{display:none!important}
.skip{position:absolute;left:-999rem}.skip:focus{left:1rem;top:1rem;z-index:9;padding:.6rem 1rem;background:var(--focus);color:var(--focus-ink)}
.vh{position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%);white-space:nowrap}
.soft{color:var(--soft)}.small{font-size:.9375rem}.mono{font-family:var(--mono);font-size:.92em}
.lead{font-size:1.1875rem;line-height:1.5}.num{font-variant-numeric:tabular-nums}
button,.button{font:inherit;font-weight:650;line-height:1.25;display:inline-block;padding:.7em 1.25em;border:2px solid var(--accent);border-radius:.5rem;background:var(--accent);color:var(--on-accent);text-decoration:none;cursor:pointer}
button:hover,.button:hover{background:var(--accent-strong);border-color:var(--accent-strong);color:var(--on-accent)}
button.plain,.button.plain{background:transparent;color:var(--accent)}
button.plain:hover,.button.plain:hover{background:var(--tint);color:var(--accent-strong)}
button.danger{background:var(--bad);border-color:var(--bad);color:var(--sheet)}
button.link{border:0;padding:.2rem 0;background:none;color:var(--accent);font-weight:inherit;text-decoration:underline;text-underline-offset:.18em;border-radius:2px}
button:disabled{opacity:1;background:var(--sunk);border-color:var(--line);color:var(--soft);cursor:not-allowed}
::file-selector-button{font:inherit;font-weight:600;padding:.4em .9em;margin-right:.8rem;border:1.5px solid var(--accent);border-radius:.4rem;background:transparent;color:var(--accent);cursor:pointer}
.row{display:flex;flex-wrap:wrap;gap:.75rem;align-items:center}
label,legend,.label{font-weight:650}.field>label,.pair label{display:block;margin-bottom:.2rem}.hint{color:var(--soft);font-weight:400;margin:.1rem 0 .4rem;font-size:.9688rem}
input[type=text],input[type=email],input[type=date],input[type=search],textarea,select{font:inherit;width:100%;max-width:34rem;padding:.6rem .7rem;color:inherit;background:var(--sheet);border:1.5px solid var(--edge);border-radius:.4rem}
textarea{min-height:7rem;resize:vertical}
input[type=checkbox],input[type=radio]{width:1.35rem;height:1.35rem;margin:.1rem 0 0;accent-color:var(--accent);flex:none}
.field{margin:0 0 1.5rem}.field.bad{border-left:4px solid var(--bad);padding-left:1rem}
.error{color:var(--bad);font-weight:650;margin:.2rem 0 .4rem}.field.bad input,.field.bad textarea{border-color:var(--bad)}
fieldset{border:0;padding:0;margin:0 0 2rem;min-width:0}legend{padding:0;font-size:1.25rem;letter-spacing:-.01em;margin-bottom:.35rem}
.notice{padding:1rem 1.25rem;border-left:5px solid var(--accent);background:var(--tint);border-radius:0 .5rem .5rem 0;margin:0 0 1.5rem}
.notice>:last-child{margin-bottom:0}.notice.good{border-color:var(--good);background:var(--good-tint)}
.notice.warn{border-color:var(--warn);background:var(--warn-tint)}.notice.bad{border-color:var(--bad);background:var(--bad-tint)}
.summary{border:3px solid var(--bad);border-radius:.5rem;padding:1.1rem 1.25rem;margin:0 0 2rem;background:var(--sheet)}
.summary h2{margin-bottom:.4em}.summary ul{margin:0;padding-left:1.2rem}.summary a{color:var(--bad);font-weight:650}
.tag{display:inline-block;padding:.1em .6em;border-radius:1em;font-size:.8438rem;font-weight:650;background:var(--sunk);color:var(--ink);white-space:nowrap}
.tag.good{background:var(--good-tint);color:var(--good)}.tag.warn{background:var(--warn-tint);color:var(--warn)}.tag.bad{background:var(--bad-tint);color:var(--bad)}.tag.info{background:var(--tint);color:var(--accent-strong)}
.month{display:block;width:100%;height:auto}.month rect{fill:var(--day)}.month .past{fill:var(--day-past)}.month .today{fill:var(--ink)}.month .late{fill:var(--bad)}.month .due{fill:none;stroke:var(--ink);stroke-width:1.2}
.mark{width:1.9rem;height:1.9rem;flex:none}.mark .tile{fill:var(--accent)}.mark .hand{stroke:var(--on-accent);stroke-width:2.4;fill:none;stroke-linecap:round;stroke-linejoin:round}
dl.facts{display:grid;grid-template-columns:minmax(8rem,max-content) 1fr;gap:.35rem 1.5rem}dl.facts dt{color:var(--soft)}dl.facts dd{margin:0;font-weight:600}
@media (max-width:30rem){dl.facts{grid-template-columns:1fr;gap:0}dl.facts dd{margin-bottom:.6rem}}
details>summary{cursor:pointer;font-weight:650;color:var(--accent);padding:.25rem 0}
@media (prefers-reduced-motion:no-preference){button,.button,.card{transition:background-color .12s,border-color .12s}}
@media (forced-colors:active){.month rect{fill:GrayText}.month .past,.month .today{fill:CanvasText}.tag{border:1px solid}}
`;
