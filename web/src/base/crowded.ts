// SPDX-License-Identifier: Apache-2.0
// Large text on a narrow screen: bars that stay would take too much of it. At 320 px with text of 200 % there are 10 widths of
// a letter. The body changes its size with the window's, and with the text's.
const CROWDED_REM = 14

function measure(): void {
  const root = document.documentElement
  root.toggleAttribute('data-crowded', root.clientWidth / parseFloat(getComputedStyle(root).fontSize) < CROWDED_REM)
}

if ('ResizeObserver' in window) new ResizeObserver(measure).observe(document.body)

export {}
