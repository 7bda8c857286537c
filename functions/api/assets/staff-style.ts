import { tokens } from './tokens.ts';

export const staffStyle = `${tokens}
body{font-size:.9375rem;line-height:1.5}h1{font-size:1.5rem;margin:0}h2{font-size:1.0625rem;margin:0 0 .7rem}h3{font-size:.9375rem;margin:0 0 .4rem}
.shell{background:linear-gradient(90deg,var(--sheet) 13.5rem,var(--line) 13.5rem,var(--line) calc(13.5rem + 1px),transparent 0);display:grid;grid-template-columns:13.5rem minmax(0,1fr);min-height:100vh}
.side{background:var(--sheet);padding:1rem .75rem;display:flex;flex-direction:column;gap:1.1rem;font-size:.9063rem;position:sticky;top:0;height:100vh;overflow:auto}
.brand{display:flex;gap:.6rem;align-items:center;color:var(--ink);text-decoration:none;font-weight:720;padding:.25rem .5rem}.brand .mark{width:1.6rem;height:1.6rem}
.side nav ul{list-style:none;margin:0;padding:0;display:grid;gap:1px}.side nav a{display:flex;justify-content:space-between;padding:.34rem .6rem;border-radius:.4rem;color:var(--ink);text-decoration:none}
.side nav a:hover{background:var(--sunk)}.side nav a[aria-current]{background:var(--tint);color:var(--accent-strong);font-weight:650}.side nav a:focus-visible{color:var(--focus-ink)}
.side h2{font-size:.8125rem;color:var(--soft);font-weight:600;margin:0 0 .25rem;padding:0 .6rem;letter-spacing:0}
.me{margin-top:auto;padding:.6rem;border-top:1px solid var(--line)}.me form{margin-top:.3rem}.me button.link{font-size:.875rem}
main{padding:1.5rem clamp(1rem,2.5vw,2.25rem) 4rem;max-width:88rem;min-width:0}
.head{display:flex;flex-wrap:wrap;gap:.75rem 1.25rem;align-items:center;margin:0 0 1.25rem}.head>:last-child:not(:first-child){margin-left:auto}.head form{flex-wrap:nowrap}.head form{min-width:0}.head form button{flex:none}.head form input{width:17rem;min-width:0;flex:0 1 17rem}
button,.button{padding:.42em .9em;border-radius:.4rem;border-width:1.5px;font-size:.9375rem}
input[type=text],input[type=email],input[type=date],input[type=search],textarea,select{padding:.4rem .55rem;font-size:.9375rem}
.filters{display:flex;flex-wrap:wrap;gap:.6rem;align-items:end;margin:0 0 1rem}.filters label{display:block;font-size:.8438rem;color:var(--soft);font-weight:550}.filters select{width:auto}.filters input[type=search]{width:15rem}
.table{overflow-x:auto;border:1px solid var(--line);border-radius:.6rem;background:var(--sheet)}
table{border-collapse:collapse;width:100%;overflow-wrap:break-word}th{text-align:left;font-weight:600;color:var(--soft);font-size:.8438rem;padding:.5rem .75rem;border-bottom:1px solid var(--line);white-space:nowrap}
td{padding:.5rem .75rem;border-bottom:1px solid var(--line);vertical-align:middle}tbody tr:last-child td{border-bottom:0}tbody tr:hover,tbody tr.on{background:var(--tint)}tbody tr.on{box-shadow:inset 3px 0 var(--accent)}
td .month{width:8.5rem;height:.7rem}.card .month{height:1.1rem;margin:0 0 .5rem}.nowrap{white-space:nowrap}td a{font-weight:620;text-decoration:none}td a:hover{text-decoration:underline}
.cols{display:grid;grid-template-columns:minmax(0,1.7fr) minmax(17rem,1fr);gap:1.25rem;align-items:start}
.card{background:var(--sheet);border:1px solid var(--line);border-radius:.6rem;padding:1.1rem 1.2rem;margin:0 0 1.25rem}.card>:last-child{margin-bottom:0}
.next{border-color:var(--accent);border-width:2px}.list{list-style:none;margin:0;padding:0}.list li{padding:.55rem 0;border-bottom:1px solid var(--line)}.list li:last-child{border-bottom:0;padding-bottom:0}.list li:first-child{padding-top:0}
.field{margin-bottom:1rem}legend{font-size:.9375rem;margin-bottom:.25rem}fieldset{margin-bottom:1rem}
.opts{display:grid;gap:.35rem}.opts label{display:flex;gap:.55rem;font-weight:450;align-items:flex-start}.opts input{width:1.2rem;height:1.2rem}
.letter{white-space:pre-wrap;font-family:var(--mono);font-size:.8438rem;line-height:1.55;background:var(--sunk);border-radius:.5rem;padding:1rem 1.1rem;margin:0 0 1rem;overflow-x:auto}
.words{white-space:pre-line}dl.facts{gap:.25rem 1rem}dl.facts dt{font-size:.875rem}
.trail{font-size:.875rem}.trail td{padding:.35rem .6rem;vertical-align:top;overflow-wrap:anywhere}form>details{margin-bottom:1rem}
.after{margin:.8rem 0 0}.empty{padding:2.5rem 1.25rem;text-align:center;color:var(--soft)}.empty b{display:block;color:var(--ink);font-size:1.0625rem;margin-bottom:.2rem}
kbd{font:600 .8125rem var(--mono);border:1px solid var(--line);border-bottom-width:2px;border-radius:.3rem;padding:0 .35em;background:var(--sunk)}
.tiles{display:grid;grid-template-columns:repeat(auto-fit,minmax(11rem,1fr));gap:1rem;margin:0 0 1.25rem}.tile{background:var(--sheet);border:1px solid var(--line);border-radius:.6rem;padding:.9rem 1.1rem}.tile b{display:block;font-size:1.75rem;letter-spacing:-.02em;line-height:1.2}
.bars{width:100%;max-width:46rem;height:auto;display:block}.bars .bar{fill:var(--accent)}.bars .bar.bad{fill:var(--bad)}.bars .bar.warn{fill:var(--warn)}.bars text{fill:var(--ink);font:13px var(--sans)}.bars .rail{fill:var(--sunk)}
@media (max-width:60rem){.shell{grid-template-columns:minmax(0,1fr);background:none}.side{border-bottom:1px solid var(--line);gap:.6rem;position:static;height:auto}.side nav ul{display:flex;flex-wrap:wrap}.side nav h2{display:none}.me{margin-top:0;border-top:0;padding-top:0;display:flex;flex-wrap:wrap;gap:.2rem 1.1rem;align-items:center}.me p,.me form{margin:0}.me br{display:none}.cols{grid-template-columns:minmax(0,1fr)}}
@media print{.side,form,.act,.next,.head .button,.skip,details:has(form){display:none!important}.shell,.cols{display:block}body{background:#fff;color:#000;font-size:10pt}.card,.table{break-inside:avoid;border-color:#999;overflow:visible}details::details-content{content-visibility:visible;block-size:auto}}
`;
