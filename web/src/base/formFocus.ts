// SPDX-License-Identifier: Apache-2.0
// A form that could not be submitted: the focus goes to its summary of errors, or to the first field that has one. Forms that
// move it themselves, such as to a problem that the server told, are left alone.

function show(form: HTMLElement, before: Element | null): void {
  // Somebody moved it since: the form itself, or the person.
  if (document.activeElement !== before) return
  const summary = [...form.querySelectorAll<HTMLElement>('[role=alert][tabindex="-1"]')].find((one) => one.offsetParent !== null && one.textContent !== '')
  const target = summary ?? form.querySelector<HTMLElement>('[aria-invalid=true]')
  target?.focus()
}

document.addEventListener('submit', (event) => {
  if (event.target instanceof HTMLElement) window.setTimeout(show, 30, event.target, document.activeElement)
})

export {}
