/* SPDX-License-Identifier: Apache-2.0
 * The style sheet of explanations; private to render_html.c.
 */
#ifndef SEMR_RENDER_STYLE_EXPLAIN_H
#define SEMR_RENDER_STYLE_EXPLAIN_H

/* clang-format off */
static const char style_explain[] =
".explain{margin:0 0 2.5rem}.explain h2{font-size:1.125rem;margin:0 0 .5rem}\n"
".explain h3{font-size:1rem;margin:1.75rem 0 .5rem}\n"
".ask{display:flex;flex-wrap:wrap;gap:.5rem .75rem;align-items:end;margin:0}\n"
".ask label{display:flex;flex-direction:column;gap:.125rem;"
    "font-size:.8125rem;color:var(--dim)}\n"
".ask input,.ask textarea,.ask button{font:inherit;font-size:1rem;"
    "padding:.375rem .5rem;border:1px solid var(--dim);border-radius:.25rem;"
    "background:var(--paper);color:var(--ink);max-width:100%}\n"
".ask .method input{width:8rem}.ask .url{flex:1 1 20rem}\n"
".ask .url input,.ask textarea{width:100%}\n"
".ask button{background:var(--permanent);border-color:var(--permanent);"
    "color:var(--paper);cursor:pointer;padding:.375rem 1rem}\n"
".ask details{flex:1 0 100%;max-width:none;font-size:.875rem}\n"
".ask .fields{display:grid;gap:.5rem;margin-top:.5rem;"
    "grid-template-columns:repeat(auto-fit,minmax(min(100%,16rem),1fr))}\n"
".ask .fields .all{grid-column:1/-1}\n"
".sentence{margin:1.25rem 0 0;padding:.875rem 1.125rem;font-size:1.125rem;"
    "background:var(--soft);border-left:.25rem solid var(--dim);"
    "border-radius:.25rem;overflow-wrap:anywhere}\n"
".sentence.answered{border-color:var(--good)}"
    ".sentence.observed,.sentence.refused{border-color:var(--warn)}"
    ".sentence.loop{border-color:var(--gone)}\n"
".hints{margin:.75rem 0 0;padding-left:1.25rem;overflow-wrap:anywhere}\n"
".winner{display:grid;grid-template-columns:max-content 1fr;"
    "gap:.25rem 1.25rem;margin:0}.winner dt{color:var(--dim)}"
    ".winner dd{margin:0;overflow-wrap:anywhere}\n"
".hops,.losers{margin:0;padding-left:1.5rem}"
    ".hops li,.losers li{margin:.25rem 0;overflow-wrap:anywhere}\n"
".losers .more{margin:0}.explain .methods td{overflow-wrap:anywhere}\n"
".methods .asked th{color:var(--permanent)}\n"
"@media(max-width:60rem){.methods td::before{content:attr(data-h) ' ';"
    "color:var(--dim);font-size:.8125rem}}\n"
"@media(max-width:36rem){.winner{column-gap:.75rem}.ask button{width:100%}}\n";
/* clang-format on */

#endif
