// SPDX-License-Identifier: Apache-2.0
// Whether the session ended under the page's feet: the server said so (401), while the page still shows whose it was, with
// everything that was typed.
import { ref } from 'vue'

export const expired = ref(false)
