// SPDX-License-Identifier: Apache-2.0
// What every page has, and no page waits for.
import './crowded'
import './formFocus'

export {}
