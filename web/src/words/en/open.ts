// SPDX-License-Identifier: Apache-2.0
// Opening an order by its secret link, and a link that does not fit.
export default {
  'lookup.title': 'Find an order',
  'lookup.wrong': 'This number and this secret do not belong together',
  'lookup.wrong.text': 'Check that it was copied whole. The secret is shown once, when ordering; the platform cannot look it up.',
  'open.title': 'Open an order',
  'open.busy': 'Opening the order…',
  'open.none': 'The link is incomplete: no order was recognised. Copy the whole link again, or fill it in by hand.',
} as const
