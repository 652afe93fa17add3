// SPDX-License-Identifier: Apache-2.0
// The page's entry: preferences, words, session, router; then the first page.
import { createApp } from 'vue'
import App from './App.vue'
import { startClock } from './base/clock'
import { loadErrors } from './base/errors'
import { startPreferences } from './base/preferences'
import { startSession } from './base/session'
import { startTheme } from './base/theme'
import { startWords } from './base/words'
import { router } from './routes'
import './styles/base.css'
import './styles/buyer.css'

async function start(): Promise<void> {
  startTheme()
  startPreferences()
  startClock()
  await Promise.all([startWords(), startSession()])
  const app = createApp(App)
  app.use(router)
  await router.isReady()
  app.mount('#app')
  const idle = window.requestIdleCallback ?? ((run: () => void) => window.setTimeout(run, 2000))
  idle(() => void loadErrors())
  void import('./base/later')
}

void start()
