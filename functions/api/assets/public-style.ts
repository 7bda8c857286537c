import { tokens } from './tokens.ts';

export const publicStyle = `${tokens}
.wrap{max-width:46rem;margin:0 auto;padding:0 1.25rem}
.top{border-bottom:1px solid var(--line);background:var(--sheet)}
.top .wrap{display:flex;align-items:center;gap:.75rem;min-height:4rem;flex-wrap:wrap;padding-block:.6rem}
.brand{display:flex;gap:.65rem;align-items:center;color:var(--ink);text-decoration:none;font-weight:750;letter-spacing:-.015em;margin-right:auto}
.brand:hover{color:var(--ink)}.brand small{display:block;font-weight:450;font-size:.875rem;color:var(--soft);letter-spacing:0}
.brand:focus-visible small{color:inherit}
.top nav{display:flex;gap:1.1rem;font-size:.9688rem}.top form{margin:0}
main{padding:2.5rem 0 4rem}main h2{margin-top:2.25rem}.panel h2,.summary h2,legend h2{margin-top:0}legend h2{margin-bottom:0}.panel .big{margin-bottom:.9rem}.month{height:1.75rem}.top form button{font-size:.9688rem}input[type=file]{font:inherit;max-width:100%}main .wrap>*:last-child{margin-bottom:0}
.bottom{border-top:1px solid var(--line);padding:2rem 0 3rem;color:var(--soft);font-size:.9375rem}.bottom a{color:inherit}
.step{color:var(--soft);font-weight:600;margin:0 0 .4rem;font-size:.9375rem}
.choices{display:grid;gap:.6rem;margin-top:.9rem}
.choice{display:grid;grid-template-columns:auto 1fr;gap:.1rem .85rem;padding:.85rem 1rem;border:1.5px solid var(--line);border-radius:.6rem;background:var(--sheet);cursor:pointer;font-weight:400}
.choice:hover{border-color:var(--accent)}.choice:has(input:checked){border-color:var(--accent);background:var(--tint)}
.choice strong{font-weight:680}.choice span{grid-column:2;color:var(--soft);font-size:.9688rem;line-height:1.4}
.choice:has(input:checked) span{color:var(--ink)}
.more{margin:.2rem 0 .6rem 1.1rem;padding:.4rem 0 .2rem 1.35rem;border-left:3px solid var(--line)}
@supports selector(:has(*)){.more{display:none}.choices:has(#rights-rectification:checked) .for-correction,.choices:has(#rights-completion:checked) .for-correction,.choices:has(#rights-objection:checked) .for-objection,.choices:has(#for-child:checked) .for-other,.choices:has(#for-agent:checked) .for-other{display:block}}
.pair{display:grid;grid-template-columns:1fr 1.4fr;gap:.6rem;margin-bottom:.6rem}@media (max-width:30rem){.pair{grid-template-columns:1fr}}
.panel{background:var(--sheet);border:1px solid var(--line);border-radius:.75rem;padding:1.4rem 1.5rem;margin:0 0 1.5rem}
.panel>:last-child{margin-bottom:0}
.sum{border-top:1px solid var(--line);margin:0 0 2rem}.sum>div{display:grid;grid-template-columns:12rem 1fr auto;gap:.25rem 1.25rem;padding:.85rem 0;border-bottom:1px solid var(--line)}
.sum dt{color:var(--soft)}.sum dd{margin:0;font-weight:600;white-space:pre-line}.sum dd.act{font-weight:400}@media (max-width:36rem){.sum>div{grid-template-columns:1fr auto}.sum dt{grid-column:1}.sum dd{grid-column:1}.sum dd.act{grid-row:1;grid-column:2}}
.big{font-size:clamp(1.35rem,1.1rem + 1.5vw,1.75rem);font-weight:720;letter-spacing:-.02em;line-height:1.25;margin-bottom:.5rem}
.code-in{font-family:var(--mono);font-size:1.6rem!important;letter-spacing:.35em;max-width:13rem!important;text-align:center}
.when{list-style:none;padding:0;margin:0 0 2rem}.when li{position:relative;padding:0 0 1.1rem 1.9rem}.when li::before{content:"";position:absolute;left:.3rem;top:.5rem;width:.7rem;height:.7rem;border-radius:50%;background:var(--accent)}
.when li::after{content:"";position:absolute;left:.6rem;top:1.2rem;bottom:-.45rem;width:2px;background:var(--line)}.when li:last-child::after{display:none}.when time{display:block;color:var(--soft);font-size:.9375rem}
.told{list-style:none;padding:0;margin:0 0 2rem}.told li{padding:.9rem 0;border-bottom:1px solid var(--line)}.told li:first-child{border-top:1px solid var(--line)}.told b{display:block}
.ways{display:grid;gap:.75rem;grid-template-columns:repeat(auto-fit,minmax(15rem,1fr));margin:0 0 2rem;padding:0;list-style:none}.ways li{border:1px solid var(--line);border-radius:.6rem;padding:1rem 1.1rem;background:var(--sheet)}.ways p{margin:.3rem 0 0;font-size:.9688rem;color:var(--soft)}
.scale{display:flex;justify-content:space-between;color:var(--soft);font-size:.9375rem;margin:.35rem 0 0;gap:1rem}
.letter{white-space:pre-wrap}
@media print{.top nav,.bottom,form,.ways,.skip{display:none}body{background:#fff;color:#000}.panel{border:0;padding:0}}
`;
