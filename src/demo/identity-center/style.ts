/** The style sheet of the pages people see: one file, no font, image or script from anywhere. */
export const STYLE = `
:root {
  color-scheme: light dark;
  --page: #f5f4f1; --card: #ffffff; --well: #f5f4f1; --line: #dcd9d2; --edge: #8a8780;
  --text: #1f1e1b; --muted: #5c5952; --accent: #4339b8; --on-accent: #ffffff;
  --accent-strong: #352c98; --tint: #ecebfb; --on-tint: #352c98;
  --good: #17653a; --good-tint: #e3f3e8; --bad: #a32018; --bad-tint: #fbe9e7;
  --shadow: 0 1px 2px rgb(31 30 27 / .06), 0 12px 32px -12px rgb(31 30 27 / .18);
}
@media (prefers-color-scheme: dark) {
  :root {
    --page: #121217; --card: #1b1b22; --well: #24242d; --line: #34343f; --edge: #7d7c8a;
    --text: #ecebf2; --muted: #aeadba; --accent: #b3aeff; --on-accent: #17152e;
    --accent-strong: #cbc7ff; --tint: #2a2847; --on-tint: #d3d0ff;
    --good: #7fd6a0; --good-tint: #17301f; --bad: #ffa79e; --bad-tint: #3a1d1b;
    --shadow: 0 1px 2px rgb(0 0 0 / .4), 0 16px 40px -16px rgb(0 0 0 / .7);
  }
}
*, *::before, *::after { box-sizing: border-box; }
html { -webkit-text-size-adjust: 100%; text-size-adjust: 100%; }
body {
  margin: 0; min-height: 100vh; min-height: 100dvh; display: flex; flex-direction: column;
  align-items: center; gap: 1.5rem; padding: clamp(1.25rem, 6vh, 4rem) 1rem 1.5rem;
  background: var(--page); color: var(--text);
  font: 1rem/1.55 system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", sans-serif;
}
header, main, footer { width: 100%; max-width: 29rem; }
.wide header, .wide main, .wide footer { max-width: 44rem; }
header { display: flex; align-items: center; gap: .75rem; }
header svg { flex: none; width: 2.25rem; height: 2.25rem; }
header .name { font-weight: 650; line-height: 1.25; }
header .name small { display: block; font-weight: 400; font-size: .875rem; color: var(--muted); }
.badge {
  margin-left: auto; padding: .125rem .625rem; border-radius: 1rem; white-space: nowrap;
  background: var(--tint); color: var(--on-tint); font-size: .8125rem; font-weight: 600;
}
main {
  padding: clamp(1.5rem, 5vw, 2.25rem); border: 1px solid var(--line); border-radius: 1rem;
  background: var(--card); box-shadow: var(--shadow); overflow-wrap: anywhere;
}
h1 { margin: 0 0 .5rem; font-size: 1.5rem; line-height: 1.25; letter-spacing: -.01em; text-wrap: balance; }
h2 { margin: 0; font-size: 1rem; line-height: 1.4; }
p { margin: 0 0 1rem; }
main > :last-child { margin-bottom: 0; }
.lead, .muted { color: var(--muted); }
.code {
  margin: 1.25rem 0; padding: .875rem 1rem; border-radius: .75rem; background: var(--well);
  border: 1px solid var(--line); text-align: center; font-size: clamp(1.5rem, 8vw, 2rem);
  font-weight: 600; letter-spacing: .08em; line-height: 1.3;
}
.code, code, input { font-family: ui-monospace, "SF Mono", Menlo, Consolas, "DejaVu Sans Mono", monospace; }
code { white-space: nowrap; font-size: .9375em; padding: .1em .35em; border-radius: .3em; background: var(--well); }
dl { margin: 1.25rem 0; border-top: 1px solid var(--line); }
dl > div { display: flex; flex-wrap: wrap; gap: 0 1rem; padding: .625rem 0; border-bottom: 1px solid var(--line); }
dt { flex: none; width: 7.5rem; color: var(--muted); }
dd { margin: 0; flex: 1 1 12rem; font-weight: 550; }
dd small { display: block; font-weight: 400; font-size: .875rem; color: var(--muted); }
ul.plain { margin: 0 0 1.25rem; padding: 0; list-style: none; }
ul.checks li { position: relative; padding: .125rem 0 .125rem 1.625rem; }
ul.checks li::before {
  content: ""; position: absolute; left: .25rem; top: .55em; width: .75rem; height: .375rem;
  border: solid var(--accent); border-width: 0 0 2px 2px; transform: rotate(-45deg);
}
.note {
  margin: 1.25rem 0; padding: .75rem 1rem; border-left: 3px solid var(--accent);
  border-radius: 0 .5rem .5rem 0; background: var(--tint); color: var(--on-tint); font-size: .9375rem;
}
.note.bad { border-color: var(--bad); background: var(--bad-tint); color: var(--bad); }
.buttons { display: flex; flex-wrap: wrap; gap: .75rem; }
button {
  flex: 1 1 9rem; min-height: 2.875rem; padding: .5rem 1.25rem; border-radius: .625rem;
  border: 1px solid var(--edge); background: transparent; color: var(--text);
  font: inherit; font-weight: 600; cursor: pointer;
}
button:hover { background: var(--well); }
button.primary { border-color: transparent; background: var(--accent); color: var(--on-accent); }
button.primary:hover { background: var(--accent-strong); }
label { display: block; margin-bottom: .375rem; font-weight: 600; }
input {
  width: 100%; min-height: 3.25rem; margin-bottom: 1rem; padding: .5rem 1rem; border-radius: .625rem;
  border: 1px solid var(--edge); background: var(--card); color: var(--text);
  font-size: 1.375rem; letter-spacing: .08em; text-transform: uppercase;
}
input[aria-invalid="true"] { border-color: var(--bad); }
:focus-visible { outline: 3px solid var(--accent); outline-offset: 2px; }
.mark { width: 3rem; height: 3rem; margin-bottom: 1rem; display: block; }
.good { color: var(--good); } .wrong { color: var(--bad); }
.good circle { fill: var(--good-tint); } .wrong circle { fill: var(--bad-tint); }
ul.accounts { margin: 1.25rem 0 0; padding: 0; list-style: none; border-top: 1px solid var(--line); }
ul.accounts > li { padding: 1rem 0; border-bottom: 1px solid var(--line); }
ul.accounts > li:last-child { border-bottom: 0; padding-bottom: 0; }
ul.accounts div { display: flex; flex-wrap: wrap; align-items: baseline; justify-content: space-between; gap: 0 1.5rem; }
ul.accounts p { margin: 0; font-size: .875rem; color: var(--muted); }
.number { font-variant-numeric: tabular-nums; }
ul.roles { display: flex; flex-wrap: wrap; gap: .375rem; margin: .5rem 0 0; padding: 0; list-style: none; }
ul.roles li {
  padding: .125rem .625rem; border: 1px solid var(--line); border-radius: 1rem;
  background: var(--well); font-size: .875rem;
}
footer { margin-top: auto; text-align: center; font-size: .875rem; color: var(--muted); }
footer p { margin: 0; text-wrap: balance; }
`
