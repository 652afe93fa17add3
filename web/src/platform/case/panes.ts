// SPDX-License-Identifier: Apache-2.0
// The panes of a case file, in the order of the switch.
export type Pane = 'buyer' | 'record' | 'merchant' | 'messages' | 'decide'
export const PANES: readonly Pane[] = ['buyer', 'record', 'merchant', 'messages', 'decide']
